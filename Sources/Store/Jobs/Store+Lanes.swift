import Core
import Queue
import SQLite

// Lanes. Only admitted jobs are among the ready ones that a claim looks through; the others wait in an index
// of their own. So however many jobs wait in a lane that lets nothing through, no claim meets one of them.
//
// A lane is looked at when one of its jobs comes or ends, when somebody resets it, and at `wake_at`.

extension Store {
  /// The lane where it has limits, nil where there are none: then it is no lane at all.
  func inUse(_ lane: LaneID, _ connection: SQLiteConnection) throws -> LaneID? {
    try policy(of: lane, connection) == nil ? nil : lane
  }

  /// Finds a place for a job that is about to become available.
  func findPlace(
    _ kind: JobKind, lane id: LaneID?, runAt: Timestamp, in transaction: Transaction
  ) throws -> Place {
    guard let id, let policy = try policy(of: id, transaction.connection) else { return .ready }
    var row = try laneRow(id, policy, in: transaction)
    let now = transaction.now
    let room = row.lane.room(now: now, policy: policy)
    var place = Place.behindItsLane
    if runAt > now {
      row.wake(at: runAt)
    } else if let wakeAt = row.wakeAt, wakeAt <= now {
      // Others wait whose time has come, or a token: they were there before, and the next claim lets them in.
    } else if case .jobs = room, !(try isPaused(kind, transaction.connection)) {
      row.lane.admit(1, policy: policy)
      place = .admitted
    } else if case .later(let time) = room {
      row.wake(at: time)
    }
    if place == .behindItsLane { row.lane.waiting += 1 }
    try save(row, transaction.connection)
    return place
  }

  /// Gives a job that is available and held by nothing its place.
  func place(
    _ job: WaitingJob, pastItsLane: Bool = false, in transaction: Transaction
  ) throws {
    let place =
      pastItsLane
      ? .ready : try findPlace(job.kind, lane: job.lane, runAt: job.runAt, in: transaction)
    try transaction.connection.run(
      "UPDATE jobs SET waits_for = :waitsFor, admitted = :admitted WHERE id = :id"
    ) {
      $0.bind(":waitsFor", place.waitsFor)
      $0.bind(":admitted", place == .admitted)
      $0.bind(":id", job.id.number)
    }
    if place.isReady { jobsReady.give() }
  }

