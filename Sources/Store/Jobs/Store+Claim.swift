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

  /// Jobs with a verdict are few, and go first: somebody waits for their end.
  private func jobsToEnd(
    _ kinds: [JobKind], limit: Int, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let areAny = try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_to_end
      WHERE verdict IS NOT NULL AND waits_for IS NULL AND finished_at IS NULL
        AND state = 'available'
      LIMIT 1
      """)
    if !areAny { return [] }
    let ids = try kinds.flatMap { kind in
      try connection.all(
        """
        SELECT id FROM jobs INDEXED BY jobs_to_end
        WHERE kind = :kind AND verdict IS NOT NULL AND waits_for IS NULL AND finished_at IS NULL
          AND state = 'available'
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

  /// The jobs of these kinds that go first, those of the lanes among the others, and when the next of the others
  /// is due. A lane has gained the places that are taken.
  private func firstToRun(
    _ kinds: [JobKind], limit: Int, in transaction: Transaction
  ) throws -> (jobs: [(id: JobID, takesPlace: Bool)], next: Timestamp?) {
    if limit == 0 { return ([], nil) }
    let mayBegin = try kindsThatMayBegin(in: transaction).intersection(kinds)
    let ready = try firstReady(mayBegin, limit: limit, in: transaction)
    var others = ready.due[...]
    var lanes = try laneQueue(in: transaction)
    var jobs: [(id: JobID, takesPlace: Bool)] = []
    var entered: [LaneID: [ClaimCandidate]] = [:]
    while jobs.count < limit {
      if let best = lanes.best, best.isBefore(others.first) {
        let lane = lanes.removeBest().lane
        guard let waiting = best.jobs else {
          lanes.insert(lane, try firstJobs(of: lane, kinds: mayBegin, in: transaction)[...])
          continue
        }
        jobs.append((waiting[waiting.startIndex].id, true))
        entered[lane, default: []].append(waiting[waiting.startIndex])
        lanes.insert(lane, waiting.dropFirst())
      } else if let job = others.popFirst() {
        jobs.append((job.id, false))
      } else {
        break
      }
    }
    for (lane, jobs) in entered { try enter(lane, jobs, in: transaction) }
    return (jobs, ready.next)
  }

  /// The ready jobs of these kinds that are due, in the order of a claim, and when the next one is. One range
  /// of the index for each kind: a paused one, with whatever waits in it, is not looked at.
  private func firstReady(
    _ kinds: Set<JobKind>, limit: Int, in transaction: Transaction
  ) throws -> (due: [ClaimCandidate], next: Timestamp?) {
    var due: [ClaimCandidate] = []
    var next: Timestamp?
    for kind in kinds {
      let priority = policy(kind).priority
      let heads = try transaction.connection.all(
        """
        SELECT id, run_at FROM jobs INDEXED BY jobs_ready
        WHERE kind = :kind AND state = 'available' AND waits_for IS NULL AND verdict IS NULL
        ORDER BY run_at, id LIMIT :limit
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":limit", limit)
      } read: {
        ClaimCandidate(
          id: JobID(number: $0.int64(0)), kind: kind, runAt: $0.timestamp(1), priority: priority)
      }
      due += heads.prefix { $0.runAt <= transaction.now }
      if let later = heads.first(where: { $0.runAt > transaction.now })?.runAt {
        next = min(next ?? later, later)
      }
    }
    return (Array(due.sorted().prefix(limit)), next)
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
      UPDATE jobs SET state = 'executing', waits_for = NULL, admitted = :admitted, fence = :fence,
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
