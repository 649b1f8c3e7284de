import Bookings
import Core
import Queue
import Store
import TestSupport

/// What the conformance suite needs of an implementation of `JobStore`: the port, a way to enqueue, an
/// operator's hands and eyes, and other processes on the same jobs. Its clock is turned by hand.
struct JobStoreUnderTest {
  enum Kind: CaseIterable, Sendable { case sqlite, memory }

  let time: HandTurnedTime
  let jobs: any JobStore<Settlement>
  let add: (NewJob) throws -> Enqueued
  let job: (JobID) throws -> JobRecord?
  let attempts: (JobID) throws -> [AttemptRecord]
  let count: () throws -> Int
  let act: (JobAction, JobID) throws -> Int64
  let undo: (Int64) throws -> Int?
  let pause: (Pause) throws -> Void
  let resume: (Pause.Scope, String) throws -> Bool
  let resetLane: (LaneID) throws -> Int
  /// Another process on the same jobs, and how it dies.
  let openProcess: () throws -> (jobs: any JobStore<Settlement>, die: () -> Void)

  init(_ kind: Kind) throws {
    switch kind {
    case .sqlite: try self.init(StoreWorld())
    case .memory:
      let time = HandTurnedTime()
      self.init(
        time,
        MemoryJobs.Shared(
          time, policy: StoreWorld.policy, lanePolicy: StoreWorld.lanePolicy))
    }
  }

  private init(_ world: StoreWorld) {
    time = world.time
    jobs = world.store
    add = { job in try world.store.transact { try $0.enqueue(job) } }
    job = { try world.store.job($0, of: nil) }
    attempts = { try world.store.attempts(of: $0) }
    count = { try world.store.jobs(JobQuery(organization: nil, limit: 10_000)).count }
    act = { try world.store.act($0, on: $1) }
    undo = { try world.store.undo(action: $0, of: nil, by: "Grace")?.putBack }
    pause = { try world.store.pause($0) }
    resume = { try world.store.resume($0, $1) }
    resetLane = { try world.store.resetLane($0) }
    let names = Randomness(seed: 7)
    openProcess = {
      let store = try world.openProcess("process-\(names.next())")
      return (jobs: store, die: { store.close() })
    }
  }

  private init(_ time: HandTurnedTime, _ shared: MemoryJobs.Shared) {
    let memory = MemoryJobs(shared)
    self.time = time
    jobs = memory
    add = { memory.enqueue($0) }
    job = { memory.record(of: $0) }
    attempts = { memory.attempts(of: $0) }
    count = { memory.ids.count }
    act = { action, id in try memory.withModel { try $0.act(action, on: id) } }
    undo = { number in memory.withModel { $0.undo(number) } }
    pause = { pause in memory.withModel { $0.pause(pause) } }
    resume = { scope, name in memory.withModel { $0.resume(scope, name) } }
    resetLane = { lane in memory.withModel { $0.resetLane(lane) } }
    openProcess = {
      let other = MemoryJobs(shared)
      return (jobs: other, die: { other.die() })
    }
  }
}

extension JobStoreUnderTest {
  func enqueue(_ job: NewJob) throws -> JobID { try add(job).id }

  func enqueue(_ kind: String, in ahead: Duration) throws -> JobID {
    try enqueue(.plain(kind, runAt: time.now() + ahead))
  }

  func require(_ id: JobID) throws -> JobRecord {
    guard let record = try job(id) else { throw NothingReady() }
    return record
  }

  /// Claims all that is ready.
  func ready() throws -> [ClaimedJob] { try jobs.claim(limit: 100).jobs }

  /// One process sees it.
  func setClockBack(by jump: Duration) throws {
    let earlier = time.monotonic()
    time.setWall(to: time.now() - jump)
    try jobs.clockWentBack(by: jump, between: earlier, and: time.monotonic())
  }

  func act(_ verb: JobAction.Verb, on id: JobID) throws -> Int64 {
    try act(JobAction(verb, organization: nil, by: "Grace"), id)
  }

  func die(_ count: Int, running id: JobID) throws {
    for _ in 0..<count {
      // Who was there at two deaths runs by itself, a little later.
      time.advance(Verdict.rest)
      let process = try openProcess()
      let claimed = try process.jobs.claim(limit: 100).jobs.map(\.lease.job)
      guard claimed == [id] else { throw NothingReady() }
      process.die()
      guard try jobs.rescueOrphans(at: time.monotonic()) == 1 else { throw NothingReady() }
    }
  }
}