  /// A job that had begun gives its place back, with what it has to say of the account. `rejoins`: it waits
  /// in the lane again.
  func leave(
    _ id: LaneID, reporting report: LaneReport?, rejoins: Bool,
    in transaction: Transaction
  ) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    row.lane.admitted -= 1
    if rejoins { row.lane.waiting += 1 }
    if let report {
      if case .needsOwner(let words) = report { try noteTrouble(of: id, words, in: transaction) }
      let isClosed = row.lane.note(
        report, now: transaction.now, policy: policy, randomness: randomness)
      if isClosed { try dismissReady(from: &row, policy, transaction.connection) }
    }
    try admit(to: &row, policy, in: transaction)
    if case .needsOwner = report { try tellWaitingGuests(of: id, in: transaction) }
  }

  /// A job that had not begun goes away.
  func leaveLane(_ job: LiveJob, in transaction: Transaction) throws {
    guard let id = job.lane, let policy = try policy(of: id, transaction.connection) else { return }
    if job.isAdmitted {
      var row = try laneRow(id, policy, in: transaction)
      row.lane.admitted -= 1
      try admit(to: &row, policy, in: transaction)
    } else if job.waitsFor == "lane" {
      var row = try laneRow(id, policy, in: transaction)
      row.lane.waiting -= 1
      try save(row, transaction.connection)
    }
  }

  /// Admits to the lanes whose time has come.
  func wakeLanes(in transaction: Transaction) throws {
    let due = try transaction.connection.all(
      """
      SELECT id FROM lanes INDEXED BY lanes_to_wake
      WHERE wake_at <= :now ORDER BY wake_at LIMIT :limit
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":limit", Store.lanesWokenAtOnce)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
    for id in due { try readmit(id, in: transaction) }
  }

  /// A claim that finds more to wake leaves them to the next: it is asked for at once.
  private static let lanesWokenAtOnce = 100

  func nextLaneWake(_ connection: SQLiteConnection) throws -> Timestamp? {
    try connection.first(
      "SELECT min(wake_at) FROM lanes INDEXED BY lanes_to_wake WHERE wake_at IS NOT NULL"
    ) { $0.optionalTimestamp(0) } ?? nil
  }

  /// Looks anew at what a lane can let through.
  func readmit(_ id: LaneID, in transaction: Transaction) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    try admit(to: &row, policy, in: transaction)
  }

  /// Chooses anew which jobs are let through: some kinds have just been paused.
  func makeRoom(in id: LaneID, in transaction: Transaction) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    try dismissReady(from: &row, policy, transaction.connection)
    try admit(to: &row, policy, in: transaction)
  }

  /// The account works again, as its owner or an operator says: its breaker closes, its parked jobs are
  /// available, and they and those that wait go on in order of their meetings' times. Returns how many were
  /// parked.
  package func resetLane(_ id: LaneID) throws -> Int {
    try write { try self.resetLane(id, in: $0) }
  }

  func resetLane(_ id: LaneID, in transaction: Transaction) throws -> Int {
    let connection = transaction.connection
    guard let policy = try policy(of: id, connection) else { return 0 }
    var row = try laneRow(id, policy, in: transaction)
    row.lane.reset()
    let parked = try connection.all(
      """
      UPDATE jobs SET state = 'available', reason = NULL, run_at = :now,
        waits_for = CASE WHEN EXISTS (
          SELECT 1 FROM jobs AS earlier INDEXED BY jobs_of_sequence
          WHERE earlier.sequence = jobs.sequence AND earlier.finished_at IS NULL
            AND earlier.id < jobs.id)
        THEN 'sequence' ELSE 'lane' END
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_parked_in_lane
        WHERE lane = :lane AND state = 'parked')
      RETURNING kind, waits_for = 'lane'
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":lane", id.rawValue)
    } read: {
      (kind: JobKind(rawValue: $0.string(0)), waitsForLane: $0.bool(1))
    }
    for job in parked { count(job.kind, from: .parked, to: .available, in: transaction) }
    // An operator may have retried one that comes before it in its sequence.
    row.lane.waiting += parked.count { $0.waitsForLane }
    try orderByMeeting(id, now: transaction.now, connection)
    try admit(to: &row, policy, in: transaction)
    jobsReady.give()
    return parked.count
  }

  /// The order of a lane is that of `run_at`: those that are due, or wait only because they failed before, get
  /// one before all of theirs, a millisecond apart, the earliest meeting first. Behind so many the order of
  /// arrival does.
  private func orderByMeeting(
    _ lane: LaneID, now: Timestamp, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      UPDATE jobs SET run_at = min(place.first, :now) - :limit + place.number
      FROM (
        SELECT id, min(run_at) OVER () AS first,
          row_number() OVER (ORDER BY deadline_at IS NULL, deadline_at, id) AS number
        FROM jobs INDEXED BY jobs_waiting_for_lane
        WHERE lane = :lane AND state = 'available' AND waits_for = 'lane'
          AND (run_at <= :now OR fence > 0)
        LIMIT :limit) AS place
      WHERE jobs.id = place.id
      """
    ) {
      $0.bind(":now", now)
      $0.bind(":limit", Store.orderedByMeeting)
      $0.bind(":lane", lane.rawValue)
    }
  }

  /// What one transaction may move: some ten milliseconds' work.
  private static let orderedByMeeting = 1000

  /// Counts the places that each lane's jobs take and those that wait, and corrects the lanes that say
  /// otherwise; returns them.
  package func recountLanes() throws -> [LaneID] {
    let lanes = try ask { connection in
      try connection.all("SELECT id FROM lanes ORDER BY id") { LaneID(rawValue: $0.string(0)) }
    }
    return try lanes.filter { id in try write { try self.recount(id, in: $0) } }
  }

  private func recount(_ id: LaneID, in transaction: Transaction) throws -> Bool {
    guard let policy = try policy(of: id, transaction.connection) else { return false }
    let truth = try transaction.connection.first(
      """
      SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_admitted WHERE lane = :lane AND admitted = 1),
        (SELECT count(*) FROM jobs INDEXED BY jobs_waiting_for_lane
          WHERE lane = :lane AND state = 'available' AND waits_for = 'lane')
      """
    ) {
      $0.bind(":lane", id.rawValue)
    } read: {
      (admitted: $0.int(0), waiting: $0.int(1))
    }
    var row = try laneRow(id, policy, in: transaction)
    guard let truth, truth != (row.lane.admitted, row.lane.waiting) else { return false }
    row.lane.admitted = truth.admitted
    row.lane.waiting = truth.waiting
    try admit(to: &row, policy, in: transaction)
    return true
  }

  /// Sends the lane's ready jobs back to those that wait: it has closed.
  private func dismissReady(
    from row: inout LaneRow, _ policy: LanePolicy, _ connection: SQLiteConnection
  ) throws {
    let id = row.lane.id
    let dismissed = try connection.run(
      """
      UPDATE jobs INDEXED BY jobs_admitted SET admitted = 0, waits_for = 'lane'
      WHERE lane = :lane AND admitted = 1 AND state = 'available'
      """
    ) { $0.bind(":lane", id.rawValue) }
    row.lane.dismiss(dismissed, policy: policy)
  }

  /// Lets as many jobs through as there is room for, and saves the lane.
  private func admit(
    to row: inout LaneRow, _ policy: LanePolicy, in transaction: Transaction
  ) throws {
    row.wakeAt = nil
    if row.lane.waiting > 0 {
      switch row.lane.room(now: transaction.now, policy: policy) {
      case .none: break
      case .later(let time): row.wakeAt = time
      case .jobs(let room):
        let found = try firstWaiting(in: row.lane.id, limit: room, in: transaction)
        for id in found.due {
          try transaction.connection.run(
            "UPDATE jobs SET waits_for = NULL, admitted = 1 WHERE id = :id"
          ) { $0.bind(":id", id.number) }
        }
        row.lane.waiting -= found.due.count
        row.lane.admit(found.due.count, policy: policy)
        if !found.due.isEmpty { jobsReady.give() }
        row.wakeAt = found.next
        // Those of the rate's next token; a free place needs no clock.
        if found.due.count == room, row.lane.waiting > 0,
          case .later(let time) = row.lane.room(now: transaction.now, policy: policy)
        {
          row.wake(at: time)
        }
      }
    }
    try save(row, transaction.connection)
  }

  /// The lane's jobs that are due, in the order of a claim, and when the next one is.
  private func firstWaiting(
    in lane: LaneID, limit: Int, in transaction: Transaction
  ) throws -> (due: [JobID], next: Timestamp?) {
    let connection = transaction.connection
    var candidates: [ClaimCandidate] = []
    var next: Timestamp?
    var kind = try firstKind(waitingIn: lane, after: "", connection)
    while let current = kind {
      kind = try firstKind(waitingIn: lane, after: current.rawValue, connection)
      if try isPaused(current, connection) { continue }
      let priority = policy(current).priority
      let heads = try connection.all(
        """
        SELECT id, run_at FROM jobs INDEXED BY jobs_waiting_for_lane
        WHERE lane = :lane AND kind = :kind AND state = 'available' AND waits_for = 'lane'
        ORDER BY run_at, id LIMIT :limit
        """
      ) {
        $0.bind(":lane", lane.rawValue)
        $0.bind(":kind", current.rawValue)
        $0.bind(":limit", limit)
      } read: {
        ClaimCandidate(id: JobID(number: $0.int64(0)), runAt: $0.timestamp(1), priority: priority)
      }
      for candidate in heads {
        if candidate.runAt <= transaction.now {
          candidates.append(candidate)
        } else {
          next = min(next ?? candidate.runAt, candidate.runAt)
        }
      }
    }
    return (candidates.sorted().prefix(limit).map(\.id), next)
  }

  private func firstKind(
    waitingIn lane: LaneID, after kind: String, _ connection: SQLiteConnection
  ) throws -> JobKind? {
    try connection.first(
      """
      SELECT kind FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE lane = :lane AND kind > :kind AND state = 'available' AND waits_for = 'lane'
      ORDER BY kind LIMIT 1
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
  }
}

