import Core
import Queue
import SQLite

extension Store {
  package func claim(
    limit: Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    database.writer.submit(
      { transaction in
        try self.noteKinds(kinds, in: transaction)
        try self.wakeLanes(in: transaction)
        let connection = transaction.connection
        var claimed = try self.jobsToEnd(kinds, limit: limit, connection)
        let ready = try self.firstReady(kinds, limit: limit - claimed.count, in: transaction)
        claimed += ready.due
        let jobs = try claimed.map { try self.claim($0, lease: lease, in: transaction) }
        if jobs.count == limit { return Claim(jobs: jobs, nextRunAt: nil) }
        let laneWake = try self.nextLaneWake(connection)
        let next = [ready.next, laneWake].compactMap { $0 }.min()
        return Claim(jobs: jobs, nextRunAt: next)
      }, completion: completion)
  }

  /// Jobs with a verdict are few, and go first: somebody waits for their end.
  private func jobsToEnd(
    _ kinds: [JobKind], limit: Int, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let areAny = try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_to_end
      WHERE state = 'available' AND waits_for IS NULL AND verdict IS NOT NULL LIMIT 1
      """)
    if !areAny { return [] }
    let ids = try kinds.flatMap { kind in
      try connection.all(
        """
        SELECT id FROM jobs INDEXED BY jobs_to_end
        WHERE kind = :kind AND state = 'available' AND waits_for IS NULL AND verdict IS NOT NULL
        ORDER BY id LIMIT :limit
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":limit", limit)
      } read: {
        JobID(number: $0.int64(0))
      }
    }
    return Array(ids.sorted().prefix(limit))
  }

  /// The ready jobs of these kinds that are due, in the order of a claim, and when the next one is. One range
  /// of the index for each kind: a paused one, with whatever waits in it, is not looked at.
  private func firstReady(
    _ kinds: [JobKind], limit: Int, in transaction: Transaction
  ) throws -> (due: [JobID], next: Timestamp?) {
    let connection = transaction.connection
    if limit == 0 { return ([], nil) }
    var candidates: [ClaimCandidate] = []
    var next: Timestamp?
    for kind in kinds where !(try isPaused(kind, connection)) {
      let priority = policy(kind).priority
      let heads = try connection.all(
        """
        SELECT id, run_at FROM jobs INDEXED BY jobs_ready
        WHERE kind = :kind AND state = 'available' AND waits_for IS NULL AND verdict IS NULL
        ORDER BY run_at, id LIMIT :limit
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":limit", limit)
      } read: {
        ClaimCandidate(id: JobID(number: $0.int64(0)), runAt: $0.timestamp(1), priority: priority)
      }
      for candidate in heads {
        if candidate.runAt <= transaction.now {
          candidates.append(candidate)
        } else {
          next = min(next ?? candidate.runAt, candidate.runAt)
          break
        }
      }
    }
    return (candidates.sorted().prefix(limit).map(\.id), next)
  }

  /// Raises the fence, which never falls, and counts the attempt.
  private func claim(
    _ id: JobID, lease: Duration, in transaction: Transaction
  ) throws -> ClaimedJob {
    let now = transaction.now
    let job = try transaction.connection.first(
      """
      UPDATE jobs SET state = 'executing', fence = fence + 1, attempt = attempt + 1,
        lease_until = :leaseUntil, process_id = :process, started_at = :now
      WHERE id = :id
      RETURNING id, fence, kind, payload, attempt, max_attempts, sequence,
        CASE WHEN admitted = 1 THEN lane END, verdict, reason, deadline_at, enqueued_at
      """
    ) {
      $0.bind(":leaseUntil", now + lease)
      $0.bind(":process", self.processLock.processID)
      $0.bind(":now", now)
      $0.bind(":id", id.number)
    } read: {
      ClaimedJob(row: $0, startedAt: now)
    }
    guard let job else { trap("a job that was just found is there") }
    count(job.kind, from: .available, to: .executing, in: transaction)
    return job
  }

  package func holds(_ lease: Lease) throws -> Bool { try ask { try holds(lease, $0) } }

  func holds(_ lease: Lease, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      "SELECT 1 FROM jobs WHERE id = :id AND state = 'executing' AND fence = :fence"
    ) {
      $0.bind(":id", lease.job.number)
      $0.bind(":fence", lease.fence)
    }
  }

  package func extend(_ leases: [Lease], by duration: Duration) throws -> [Lease] {
    try write { transaction in
      try leases.filter { lease in
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
        return changed == 0
      }
    }
  }

  package func leasesToGiveUp() throws -> [Lease] {
    let process = processLock.processID
    return try ask { connection in
      try connection.all(
        """
        SELECT id, fence FROM jobs INDEXED BY jobs_executing
        WHERE process_id = :process AND state = 'executing' AND verdict IS NOT NULL
        """
      ) {
        $0.bind(":process", process)
      } read: {
        Lease(job: JobID(number: $0.int64(0)), fence: $0.int(1))
      }
    }
  }
}

extension ClaimedJob {
  fileprivate init(row: Row, startedAt: Timestamp) {
    let verdict = row.optionalString(8).flatMap(Verdict.init(rawValue:))
    self.init(
      lease: Lease(job: JobID(number: row.int64(0)), fence: row.int(1)),
      kind: JobKind(rawValue: row.string(2)), payload: row.string(3), attempt: row.int(4),
      maxAttempts: row.int(5), sequence: row.optionalString(6),
      lane: row.optionalString(7).map(LaneID.init(rawValue:)), verdict: verdict,
      reason: verdict == nil ? nil : row.optionalString(9), deadline: row.optionalTimestamp(10),
      startedAt: startedAt, enqueuedAt: row.timestamp(11))
  }
}
