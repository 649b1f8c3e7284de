import Core
import Queue

/// What sits in a seat.
struct RunningJob {
  let job: ClaimedJob
  let began: MonotonicInstant
  let limit: WorkLimit
  var extended: MonotonicInstant
}

/// Who sits where, and whether to claim: the pool's decisions, without its threads.
struct PoolState {
  private var freeSeats: [Int]
  private(set) var running: [Int: RunningJob] = [:]
  /// A signal has come, or the last claim left jobs behind.
  private var wantsClaim = false
  private var claimIsInFlight = false
  var isStopping = false

  init(seats: Int) { freeSeats = Array((0..<seats).reversed()) }

  mutating func signal() -> Int? {
    wantsClaim = true
    return beginClaim()
  }

  /// Gives each claimed job a seat; the second value is the next number to claim.
  mutating func claimed(
    _ jobs: [(ClaimedJob, WorkLimit)], of limit: Int, at now: MonotonicInstant
  ) -> (seats: [Int], limit: Int?) {
    claimIsInFlight = false
    if jobs.count == limit { wantsClaim = true }
    let seats = jobs.map { seat($0, $1, at: now) }
    return (seats, beginClaim())
  }

  mutating func claimFailed() { claimIsInFlight = false }

  /// The number of jobs to claim now, or nil: nothing to claim, nobody free, or a claim on its way.
  private mutating func beginClaim() -> Int? {
    guard wantsClaim, !claimIsInFlight, !isStopping, !freeSeats.isEmpty else { return nil }
    claimIsInFlight = true
    wantsClaim = false
    return freeSeats.count
  }

  private mutating func seat(
    _ job: ClaimedJob, _ limit: WorkLimit, at now: MonotonicInstant
  ) -> Int {
    guard let seat = freeSeats.popLast() else {
      trap("no more jobs are claimed than seats are free")
    }
    running[seat] = RunningJob(
      job: job, began: now, limit: limit, extended: now)
    return seat
  }

  mutating func free(_ seat: Int) -> Int? {
    running[seat] = nil
    freeSeats.append(seat)
    return beginClaim()
  }

  mutating func leasesToExtend(
    now: MonotonicInstant, lease: Duration
  ) -> [RunningJob] {
    var due: [RunningJob] = []
    for (seat, job) in running where now - job.extended > lease / 3 {
      running[seat]?.extended = now
      due.append(job)
    }
    return due
  }
}