/// Where a job stands that is not running.
enum Place: Equatable {
  /// Among the ready ones, or where its state is not `available`, nowhere.
  case none, ready
  /// Among the ready ones, with a place in its lane.
  case admitted
  case behindItsSequence, behindItsLane

  var waitsFor: String? {
    switch self {
    case .none, .ready, .admitted: nil
    case .behindItsSequence: "sequence"
    case .behindItsLane: "lane"
    }
  }

  /// Whether a claim may find it, now or at its time.
  var isReady: Bool {
    switch self {
    case .ready, .admitted: true
    // The lane's own clock may have to be set anew.
    case .behindItsLane: true
    case .none, .behindItsSequence: false
    }
  }
}

/// A job that is available and about to be given its place.
struct WaitingJob {
  let id: JobID
  let kind: JobKind
  let lane: LaneID?
  let runAt: Timestamp

  init(id: JobID, kind: JobKind, lane: LaneID?, runAt: Timestamp) {
    self.id = id
    self.kind = kind
    self.lane = lane
    self.runAt = runAt
  }

  /// From `id, kind, lane, run_at`.
  init(row: Row) {
    id = JobID(number: row.int64(0))
    kind = JobKind(rawValue: row.string(1))
    lane = row.optionalString(2).map(LaneID.init(rawValue:))
    runAt = row.timestamp(3)
  }
}

/// A job that might be claimed or admitted, in the order in which it would be.
struct ClaimCandidate: Comparable {
  let id: JobID
  let runAt: Timestamp
  private let rank: Int64

  init(id: JobID, runAt: Timestamp, priority: Int) {
    self.id = id
    self.runAt = runAt
    rank = runAt.milliseconds + Int64(priority) * priorityAgeing.wholeMilliseconds
  }

  static func < (a: Self, b: Self) -> Bool { (a.rank, a.id) < (b.rank, b.id) }
}
