import Bookings
import Core
import Queue
import Store
import TestSupport

/// What the conformance suite needs of an implementation of `JobStore`: the port, a way to enqueue, an
/// operator's eyes, and other processes on the same jobs. Its clock is turned by hand.
struct JobStoreUnderTest {
  enum Kind: CaseIterable, Sendable { case sqlite }

  let time: HandTurnedTime
  let jobs: any JobStore<Settlement>
  let enqueue: (NewJob) throws -> JobID
  let job: (JobID) throws -> JobRecord?
  let attempts: (JobID) throws -> [AttemptRecord]
  let count: () throws -> Int
  /// Another process on the same jobs, and how it dies.
  let openProcess: () throws -> (jobs: any JobStore<Settlement>, die: () -> Void)

  init(_ kind: Kind) throws {
    switch kind {
    case .sqlite:
      let world = try StoreWorld()
      time = world.time
      jobs = world.store
      enqueue = { try world.store.enqueue($0) }
      job = { try world.store.job($0, of: nil) }
      attempts = { try world.store.attempts(of: $0) }
      count = { try world.store.jobs(JobQuery(organization: nil, limit: 10_000)).count }
      let names = Randomness(seed: 7)
      openProcess = {
        let store = try world.openProcess("process-\(names.next())")
        return (jobs: store, die: { store.close() })
      }
    }
  }
}

extension JobStoreUnderTest {
  func enqueue(_ kind: String, in ahead: Duration) throws -> JobID {
    try enqueue(.plain(kind, runAt: time.now() + ahead))
  }

  func require(_ id: JobID) throws -> JobRecord {
    guard let record = try job(id) else { throw NothingReady() }
    return record
  }
}
