import Core
import Queue
import SQLite

// Jobs whose meetings have begun while they waited: they run once more, so that whoever waits for them is told.

extension Store {
  func hasOverdue() throws -> Bool {
    let now = database.time.now()
    return try ask { connection in
      try connection.exists(
        """
        SELECT 1 FROM jobs INDEXED BY jobs_parked_until
        WHERE state = 'parked' AND deadline_at <= :now LIMIT 1
        """
      ) { $0.bind(":now", now) } || !overdueLanes(now: now, connection).isEmpty
    }
  }

  /// Lanes in which jobs wait whose deadline has come. One seek for each lane in which any do.
  private func overdueLanes(
    now: Timestamp, _ connection: SQLiteConnection
  ) throws -> [LaneID] {
    try connection.all(
      """
      SELECT id FROM lanes WHERE waiting > 0 AND EXISTS (
        SELECT 1 FROM jobs INDEXED BY jobs_waiting_by_meeting
        WHERE lane = lanes.id AND state = 'available' AND waits_for = 'lane'
          AND deadline_at IS NOT NULL AND deadline_at <= :now)
      ORDER BY id LIMIT :bite
      """
    ) {
      $0.bind(":now", now)
      $0.bind(":bite", Store.overdueBite)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
  }

  /// Parked jobs whose time has come while they waited for their owner run past their lane, which may be
  /// closed for long; so do those that wait in a lane: they would be late in any case.
  func wakeOverdue(in transaction: Transaction) throws {
    // What waits in which lane is asked of the database.
    try memory.write(in: transaction)
    var left = try Store.overdueBite - wakeOverdueParked(in: transaction)
    var areWoken = left < Store.overdueBite
    for lane in try overdueLanes(now: transaction.now, transaction.connection) where left > 0 {
      left -= try letOverdueThrough(of: lane, atMost: left, in: transaction)
      areWoken = true
    }
    if areWoken { jobsReady.give() }
  }

  /// Jobs in one transaction: a few milliseconds' work. The next sweep takes the next ones.
  private static let overdueBite = 200

  private func wakeOverdueParked(in transaction: Transaction) throws -> Int {
    let woken = try transaction.connection.all(
      """
      UPDATE jobs SET state = 'available', run_at = :now, reason = NULL,
        waits_for = CASE WHEN EXISTS (
          SELECT 1 FROM jobs AS earlier INDEXED BY jobs_of_sequence
          WHERE earlier.sequence = jobs.sequence AND earlier.finished_at IS NULL
            AND earlier.id < jobs.id)
        THEN 'sequence' END
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_parked_until
        WHERE state = 'parked' AND deadline_at <= :now ORDER BY deadline_at LIMIT :bite)
      RETURNING kind
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":bite", Store.overdueBite)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
    for kind in woken { count(kind, from: .parked, to: .available, in: transaction) }
    return woken.count
  }

  private func letOverdueThrough(
    of lane: LaneID, atMost limit: Int, in transaction: Transaction
  ) throws -> Int {
    guard let policy = try policy(of: lane, transaction.connection) else { return 0 }
    let jobs = try transaction.connection.run(
      """
      UPDATE jobs SET waits_for = NULL, run_at = min(run_at, :now)
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_waiting_by_meeting
        WHERE lane = :lane AND state = 'available' AND waits_for = 'lane'
          AND deadline_at IS NOT NULL AND deadline_at <= :now
        ORDER BY deadline_at LIMIT :limit)
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":lane", lane.rawValue)
      $0.bind(":limit", limit)
    }
    var row = try laneRow(lane, policy, in: transaction)
    row.lane.waiting -= jobs
    row.forgetHeads()
    row.wake(at: transaction.now)
    save(row)
    return jobs
  }
}
