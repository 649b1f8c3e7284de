import Bookings
import Core
import Dispatch
import Queue
import Store
import Synchronization
import TestSupport
import WorkersTestSupport

/// The real store, with a test between it and the pool: it hears what the pool asks, may refuse it, and may
/// keep a claim's answer back.
final class InterposedStore: JobStore {
  private struct State {
    var finishFaults: [any Error] = []
    var claimFaults: [any Error] = []
    var claimGate: Gate?
    var beforeFinish: (@Sendable () -> Void)?
    var afterIntending: (@Sendable () throws -> Void)?
    var limits: [Int] = []
  }

  let claimed = Awaited<Claim>()
  let finished = Awaited<JobID>()
  let refused = Awaited<JobID>()
  let extended = Awaited<JobID>()
  let swept = Awaited<Int>()

  private let store: Store
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "held claims")

  init(_ store: Store) { self.store = store }

  /// How many jobs each claim has asked for.
  var limits: [Int] { state.withLock { $0.limits } }

  /// The next so many finishes fail, as on a disk that is full.
  func refuseFinishes(_ count: Int, _ error: any Error = DiskIsFull()) {
    state.withLock { $0.finishFaults += Array(repeating: error, count: count) }
  }

  func acceptFinishes() { state.withLock { $0.finishFaults = [] } }

  /// Runs `body` when the next job has run and its end is about to be recorded.
  func beforeNextFinish(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.beforeFinish = body }
  }

  /// Runs `body` when it is on the disk that the next change is about to be made.
  func afterNextIntend(_ body: @escaping @Sendable () throws -> Void) {
    state.withLock { $0.afterIntending = body }
  }

  func refuseNextClaim() { state.withLock { $0.claimFaults.append(DiskIsFull()) } }

  /// Claims from now on are answered when the gate has opened.
  func holdClaims() -> Gate {
    let gate = Gate()
    state.withLock { $0.claimGate = gate }
    return gate
  }

  func claim(
    upTo limit: @escaping @Sendable () -> Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    let (fault, gate) = state.withLock { state -> ((any Error)?, Gate?) in
      (state.claimFaults.isEmpty ? nil : state.claimFaults.removeFirst(), state.claimGate)
    }
    let heard: @Sendable () -> Int = { [self] in
      let limit = limit()
      state.withLock { $0.limits.append(limit) }
      return limit
    }
    if let fault {
      _ = heard()
      return queue.async { completion(.failure(fault)) }
    }
    store.claim(upTo: heard, lease: lease, kinds: kinds) { [self] result in
      if let claim = try? result.get() { claimed.give(claim) }
      guard let gate else { return completion(result) }
      queue.async {
        try? gate.pass()
        completion(result)
      }
    }
  }

  func extend(_ leases: [Lease], by duration: Duration) throws -> [Lease] {
    let lost = try store.extend(leases, by: duration)
    for lease in leases where !lost.contains(lease) { extended.give(lease.job) }
    return lost
  }

  func leasesToGiveUp() throws -> [Lease] { try store.leasesToGiveUp() }
  func holds(_ lease: Lease) throws -> Bool { try store.holds(lease) }
  func intend(_ key: String, by lease: Lease) throws {
    try store.intend(key, by: lease)
    let after = state.withLock { state in
      defer { state.afterIntending = nil }
      return state.afterIntending
    }
    try after?()
  }
  func effect(_ key: String, of job: JobID) throws -> Effect.State? {
    try store.effect(key, of: job)
  }
  func clockWentBack(
    by jump: Duration, between earlier: MonotonicInstant, and later: MonotonicInstant
  ) throws {
    try store.clockWentBack(by: jump, between: earlier, and: later)
  }
  func finishWhatWasBegun() throws { try store.finishWhatWasBegun() }
  func makeChores(_ chores: [JobKind: Schedule]) throws { try store.makeChores(chores) }

  func finish(
    _ job: ClaimedJob, _ finish: Finish, effects: [Effect], record: Settlement?,
    followUps: [NewJob],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    let before = state.withLock { state in
      defer { state.beforeFinish = nil }
      return state.beforeFinish
    }
    before?()
    let fault = state.withLock { $0.finishFaults.isEmpty ? nil : $0.finishFaults.removeFirst() }
    if let fault {
      refused.give(job.lease.job)
      return queue.async { completion(.failure(fault)) }
    }
    store.finish(job, finish, effects: effects, record: record, followUps: followUps) {
      [self] result in
      completion(result)
      if case .success = result { finished.give(job.lease.job) }
    }
  }

  func rescueOrphans(at now: MonotonicInstant) throws -> Int {
    let rescued = try store.rescueOrphans(at: now)
    swept.give(rescued)
    return rescued
  }
}
