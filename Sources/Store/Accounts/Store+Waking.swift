import Bookings
import Core
import Queue
import SQLite

// What waits for an account that works again: the jobs of its own lane, and whatever is parked because the
// account is one of the calendars that a booking's link looks at, wherever its event belongs.

extension Store {
  /// Lets everything go on that waits for this account, the next meeting first. Where it is little, at once;
  /// where it is much, or would have to be looked for among many, it is noted here and done by `finishWaking`
  /// in bites: by this process or, if that dies, by the next one that sweeps. Returns how many were parked, of
  /// those that were woken at once.
  func wakeJobs(waitingFor account: ConnectionID, in transaction: Transaction) throws -> Int {
    let lane = LaneID(rawValue: account.text)
    if try parkedAre(moreThan: Store.wakingBite, transaction.connection) {
      try askToWake(lane, isAccount: true, in: transaction)
      return 0
    }
    var woken = try resetLane(lane, in: transaction)
    let others = try parkedJobs(lookingAt: account, transaction.connection)
    for lane in Set(others.compactMap(\.lane)) { woken += try resetLane(lane, in: transaction) }
    let laneless = others.filter { $0.lane == nil }
    let first = transaction.now - .milliseconds(laneless.count)
    return try woken + wake(laneless, from: first, in: transaction)
  }

  func askToWake(_ lane: LaneID, isAccount: Bool, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO wakings (lane, is_account, asked_at) VALUES (:lane, :isAccount, :now)
      ON CONFLICT (lane) DO UPDATE SET is_account = max(is_account, excluded.is_account),
        asked_at = max(asked_at + 1, excluded.asked_at)
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":isAccount", isAccount)
      $0.bind(":now", transaction.now)
    }
  }

  /// Carries out what was noted. Done twice, or by two processes at once, it does the same.
  func finishWakings() throws {
    let lanes = try ask { connection in
      try connection.all("SELECT lane FROM wakings ORDER BY asked_at, lane") {
        LaneID(rawValue: $0.string(0))
      }
    }
    for lane in lanes { _ = try finishWaking(lane) }
  }

  /// Returns how many jobs it has woken.
  func finishWaking(_ lane: LaneID) throws -> Int {
    guard let asked = try waking(lane) else { return 0 }
    var woken = try wakeAllParked(in: lane)
    if asked.isAccount {
      // Looked for once: what is parked again meanwhile has something else to wait for.
      let others = try read { try parkedJobs(lookingAt: ConnectionID(lane.rawValue), $0) }
      for lane in Set(others.compactMap(\.lane)) { woken += try wakeAllParked(in: lane) }
      let laneless = others.filter { $0.lane == nil }
      let first = database.time.now() - .milliseconds(laneless.count)
      for start in stride(from: 0, to: laneless.count, by: Store.wakingBite) {
        let bite = Array(laneless[start...].prefix(Store.wakingBite))
        woken += try writeBite { try self.wake(bite, from: first + .milliseconds(start), in: $0) }
      }
    }
    try write { transaction in
      // Asked for once more meanwhile, it is done once more.
      try transaction.connection.run(
        "DELETE FROM wakings WHERE lane = :lane AND asked_at = :askedAt"
      ) {
        $0.bind(":lane", lane.rawValue)
        $0.bind(":askedAt", asked.at)
      }
      return
    }
    return woken
  }

  private func waking(_ lane: LaneID) throws -> (isAccount: Bool, at: Timestamp)? {
    try ask { connection in
      try connection.first("SELECT is_account, asked_at FROM wakings WHERE lane = :lane") {
        $0.bind(":lane", lane.rawValue)
      } read: {
        (isAccount: $0.bool(0), at: $0.timestamp(1))
      }
    }
  }

  /// Wakes what is parked in the lane, however many they are, and opens it.
  private func wakeAllParked(in lane: LaneID) throws -> Int {
    var woken = 0
    var meetings: [JobID]?
    while true {
      let (bite, isOpen) = try writeBite { [meetings] transaction in
        let bite = try self.wakeParked(in: lane, in: transaction)
        let isLast = bite < Store.wakingBite
        return (bite, try isLast && self.open(lane, meetings: meetings, in: transaction))
      }
      woken += bite
      if isOpen { return woken }
      if bite < Store.wakingBite {
        let now = database.time.now()
        meetings = try ask { try earliestMeetings(in: lane, now: now, $0) }
      }
    }
  }

  /// Wakes those that are still parked; they have no lane. From `first` on they are a millisecond apart, in
  /// the past: all may run now, in this order.
  private func wake(
    _ jobs: [ParkedJob], from first: Timestamp, in transaction: Transaction
  ) throws -> Int {
    var woken = 0
    for (index, job) in jobs.enumerated() {
      let runAt = first + .milliseconds(index)
      let isParked = try transaction.connection.run(
        """
        UPDATE jobs SET state = 'available', aside = NULL, run_at = :runAt, reason = NULL
        WHERE id = :id AND state = 'parked'
        """
      ) {
        $0.bind(":runAt", runAt)
        $0.bind(":id", job.id.number)
      }
      if isParked == 0 { continue }
      woken += 1
      count(job.kind, from: .parked, to: .available, in: transaction)
      if try isHeld(job.id, in: job.sequence, transaction.connection) {
        try transaction.connection.run("UPDATE jobs SET waits_for = 'sequence' WHERE id = :id") {
          $0.bind(":id", job.id.number)
        }
      } else {
        try place(
          WaitingJob(id: job.id, kind: job.kind, lane: nil, runAt: runAt), in: transaction)
      }
    }
    return woken
  }

  private func parkedAre(moreThan limit: Int, _ connection: SQLiteConnection) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM jobs INDEXED BY jobs_parked_until WHERE aside = 'parked' LIMIT 1 OFFSET :limit"
    ) {
      $0.bind(":limit", limit)
    } read: { _ in
      true
    } ?? false
  }

  private func parkedJobs(
    lookingAt account: ConnectionID, _ database: SQLiteConnection
  ) throws -> [ParkedJob] {
    try database.all(
      """
      SELECT j.id, j.kind, j.lane, j.sequence FROM jobs AS j INDEXED BY jobs_parked_until
        JOIN bookings AS b ON b.id = substr(j.sequence, length('booking:') + 1)
        JOIN links AS l ON l.id = b.link_id
      WHERE j.aside = 'parked' AND EXISTS (
        SELECT 1 FROM calendars AS k
        WHERE k.connection_id = :account AND (k.id = b.calendar_id
          OR instr(' ' || l.conflict_calendar_ids || ' ', ' ' || k.id || ' ')))
      ORDER BY b.start_at, j.id
      """
    ) {
      $0.bind(":account", account)
    } read: {
      ParkedJob(
        id: JobID(number: $0.int64(0)), kind: JobKind(rawValue: $0.string(1)),
        lane: $0.optionalString(2).map(LaneID.init(rawValue:)), sequence: $0.optionalString(3))
    }
  }
}

private struct ParkedJob: Sendable {
  let id: JobID
  let kind: JobKind
  let lane: LaneID?
  let sequence: String?
}
