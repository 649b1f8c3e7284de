import Bookings
import Core
import Dispatch
import Queue
import Synchronization

/// The seats in which jobs run. A seat is one serial queue that runs one job at a time with plain blocking
/// calls; how many there are is the limit on jobs at once.
///
///     enqueue ──signal──▶ claim as many as seats are free ──▶ seat: run ──▶ finish ──▶ seat free ──▶ claim
///
/// A claim is asked for when a job has become ready and a seat is free, never by polling; one is in flight
/// at a time, so that seats that become free together are filled by one statement. The signal is given
/// inside the transaction that enqueues, so that an idle pool's claim joins that very commit.
package final class WorkerPool: Service {
  package struct Options: Sendable {
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
  private let seats: [DispatchQueue]
  private let state: Mutex<PoolState>
  private let timers: PoolTimers
  private let idle = DispatchGroup()

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
    seats = (0..<options.seats).map { DispatchQueue(label: "bookend.worker.\($0)") }
    state = Mutex(PoolState(seats: options.seats))
    timers = PoolTimers()
  }

  // MARK: - Life

  /// Rescues what a dead process has left behind, then begins to claim.
  package func start() throws {
    let rescued = try store.rescueOrphans()
    log(.poolStarted(seats: options.seats, rescued: rescued))
    timers.repeating(every: options.sweep) { [weak self] in self?.sweep() }
    wake()
  }

  /// Claims nothing more and waits for the running jobs. Those that still run at the deadline keep their
  /// lease; the next start finds them orphaned and runs them again.
  package func stop(by deadline: MonotonicInstant) {
    state.withLock { $0.isStopping = true }
    timers.cancel()
    let grace = DispatchTime(uptimeNanoseconds: deadline.nanoseconds)
    let ended = idle.wait(timeout: grace) == .success
    log(.poolStopped(left: ended ? 0 : state.withLock { $0.running.count }))
  }

  // MARK: - Claiming

  /// A job may have become ready.
  package func wake() {
    if let limit = state.withLock({ $0.signal() }) { claim(limit) }
  }

  private func claim(_ limit: Int) {
    idle.enter()
    store.claim(limit: limit, lease: options.lease) { result in
      self.claimed(result, limit: limit)
      self.idle.leave()
    }
  }

  private func claimed(_ result: Result<Claim, any Error>, limit: Int) {
    switch result {
    case .success(let claim):
      let now = time.monotonic()
      let next = state.withLock { $0.claimed(claim.jobs, of: limit, at: now) }
      for (seat, job) in zip(next.seats, claim.jobs) { run(job, in: seat) }
      if let runAt = claim.nextRunAt {
        timers.once(at: runAt, now: time.now()) { [weak self] in self?.wake() }
      }
      if let limit = next.limit { self.claim(limit) }
    case .failure(let error):
      log(.claimFailed(error: "\(error)"))
      state.withLock { $0.claimFailed() }
    // The sweep wakes the pool again: a disk that refuses one write refuses the next.
    }
  }

  // MARK: - Running

  private func run(_ job: ClaimedJob, in seat: Int) {
    idle.enter()
    seats[seat].async {
      self.carryOut(job) {
        if let limit = self.state.withLock({ $0.free(seat) }) { self.claim(limit) }
        self.idle.leave()
      }
    }
  }

  /// Performs the job on this thread and calls `done` when its end is recorded.
  func carryOut(_ job: ClaimedJob, done: @escaping @Sendable () -> Void) {
    // Claimed, but not begun when the pool was stopped: then this claim was none.
    let isStopping = state.withLock { $0.isStopping }
    record(isStopping ? Ending(.handedBack(at: time.now())) : perform(job), of: job, done: done)
  }

  /// Records the attempt's end, then calls `done`. This is the one write that must not be lost: if the disk
  /// refuses it, or what there is to record cannot be read, it is tried again until it succeeds; if the
  /// process dies first, the job is an orphan and runs again, which its handler is made for. The seat's
  /// thread does not wait for the commit, but the seat is taken until then.
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
        job, ending.finish, record: record.settlement, followUps: record.followUps
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

  private func sweep() {
    do {
      let rescued = try store.rescueOrphans()
      if rescued > 0 { log(.orphansRescued(count: rescued)) }
    } catch {
      log(.sweepFailed(error: "\(error)"))
    }
    extendLeases()
    wake()
  }

  /// Jobs that run for long keep their lease as long as their kind's time allows; past it the lease runs out,
  /// and whatever hangs is somebody else's to finish.
  private func extendLeases() {
    let now = time.monotonic()
    let due = state.withLock { $0.leasesToExtend(now: now, lease: options.lease) }
    for running in due {
      // A kind without a handler has no definition either; its end is all that is left to be written.
      guard handlers[running.job.kind] != nil else { continue }
      if now - running.began >= definitions[running.job.kind].timeout { continue }
      do {
        try store.extend(running.job.lease, by: options.lease)
      } catch {
        log(.extendFailed(running.job, error: "\(error)"))
      }
    }
  }
}
