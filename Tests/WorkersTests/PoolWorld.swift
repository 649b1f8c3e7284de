import Bookings
import Core
import Intake
import Queue
import Store
import StoreTestSupport
import Synchronization
import TestSupport

@testable import Workers

/// A pool on a real store whose handler is the test's. It is stopped when the test ends.
final class PoolWorld: Sendable {
  let stored: StoredWorld
  let store: InterposedStore
  let handler: ScriptedHandler
  let lines = LogLines()
  let pool: WorkerPool

  /// - Parameter sweep: an hour by default, so that nothing happens but what is asked for.
  init(
    _ stored: StoredWorld? = nil, seats: Int = 2, sweep: Duration = .hours(1),
    kind: JobKind = .booking, run: @escaping ScriptedHandler.Body = { _ in Handled(.completed) }
  ) throws {
    let stored = try stored ?? StoredWorld()
    self.stored = stored
    store = InterposedStore(stored.store)
    handler = ScriptedHandler(kind: kind, run: run)
    var options = WorkerPool.Options()
    options.seats = seats
    options.sweep = sweep
    pool = WorkerPool(
      store: store, handlers: [handler], definitions: stored.definitions, time: stored.time,
      randomness: Randomness(seed: 1), log: lines.log, options: options)
  }

  func start() throws {
    stored.store.jobsReady.connect { [weak pool] in pool?.wake() }
    try pool.start()
  }

  deinit { pool.stop(by: SystemTime().monotonic() + .seconds(30)) }

  func stop(within grace: Duration = .seconds(30)) {
    pool.stop(by: SystemTime().monotonic() + grace)
  }

  @discardableResult
  func enqueue(
    _ kind: JobKind = .booking, runAt: Timestamp? = nil, deadline: Timestamp? = nil,
    sequence: String? = nil
  ) throws -> JobID {
    let answer = Awaited<Result<JobID, any Error>>()
    let job = NewJob(
      kind: kind, payload: ["version": 1], sequence: sequence, runAt: runAt, deadline: deadline)
    stored.store.transact({ try $0.enqueue(job).id }) { answer.give($0) }
    return try answer.take().get()
  }

  /// Claims the next ready job; nil where none is.
  func claimNext() throws -> ClaimedJob? {
    let answer = Awaited<Result<Claim, any Error>>()
    stored.store.claim(limit: 1, lease: .seconds(60), kinds: [handler.kind]) { answer.give($0) }
    return try answer.take().get().jobs.first
  }

  /// Runs the next ready job on this thread, without any of the pool's own; false where none is ready.
  @discardableResult
  func performNext() throws -> Bool {
    guard let job = try claimNext() else { return false }
    try pool.carryOutAndWait(job)
    return true
  }

  func attempts(_ job: JobID) throws -> [AttemptRecord] { try stored.store.attempts(of: job) }
}

/// Runs what the test says, and remembers what it was told afterwards.
final class ScriptedHandler: JobHandler {
  typealias Body = @Sendable (ClaimedJob) throws(JobError) -> Handled

  let kind: JobKind
  private let body: Body
  private let failures = Mutex<[(error: JobError, isParked: Bool)]>([])

  init(kind: JobKind, run: @escaping Body) {
    self.kind = kind
    self.body = run
  }

  var told: [(error: JobError, isParked: Bool)] { failures.withLock { $0 } }

  func run(_ attempt: Attempt) throws(JobError) -> Handled { try body(attempt.job) }

  func afterFailure(_ job: ClaimedJob, _ error: JobError, isParked: Bool) -> Handled.Record {
    failures.withLock { $0.append((error, isParked)) }
    return .nothing
  }
}
