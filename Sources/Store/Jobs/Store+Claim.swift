import Core
import Queue
import SQLite

extension Store {
  package func claim(
    upTo limit: @escaping @Sendable () -> Int, lease: Duration, kinds: [JobKind],
    completion: @escaping @Sendable (Result<Claim, any Error>) -> Void
  ) {
    // After the others: what they enqueue is claimed, and what they finish makes room, in one commit.
    database.writer.submitLast(
      { transaction in
        let limit = limit()
        try self.noteKinds(kinds, in: transaction)
        try self.lookAtDueLanes(in: transaction)
        let toEnd = try self.jobsToEnd(kinds, limit: limit, transaction.connection)
        let first = try self.firstToRun(kinds, limit: limit - toEnd.count, in: transaction)
        let jobs =
          try toEnd.map { try self.claim($0, lease: lease, in: transaction) }
          + first.jobs.map {
            try self.claim($0.id, takingPlace: $0.takesPlace, lease: lease, in: transaction)
          }
        if jobs.count == limit { return Claim(jobs: jobs, nextRunAt: nil) }
        try self.memory.write(in: transaction)
        let laneWake = try self.nextLaneWake(transaction.connection)
        return Claim(jobs: jobs, nextRunAt: [first.next, laneWake].compactMap { $0 }.min())
      }, completion: completion)
  }

  /// Raises the fence, which never falls, and counts the attempt.
  private func claim(
    _ id: JobID, takingPlace takesPlace: Bool = false, lease: Duration, in transaction: Transaction
  ) throws -> ClaimedJob {
    let now = transaction.now
    let connection = transaction.connection
    // Read and then changed: for a RETURNING clause SQLite makes a table, each time.
    let job = try connection.first(
      """
      SELECT id, fence, kind, payload, attempt, max_attempts, sequence, lane, verdict, reason,
        deadline_at, enqueued_at
      FROM jobs WHERE id = :id AND state = 'available'
      """
    ) {
      $0.bind(":id", id.number)
    } read: {
      ClaimedJob(beforeClaim: $0, takesPlace: takesPlace, startedAt: now)
    }
    guard let job else { trap("a job that was just found is there") }
    try connection.run(
      """
      UPDATE jobs SET state = 'executing', waits_for = NULL, in_order = NULL, admitted = :admitted,
        fence = :fence,
        attempt = :attempt, lease_until = :leaseUntil, process_id = :process, started_at = :now
      WHERE id = :id
      """
    ) {
      $0.bind(":admitted", takesPlace)
      $0.bind(":fence", job.lease.fence)
      $0.bind(":attempt", job.attempt)
      $0.bind(":leaseUntil", now + lease)
      $0.bind(":process", self.processLock.processID)
      $0.bind(":now", now)
      $0.bind(":id", id.number)
    }
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
  /// As it is once it has been claimed.
  fileprivate init(beforeClaim row: Row, takesPlace: Bool, startedAt: Timestamp) {
    let verdict = row.optionalString(8).flatMap(Verdict.init(rawValue:))
    self.init(
      lease: Lease(job: JobID(number: row.int64(0)), fence: row.int(1) + 1),
      kind: JobKind(rawValue: row.string(2)), payload: row.string(3), attempt: row.int(4) + 1,
      maxAttempts: row.int(5), sequence: row.optionalString(6),
      lane: takesPlace ? row.optionalString(7).map(LaneID.init(rawValue:)) : nil, verdict: verdict,
      reason: verdict == nil ? nil : row.optionalString(9), deadline: row.optionalTimestamp(10),
      startedAt: startedAt, enqueuedAt: row.timestamp(11))
  }
}
