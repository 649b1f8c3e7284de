import Core
import Queue
import SQLite

// Jobs whose meetings have begun while they waited: they run once more, so that whoever waits for them is told.
//
// Parked ones have an index by deadline. Those that wait in a lane have none: every job that ever waits there
// would pay for it twice, in a large backlog with a page of the log of its own each time, and it would be asked
// for what hardly ever happens. They are walked over instead, on a snapshot, a bite at each sweep, in the index
// in which they wait. A backlog that is no longer than a bite is seen whole each time.

extension Store {
  /// Lets go on, past their lanes, jobs whose deadline has come while they were parked or waited in a lane: a
  /// lane may be closed for long, and they are late in any case. Some of each; the next sweep takes the next
  /// ones, and comes round to those that come or move behind it.
  func wakeOverdue() throws {
    if try isAnyOverdueParked() { try write { try self.wakeOverdueParked(in: $0) } }
    let seen = overdueSeen.withLock { $0 }
    let (late, last) = try read { try overdueWaiting(after: seen, $0) }
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

  /// Overdue ones among the next that wait, in the order of their index, and the last that was looked at: nil
  /// where no more come after it.
  func overdueWaiting(
    after seen: WaitingJob?, _ connection: SQLiteConnection
  ) throws -> (late: [WaitingJob], last: WaitingJob?) {
    let now = database.time.now()
    let late = try connection.all(
      """
      SELECT id, kind, lane, run_at FROM (
        SELECT id, kind, lane, run_at, deadline_at FROM jobs INDEXED BY jobs_waiting_for_lane
        WHERE (lane, kind, run_at, id) > (:lane, :kind, :runAt, :id)
          AND state = 'available' AND waits_for = 'lane'
        ORDER BY lane, kind, run_at, id LIMIT :walk)
      WHERE deadline_at <= :now ORDER BY lane, kind, run_at, id LIMIT :bite
      """
    ) {
      $0.bind(after: seen)
      $0.bind(":walk", Store.overdueWalk)
      $0.bind(":now", now)
      $0.bind(":bite", Store.overdueBite)
    } read: {
      WaitingJob(row: $0)
    }
    if late.count == Store.overdueBite { return (late, late.last) }
    let last = try connection.first(
      """
      SELECT id, kind, lane, run_at FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE (lane, kind, run_at, id) > (:lane, :kind, :runAt, :id)
        AND state = 'available' AND waits_for = 'lane'
      ORDER BY lane, kind, run_at, id LIMIT 1 OFFSET :walk - 1
      """
    ) {
      $0.bind(after: seen)
      $0.bind(":walk", Store.overdueWalk)
    } read: {
      WaitingJob(row: $0)
    }
    return (late, last)
  }

  /// Waiting jobs at which one sweep looks: one or two milliseconds of a reader's time. Twice a second, that
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
          UPDATE jobs SET waits_for = NULL, run_at = min(run_at, :now)
          WHERE id = :id AND state = 'available' AND waits_for = 'lane' AND deadline_at <= :now
          """
        ) {
          $0.bind(":now", transaction.now)
          $0.bind(":id", job.id.number)
        }
      }
      if through == 0 { continue }
      jobsReady.give()
      // One that has no limits any more counts nobody.
      guard let lane, let policy = try policy(of: lane, connection) else { continue }
      let row = try laneToChange(lane, policy, in: transaction)
      row.lane.waiting -= through
      row.forgetHeads()
      row.wake(at: transaction.now)
    }
  }
}

extension Bindings {
  /// Where the walk goes on: at the beginning, where nothing has been seen.
  fileprivate func bind(after seen: WaitingJob?) {
    bind(":lane", seen?.lane?.rawValue ?? "")
    bind(":kind", seen?.kind.rawValue ?? "")
    bind(":runAt", seen?.runAt.milliseconds ?? 0)
    bind(":id", seen?.id.number ?? 0)
  }
}
