import Core
import Queue
import SQLite

// Jobs whose meetings have begun while they waited: they run once more, so that whoever waits for them is told.
//
// Parked ones have an index by deadline. Those that wait in a lane have none: every job that ever waits there
// would pay for it twice, in a large backlog with a page of the log of its own each time, and it would be asked
// for what hardly ever happens. Where any wait, all that live are walked over instead, on a snapshot, a bite at
// each sweep. No more than a bite of them are seen whole each time.

extension Store {
  /// Lets go on, past their lanes, jobs whose deadline has come while they were parked or waited in a lane: a
  /// lane may be closed for long, and they are late in any case. Some of each; the next sweep takes the next
  /// ones, and comes round to those that come or move behind it.
  func wakeOverdue() throws {
    if try isAnyOverdueParked() { try write { try self.wakeOverdueParked(in: $0) } }
    let seen = overdueSeen.withLock { $0 }
    let (late, last) = try read { connection in
      try isAnyWaiting(connection) ? overdueWaiting(after: seen, connection) : ([], nil)
    }
    if !late.isEmpty { try write { try self.letThrough(late, in: $0) } }
    // Not before they have been let through: what a full disk keeps from it is found again.
    overdueSeen.withLock { $0 = last }
  }

  /// Jobs in one transaction: a few milliseconds' work.
  static let overdueBite = 200

  // MARK: - Parked

  private func isAnyOverdueParked() throws -> Bool {
    let now = database.time.now()
    return try ask { connection in
      try connection.exists(
        """
        SELECT 1 FROM jobs INDEXED BY jobs_parked_until
        WHERE aside = 'parked' AND deadline_at <= :now LIMIT 1
        """
      ) { $0.bind(":now", now) }
    }
  }

  func wakeOverdueParked(in transaction: Transaction) throws {
    let woken = try transaction.connection.all(
      """
      UPDATE jobs SET state = 'available', aside = NULL, run_at = :now, reason = NULL,
        waits_for = CASE WHEN EXISTS (
          SELECT 1 FROM jobs AS earlier INDEXED BY jobs_of_sequence
          WHERE earlier.sequence = jobs.sequence AND earlier.finished_at IS NULL
            AND earlier.id < jobs.id)
        THEN 'sequence' END
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_parked_until
        WHERE aside = 'parked' AND deadline_at <= :now ORDER BY deadline_at LIMIT :bite)
      RETURNING kind
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":bite", Store.overdueBite)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
    for kind in woken { count(kind, from: .parked, to: .available, in: transaction) }
    if !woken.isEmpty { jobsReady.give() }
  }

  // MARK: - Waiting in a lane

  private func isAnyWaiting(_ connection: SQLiteConnection) throws -> Bool {
    try connection.exists("SELECT 1 FROM lanes WHERE waiting > 0 LIMIT 1")
  }

  /// Overdue ones among the next that live, in the order of their ids, and the last that was looked at: nil where
  /// no more come after it.
  func overdueWaiting(
    after seen: JobID?, _ connection: SQLiteConnection
  ) throws -> (late: [WaitingJob], last: JobID?) {
    let now = database.time.now()
    let late = try connection.all(
      """
      SELECT id, kind, lane, run_at FROM (
        SELECT id, kind, lane, run_at, state, waits_for, deadline_at
        FROM jobs INDEXED BY jobs_unfinished
        WHERE finished_at IS NULL AND id > :seen ORDER BY id LIMIT :walk)
      WHERE state = 'available' AND waits_for = 'lane' AND deadline_at <= :now
      ORDER BY id LIMIT :bite
      """
    ) {
      $0.bind(":seen", seen?.number ?? 0)
      $0.bind(":walk", Store.overdueWalk)
      $0.bind(":now", now)
      $0.bind(":bite", Store.overdueBite)
    } read: {
      WaitingJob(row: $0)
    }
    if late.count == Store.overdueBite { return (late, late.last?.id) }
    let last = try connection.first(
      """
      SELECT id FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id > :seen ORDER BY id LIMIT 1 OFFSET :walk - 1
      """
    ) {
      $0.bind(":seen", seen?.number ?? 0)
      $0.bind(":walk", Store.overdueWalk)
    } read: {
      JobID(number: $0.int64(0))
    }
    return (late, last)
  }

  /// Jobs at which one sweep looks: some milliseconds of a reader's time. Twice a second, that
  /// is a million in a minute.
  static let overdueWalk = 10_000

  /// Those of them that still wait and are overdue.
  func letThrough(_ jobs: [WaitingJob], in transaction: Transaction) throws {
    let connection = transaction.connection
    for (lane, jobs) in Dictionary(grouping: jobs, by: \.lane) {
      var through = 0
      for job in jobs {
        through += try connection.run(
          """
          UPDATE jobs SET waits_for = NULL, in_order = NULL, run_at = min(run_at, :now)
          WHERE id = :id AND state = 'available' AND waits_for = 'lane' AND deadline_at <= :now
          """
        ) {
          $0.bind(":now", transaction.now)
          $0.bind(":id", job.id.number)
        }
      }
      if through == 0 { continue }
      jobsReady.give()
      guard let lane else { continue }
      let row = try laneToChange(lane, in: transaction)
      row.lane.waiting -= through
      row.forgetHeads()
      row.wake(at: transaction.now)
    }
  }
}
