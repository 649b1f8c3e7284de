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
///
/// Claimed jobs lie on the table. A seat that is woken takes one, wakes the next seat if more lie there, and runs it;
/// when it has run, the seat takes another. So each job begins at once, and where jobs are short a few seats
/// run them all, without a thread being woken for each.
struct PoolState {
  typealias Dealt = (job: ClaimedJob, limit: WorkLimit)

  /// What somebody has to do now.
  struct Orders: Equatable {
    /// The seat to wake.
    var wake: Int?
    var claim = false
  }

  private var freeSeats: [Int]
  /// A seat has been woken and has not come to the table yet.
  private var isOneComing = false
  private var table: [Dealt] = []
  private(set) var running: [Lease: RunningJob] = [:]
  /// A signal has come, or the last claim left jobs behind.
  private var wantsClaim = false
  private var claimIsInFlight = false
  /// How many the claim in flight was to bring.
  private var asked = 0
  var isStopping = false

  init(seats: Int) { freeSeats = Array((0..<seats).reversed()) }

  // MARK: - Claiming

  /// True: claim now.
  mutating func signal() -> Bool {
    wantsClaim = true
    return beginClaim()
  }

  /// How many jobs the claim in flight may bring: also for the seats that became free since it was asked for.
  mutating func claimLimit() -> Int {
    // It will see whatever has become ready until now.
    wantsClaim = false
    asked = room
    return asked
  }

  /// There is a seat for each of these jobs.
  mutating func claimed(_ jobs: [Dealt], at now: MonotonicInstant) -> Orders {
    invariant(jobs.count <= room, "no more jobs are claimed than seats are free")
    claimIsInFlight = false
    if jobs.count == asked { wantsClaim = true }
    for (job, limit) in jobs {
      running[job.lease] = RunningJob(job: job, began: now, limit: limit, extended: now)
    }
    table += jobs
    return Orders(wake: seatToWake(), claim: beginClaim())
  }

  mutating func claimFailed() { claimIsInFlight = false }

  /// Jobs that could be begun at once besides those on the table.
  private var room: Int { freeSeats.count + (isOneComing ? 1 : 0) - table.count }

  /// False: nothing to claim, nobody free, or a claim on its way.
  private mutating func beginClaim() -> Bool {
    guard wantsClaim, !claimIsInFlight, !isStopping, room > 0 else { return false }
    claimIsInFlight = true
    wantsClaim = false
    return true
  }

  // MARK: - Seats

  /// A seat that was woken has come; what it is to run, or nothing: it is free again.
  mutating func come(_ seat: Int) -> (job: Dealt?, orders: Orders) {
    isOneComing = false
    return take(seat)
  }

  /// The seat's job has run; what it is to run next, or nothing: it is free.
  mutating func take(_ seat: Int) -> (job: Dealt?, orders: Orders) {
    let job = table.isEmpty ? nil : table.removeFirst()
    if job == nil { freeSeats.append(seat) }
    return (job, Orders(wake: seatToWake(), claim: beginClaim()))
  }

  /// One at a time: it wakes the next.
  private mutating func seatToWake() -> Int? {
    guard !table.isEmpty, !isOneComing, let seat = freeSeats.popLast() else { return nil }
    isOneComing = true
    return seat
  }

  // MARK: - Leases

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
