import Bookings
import Core
import Queue
import Synchronization
import TestSupport

/// The model behind the port: one process's hands on a queue in memory.
final class MemoryJobs: JobStore {
  /// What all processes share.
  final class Shared: Sendable {
    let time: HandTurnedTime
    private let model: Mutex<QueueModel>

    init(
      _ time: HandTurnedTime, policy: @escaping @Sendable (JobKind) -> EnqueuePolicy,
      lanePolicy: @escaping @Sendable (String) -> LanePolicy?
    ) {
      self.time = time
      model = Mutex(QueueModel(policy: policy, lanePolicy: lanePolicy))
    }

    func withModel<Value>(
      of process: Int, _ body: (inout QueueModel) throws -> sending Value
    ) rethrows -> sending Value {
      try model.withLock { model in
        model.process = process
        model.now = time.now()
        return try body(&model)
      }
    }
  }

  let shared: Shared
  let process: Int

  /// - Parameter latestEnqueue: What it remembers of the jobs of earlier histories.
  init(
    _ shared: Shared, randomness: Randomness = Randomness(seed: 1),
    latestEnqueue: Timestamp = Timestamp(milliseconds: 0)
  ) {
    self.shared = shared
    process = shared.withModel(of: 0) {
      $0.open(randomness: randomness, latestEnqueue: latestEnqueue)
    }
  }

  func withModel<Value>(
    _ body: (inout QueueModel) throws -> sending Value
  ) rethrows -> sending Value {
    try shared.withModel(of: process, body)
  }

  func die() { withModel { $0.die(process) } }

  func enqueue(_ job: NewJob) -> Enqueued { withModel { $0.enqueue(job) } }

  func record(of id: JobID) -> JobRecord? { withModel { $0.record(of: id) } }

  /// Every claim that has ended, in order.
  func attempts(of id: JobID) -> [AttemptRecord] { withModel { $0.jobs[id]?.attempts ?? [] } }

  var ids: [JobID] { withModel { $0.jobs.keys.sorted() } }

  // MARK: - The port

  func claim(
    upTo limit: @escaping @Sendable () -> Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    completion(.success(withModel { $0.claim(limit: limit(), lease: lease, kinds: kinds) }))
  }

  func holds(_ lease: Lease) -> Bool { withModel { $0.holds(lease) } }

  func extend(_ leases: [Lease], by duration: Duration) -> [Lease] {
    withModel { model in leases.filter { !model.extend($0, by: duration) } }
  }

  func leasesToGiveUp() -> [Lease] {
    withModel { model in
      model.inOrder.filter {
        $0.state == .executing && $0.process == process && $0.verdict != nil
      }.map { Lease(job: $0.id, fence: $0.fence) }
    }
  }

  func intend(_ key: String, by lease: Lease) throws {
    try withModel { model in
      guard model.holds(lease) else { throw JobStoreError.leaseLost(lease) }
      model.change(lease.job) { $0.effects[key] = .intended }
    }
  }

  func effect(_ key: String, of job: JobID) -> Effect.State? {
    withModel { $0.jobs[job]?.effects[key] }
  }

  func finish(
    _ job: ClaimedJob, _ finish: Finish, effects: [Effect], record: Settlement?,
    followUps: [NewJob], completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    completion(
      Result {
        try withModel { try $0.finish(job, finish, effects: effects, followUps: followUps) }
      })
  }

  func rescueOrphans(at now: MonotonicInstant) -> Int { withModel { $0.rescue(at: now) } }

  func clockWentBack(
    by jump: Duration, between earlier: MonotonicInstant, and later: MonotonicInstant
  ) {
    withModel { $0.clockWentBack(by: jump, between: earlier, and: later) }
  }

  /// It does everything at once.
  func finishWhatWasBegun() {}

  func makeChores(_ chores: [JobKind: Schedule]) { withModel { $0.makeChores(chores) } }
}
