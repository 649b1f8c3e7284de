import Core
import Queue
import SQLite

// Who is claimed: whoever is to be ended, then the ready jobs that have no lane and the lanes' first jobs, merged by
// rank.

extension Store {
  /// Jobs with a verdict are few, and go first: somebody waits for their end.
  func jobsToEnd(
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

  /// The jobs of these kinds that go first, those of lanes among the others, and when the next of the others is
  /// due. Those of lanes have taken their places there.
  func firstToRun(
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
}
