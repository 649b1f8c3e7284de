import Bookings
import Core
import Dispatch
import Queue
import Synchronization

/// The seats in which jobs run. A seat is one serial queue that runs one job at a time with plain blocking
/// calls; how many there are is the limit on jobs at once.
///
///     enqueue ──signal──▶ claim as many as seats are free ──▶ seat: run ──▶ seat free, finish ──▶ claim
///
/// A claim is asked for when a job has become ready and a seat is free, never by polling; one is in flight
/// at a time, so that seats that become free together are filled by one statement. The signal is given
/// inside the transaction that enqueues, so that an idle pool's claim joins that very commit. A seat is free
/// once its job has run: while the end of that is being recorded, the next job is claimed, in the same commit
/// if it can be, and begins after it.
package final class WorkerPool: Service {
  package struct Options: Sendable {
    /// The kinds that are run here; nil is all that have a handler.
    package var kinds: [JobKind]?
    package var seats = 16
    /// How often orphans are looked for and leases extended. Half of it is the longest that work of a dead
    /// process waits while another one lives.
    package var sweep = Duration.milliseconds(500)
    /// How long a claim lasts unless it is extended.
    package var lease = Duration.seconds(60)
    package init() {}
  }

  let store: any JobStore<Settlement>
  let handlers: [JobKind: any JobHandler]
  let definitions: JobDefinitions
  let time: any TimeSource
  let randomness: Randomness
  let log: Log
  private let options: Options
  private let kinds: [JobKind]
  private let chores: [JobKind: Schedule]
  private let clock: Mutex<ClockReading>
  private let seats: [DispatchQueue]
  private let state: Mutex<PoolState>
  private let timers: PoolTimers
  private let idle = DispatchGroup()
  /// For what takes longer than a sweep may: leases are extended meanwhile.
  private let aside = DispatchQueue(label: "bookend.pool.aside")
  private let asideLimit = WorkLimit()
  private let isAsideBusy = Atomic(false)

  package init(
    store: any JobStore<Settlement>, handlers: [any JobHandler], definitions: JobDefinitions,
    time: any TimeSource, randomness: Randomness, log: Log, options: Options = Options()
  ) {
    self.store = store
    self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
    self.definitions = definitions
    self.time = time
    self.randomness = randomness
    self.log = log
    self.options = options
    kinds = self.handlers.keys.filter { options.kinds?.contains($0) ?? true }
      .sorted { $0.rawValue < $1.rawValue }
    chores = Dictionary(
      uniqueKeysWithValues: kinds.compactMap { kind in
        definitions[kind].schedule.map { (kind, $0) }
      })
    clock = Mutex(ClockReading(time))
    // Utility: these threads run nothing else.
    seats = (0..<options.seats).map { DispatchQueue(label: "bookend.worker.\($0)", qos: .utility) }
    state = Mutex(PoolState(seats: options.seats))
    timers = PoolTimers()
  }

  // MARK: - Life

  /// Rescues what a dead process has left behind, then begins to claim.
  package func start() throws {
    let rescued = try store.rescueOrphans(at: time.monotonic())
    log(.poolStarted(seats: options.seats, rescued: rescued))
    timers.repeating(every: options.sweep) { [weak self] in self?.sweep() }
    wake()
  }

  /// Claims nothing more and waits for the running jobs. Those that still run at the deadline keep their
  /// lease; the next start finds them orphaned and runs them again.
  package func stop(by deadline: MonotonicInstant) {
    state.withLock { $0.isStopping = true }
    let grace = DispatchTime(uptimeNanoseconds: deadline.nanoseconds)
    timers.cancel()
    asideLimit.cancel()
    aside.sync {}
    let ended = idle.wait(timeout: grace) == .success
    log(.poolStopped(left: ended ? 0 : state.withLock { $0.running.count }))
  }

  // MARK: - Claiming

  /// A job may have become ready.
  package func wake() {
    if state.withLock({ $0.signal() }) { claim() }
  }

  private func claim() {
    idle.enter()
    let asked = time.monotonic()
    store.claim(
      upTo: { self.state.withLock { $0.claimLimit() } }, lease: options.lease, kinds: kinds
    ) { result in
      self.claimed(result, askedAt: asked)
      self.idle.leave()
    }
  }

  /// A lease is certain until so long before it ends, counted from before it was asked for: what hangs that
  /// long between the last look at it and the first byte that leaves is not told from what does not.
  private func certain(from asked: MonotonicInstant) -> MonotonicInstant {
    asked + options.lease * (1 - Self.margin)
  }

  private static let margin = 1.0 / 12

  private func claimed(_ result: Result<Claim, any Error>, askedAt asked: MonotonicInstant) {
    switch result {
    case .success(let claim):
      let now = time.monotonic()
      let jobs = claim.jobs.map { job in
        let deadline = now + definitions[job.kind].timeout
        return (job, WorkLimit(deadline: deadline, certainUntil: certain(from: asked)))
      }
      for _ in jobs { idle.enter() }
      let orders = state.withLock { $0.claimed(jobs, at: now) }
      follow(orders)
      if let runAt = claim.nextRunAt {
        timers.once(at: runAt, now: time.now()) { [weak self] in self?.wake() }
      }
    case .failure(let error):
      log(.claimFailed(error: "\(error)"))
      state.withLock { $0.claimFailed() }
    // The sweep wakes the pool again: a disk that refuses one write refuses the next.
    }
  }

  // MARK: - Running

  private func follow(_ orders: PoolState.Orders) {
    if let seat = orders.wake { seats[seat].async { self.work(in: seat) } }
    if orders.claim { claim() }
  }

  /// Runs the jobs that lie on the table until none is left.
  private func work(in seat: Int) {
    SeatThread.standBack()
    var next = state.withLock { $0.come(seat) }
    while true {
      follow(next.orders)
      guard let (job, limit) = next.job else { return }
      carryOut(job, limit) {
        self.state.withLock { $0.ended(job.lease) }
        self.idle.leave()
      }
      next = state.withLock { $0.take(seat) }
    }
  }

  /// Performs the job on this thread, has its end recorded, and calls `done` when it is.
  func carryOut(
    _ job: ClaimedJob, _ workLimit: WorkLimit, done: @escaping @Sendable () -> Void
  ) {
    // Claimed, but not begun when the pool was stopped: then this claim was none.
    let isStopping = state.withLock { $0.isStopping }
    let ending = isStopping ? Ending(.handedBack(at: time.now())) : perform(job, workLimit)
    record(ending, of: job, done: done)
  }

  /// Records the attempt's end, then calls `done`. This is the one write that must not be lost: if the disk
  /// refuses it, or what there is to record cannot be read, it is tried again until it succeeds; if the
  /// process dies first, the job is an orphan and runs again, which its handler is made for. Nobody waits for
  /// the commit: until then its lease is extended.
  private func record(
    _ ending: Ending, of job: ClaimedJob, wait: Duration = .milliseconds(50),
    done: @escaping @Sendable () -> Void
  ) {
    let again: @Sendable (any Error) -> Void = { [self] error in
      log(.outcomeNotRecorded(job, ending.finish, error: "\(error)"))
      let isGivenUp = !timers.after(wait) {
        self.record(ending, of: job, wait: min(wait * 2, .seconds(5)), done: done)
      }
      if isGivenUp { done() }
    }
    do {
      let record = try ending.record()
      store.finish(
        job, ending.finish, effects: ending.effects, record: record.settlement,
        followUps: record.followUps
      ) { [log] result in
        switch result {
        case .success:
          if log.isEnabled(.debug) { log(.jobFinished(job, ending.finish)) }
          done()
        case .failure(JobStoreError.leaseLost):
          log(.leaseLost(job, ending.finish))
          done()
        case .failure(let error): again(error)
        }
      }
    } catch {
      again(error)
    }
  }

  // MARK: - Sweeping

  /// What has to be looked at now and then, each on its own: that one of them fails keeps none of the others.
  private func sweep() {
    attempting("look at the clock") {
      guard let jump = clock.withLock({ $0.setBack(by: time) }) else { return }
      log(.clockWentBack(by: jump.by))
      try store.clockWentBack(by: jump.by, between: jump.earlier, and: jump.later)
    }
    attempting("rescue orphans") {
      let rescued = try store.rescueOrphans(at: time.monotonic())
      if rescued > 0 { log(.orphansRescued(count: rescued)) }
    }
    finishAside()
    attempting("make chores") { try store.makeChores(chores) }
    attempting("give up") { try giveUp(store.leasesToGiveUp()) }
    attempting("extend leases") { try extendLeases() }
    wake()
  }

  /// One at a time: where the last one is still at it, another would have nothing to do.
  private func finishAside() {
    guard
      isAsideBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return }
    aside.async { [self] in
      WorkLimit.$current.withValue(asideLimit) {
        attempting("finish what was begun") { try store.finishWhatWasBegun() }
      }
      isAsideBusy.store(false, ordering: .releasing)
    }
  }

  private func attempting(_ what: String, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      log(.sweepFailed(what: what, error: "\(error)"))
    }
  }

  /// Jobs that run for long keep their lease as long as their kind's time allows; past it their calls are
  /// cancelled and the lease runs out, and whatever hangs all the same is somebody else's to finish.
  private func extendLeases() throws {
    let now = time.monotonic()
    let due = state.withLock { $0.leasesToExtend(now: now, lease: options.lease) }
      .filter { now - $0.began < definitions[$0.job.kind].timeout }
    if due.isEmpty { return }
    let lost = Set(try store.extend(due.map(\.job.lease), by: options.lease))
    for one in due where !lost.contains(one.job.lease) {
      one.limit.makeCertain(until: certain(from: now))
    }
    for lease in lost { log(.extendFailed(lease)) }
    giveUp(Array(lost))
  }

  /// Nobody wants these jobs' results: an operator has ended them, or another runs them by now.
  private func giveUp(_ leases: [Lease]) {
    let running = state.withLock { $0.running.values.filter { leases.contains($0.job.lease) } }
    for one in running { one.limit.cancel() }
  }
}

/// Both clocks, read together: between two readings they move alike, unless the wall clock is set.
private struct ClockReading {
  private var wall: Timestamp
  private var monotonic: MonotonicInstant

  /// What a clock is set back by in one step, and not slewed.
  private static let least = Duration.seconds(1)

  init(_ time: any TimeSource) {
    wall = time.now()
    monotonic = time.monotonic()
  }

  /// By how much the wall clock was set back since the last reading; nil where it was not.
  mutating func setBack(
    by time: any TimeSource
  ) -> (by: Duration, earlier: MonotonicInstant, later: MonotonicInstant)? {
    let earlier = monotonic
    let (now, later) = (time.now(), time.monotonic())
    let jump = wall + (later - earlier) - now
    (wall, monotonic) = (now, later)
    return jump >= Self.least ? (jump, earlier, later) : nil
  }
}
