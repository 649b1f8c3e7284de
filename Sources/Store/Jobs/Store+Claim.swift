import Core
import Queue
import SQLite

extension Store {
  package func claim(
    limit: Int, lease: Duration,
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    let process = processLock.processID
    database.writer.submit(
      { transaction in
        var jobs: [ClaimedJob] = []
        // One range of the index for each priority: `ORDER BY priority, run_at` in one query would walk
        // over every job of the first priority whose time is still to come.
        for priority in 0...3 where jobs.count < limit {
          jobs += try self.claimReady(
            priority: priority, limit: limit - jobs.count, lease: lease, process: process,
            in: transaction)
        }
        let next = jobs.count < limit ? try self.nextRunAt(transaction.connection) : nil
        return Claim(jobs: jobs, nextRunAt: next)
      }, completion: completion)
  }

  /// Raises the fence, which never falls, and counts the attempt.
  private func claimReady(
    priority: Int, limit: Int, lease: Duration, process: Int64, in transaction: Transaction
  ) throws -> [ClaimedJob] {
    let now = transaction.now
    let rows = try transaction.connection.all(
      """
      UPDATE jobs SET state = 'executing', fence = fence + 1, attempt = attempt + 1,
        lease_until = :leaseUntil, process_id = :process, started_at = :now, reason = NULL
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_ready
        WHERE state = 'available' AND held = 0 AND priority = :priority AND run_at <= :now
        ORDER BY run_at, id LIMIT :limit)
      RETURNING id, fence, kind, payload, attempt, max_attempts, deadline_at, enqueued_at, run_at,
        sequence
      """
    ) {
      $0.bind(":leaseUntil", now + lease)
      $0.bind(":process", process)
      $0.bind(":now", now)
      $0.bind(":priority", priority)
      $0.bind(":limit", limit)
    } read: { row in
      let job = ClaimedJob(
        lease: Lease(job: JobID(number: row.int64(0)), fence: row.int(1)),
        kind: JobKind(rawValue: row.string(2)), payload: row.string(3), attempt: row.int(4),
        maxAttempts: row.int(5), sequence: row.optionalString(9),
        deadline: row.optionalTimestamp(6), startedAt: now,
        enqueuedAt: row.timestamp(7))
      return (job: job, runAt: row.timestamp(8))
    }
    // RETURNING promises no order.
    return rows.sorted { ($0.runAt, $0.job.lease.job) < ($1.runAt, $1.job.lease.job) }.map(\.job)
  }

  /// When the next job becomes ready: the head of each priority's range.
  private func nextRunAt(_ connection: SQLiteConnection) throws -> Timestamp? {
    try connection.first(
      """
      SELECT min(head) FROM (
        SELECT (SELECT run_at FROM jobs INDEXED BY jobs_ready
          WHERE state = 'available' AND held = 0 AND priority = level
          ORDER BY run_at LIMIT 1) AS head
        FROM (SELECT 0 AS level UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3))
      """
    ) { $0.optionalTimestamp(0) } ?? nil
  }

  package func extend(_ lease: Lease, by duration: Duration) throws {
    try write { transaction in
      let changed = try transaction.connection.run(
        """
        UPDATE jobs SET lease_until = :until
        WHERE id = :id AND state = 'executing' AND fence = :fence
        """
      ) {
        $0.bind(":until", transaction.now + duration)
        $0.bind(":id", lease.job.number)
        $0.bind(":fence", lease.fence)
      }
      if changed == 0 { throw JobStoreError.leaseLost(lease) }
    }
  }
}
