import Core
import Queue
import SQLite
import Store
import TestSupport
import Testing

@testable import bookend

/// A process hears of what another one has enqueued in the same file.
struct PeerWatchTests {
  private let folder: TemporaryFolder
  private let time = SystemTime()

  init() throws { folder = try TemporaryFolder() }

  private func process(_ bootID: String) throws -> Store {
    let database = try Database(
      path: folder.file("bookend.db"), migrator: schema, time: time, options: .init())
    return try Store(
      database: database, lockDirectory: folder.file("locks"), bootID: bootID
    ) { _ in EnqueuePolicy(queue: "q", priority: 1, maxAttempts: 1) }
  }

  private func claim(_ store: Store) throws -> Claim {
    let answer = Awaited<Result<Claim, any Error>>()
    store.claim(limit: 9, lease: .seconds(60), kinds: [.prune]) { answer.give($0) }
    return try answer.take().get()
  }

  /// Each by itself within a tenth of a second; of ten some may be late where the machine is.
  @Test func aJobThatAnotherEnqueuesIsHeardOfWithinATenthOfASecond() throws {
    let (here, there) = (try process("here"), try process("there"))
    defer {
      here.close()
      there.close()
    }
    let woken = Awaited<MonotonicInstant>()
    let watch = PeerWatch(here, log: .discarded) { woken.give(SystemTime().monotonic()) }
    watch.start()
    defer { watch.stop(by: time.monotonic() + .seconds(5)) }
    // It has seen that it is not alone.
    _ = try woken.take()
    _ = try claim(here)
    var waits: [Duration] = []
    for number in 0..<10 {
      while try here.jobCounts().isEmpty == (number > 0) { _ = try woken.take() }
      woken.forget()
      let began = time.monotonic()
      let enqueued = Awaited<Result<JobID, any Error>>()
      there.transact({
        try $0.enqueue(NewJob(kind: .prune, payload: ["version": 1])).id
      }) { enqueued.give($0) }
      let id = try enqueued.take().get()
      waits.append(try woken.take() - began)
      #expect(try claim(here).jobs.map(\.lease.job) == [id])
    }
    #expect(waits.sorted()[4] < .milliseconds(100), "\(waits)")
  }
}
