import Core
import Queue

/// A job whose end is not recorded yet.
struct RunningJob {
  let job: ClaimedJob
  let began: MonotonicInstant
  let limit: WorkLimit
  var extended: MonotonicInstant
}

/// Who sits where, and whether to claim: the pool's decisions, without its threads.
struct PoolState {
  private var freeSeats: [Int]
  private(set) var running: [Lease: RunningJob] = [:]
  /// A signal has come, or the last claim left jobs behind.
  private var wantsClaim = false
  private var claimIsInFlight = false
  /// How many the claim in flight was to bring.
  private var asked = 0
  var isStopping = false

  init(seats: Int) { freeSeats = Array((0..<seats).reversed()) }

  /// Here and below true means: claim now.
  mutating func signal() -> Bool {
    wantsClaim = true
    return beginClaim()
  }

  /// How many jobs the claim in flight may bring: also for the seats that became free since it was asked for.
  mutating func claimLimit() -> Int {
    // It will see whatever has become ready until now.
    wantsClaim = false
    asked = freeSeats.count
    return asked
  }

  /// Gives each claimed job a seat.
  mutating func claimed(
    _ jobs: [(ClaimedJob, WorkLimit)], at now: MonotonicInstant
  ) -> (seats: [Int], claimsAgain: Bool) {
    claimIsInFlight = false
    if jobs.count == asked { wantsClaim = true }
    let seats = jobs.map { seat($0, $1, at: now) }
    return (seats, beginClaim())
  }

  mutating func claimFailed() { claimIsInFlight = false }

  /// False: nothing to claim, nobody free, or a claim on its way.
  private mutating func beginClaim() -> Bool {
    guard wantsClaim, !claimIsInFlight, !isStopping, !freeSeats.isEmpty else { return false }
    claimIsInFlight = true
    wantsClaim = false
    return true
  }

  private mutating func seat(
    _ job: ClaimedJob, _ limit: WorkLimit, at now: MonotonicInstant
  ) -> Int {
    guard let seat = freeSeats.popLast() else {
      trap("no more jobs are claimed than seats are free")
    }
    running[job.lease] = RunningJob(
      job: job, began: now, limit: limit, extended: now)
    return seat
  }

  mutating func free(_ seat: Int) -> Bool {
    freeSeats.append(seat)
    return beginClaim()
  }

  mutating func ended(_ lease: Lease) { running[lease] = nil }

  mutating func leasesToExtend(
    now: MonotonicInstant, lease: Duration
  ) -> [RunningJob] {
    var due: [RunningJob] = []
    for (key, job) in running where now - job.extended > lease / 3 {
      running[key]?.extended = now
      due.append(job)
    }
    return due
  }
}
