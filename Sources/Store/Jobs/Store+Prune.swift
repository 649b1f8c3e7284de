import Core
import Queue
import SQLite

extension Store {
  /// Rows removed in one transaction: so few that the writer is held for a few milliseconds only.
  static let pruneBite = 100

  /// Looks at the next jobs after `cursor`, in order of their ids, and removes those that have finished
  /// before the limit that `limits` names for their kind and state, with their attempts and effects. Returns
  /// the cursor for the next call, or nil at the end: at the first job that was enqueued at `youngest` or
  /// later, which nothing can have outlived. No index serves this walk: every job would pay for it.
  package func pruneJobs(
    after cursor: JobID?, enqueuedBefore youngest: Timestamp,
    finishedBefore limits: @escaping @Sendable (JobKind, JobState) -> Timestamp
  ) throws -> JobID? {
    let jobs = try ask { connection in
      // The newest job is left out, so that its id is never given again.
      try connection.all(
        """
        SELECT id, kind, state, finished_at, enqueued_at FROM jobs
        WHERE id > :cursor AND id < (SELECT max(id) FROM jobs) ORDER BY id LIMIT :bite
        """
      ) {
        $0.bind(":cursor", cursor?.number ?? 0)
        $0.bind(":bite", Store.pruneBite)
      } read: { row in
        (
          id: row.int64(0), kind: JobKind(rawValue: row.string(1)),
          state: JobState(rawValue: row.string(2)), finishedAt: row.optionalTimestamp(3),
          enqueuedAt: row.timestamp(4)
        )
      }
    }
    let forgotten = jobs.filter { job in
      guard let state = job.state, let finishedAt = job.finishedAt else { return false }
      return finishedAt < limits(job.kind, state)
    }
    if !forgotten.isEmpty {
      try write { transaction in
        for job in forgotten {
          // It may have been retried since it was looked at, and have ended anew.
          let removed = try transaction.connection.run(
            "DELETE FROM jobs WHERE id = :id AND state = :state AND finished_at = :finishedAt"
          ) {
            $0.bind(":id", job.id)
            $0.bind(":state", job.state?.rawValue)
            $0.bind(":finishedAt", job.finishedAt)
          }
          if removed == 0 { continue }
          self.count(job.kind, from: job.state, to: nil, in: transaction)
          try transaction.connection.run("DELETE FROM attempts WHERE job_id = :id") {
            $0.bind(":id", job.id)
          }
          try transaction.connection.run("DELETE FROM effects WHERE job_id = :id") {
            $0.bind(":id", job.id)
          }
          try transaction.connection.run(
            "DELETE FROM action_jobs INDEXED BY actions_on_job WHERE job_id = :id"
          ) {
            $0.bind(":id", job.id)
          }
        }
      }
    }
    guard jobs.count == Store.pruneBite, let last = jobs.last, last.enqueuedAt < youngest else {
      return nil
    }
    return JobID(number: last.id)
  }

  /// Forgets answers that were given before `limit`. Returns whether there may be more.
  package func pruneAnswers(givenBefore limit: Timestamp) throws -> Bool {
    try write { transaction in
      // Ids rise with time: the first few are the oldest, and no others are looked at.
      let removed = try transaction.connection.run(
        """
        DELETE FROM idempotency_keys WHERE id IN (
          SELECT id FROM (
            SELECT id, created_at FROM idempotency_keys ORDER BY id LIMIT :bite)
          WHERE created_at < :limit)
        """
      ) {
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      }
      let links = try transaction.connection.run(
        """
        DELETE FROM link_requests WHERE (organization_id, key) IN (
          SELECT organization_id, key FROM link_requests INDEXED BY link_requests_by_age
          WHERE created_at < :limit LIMIT :bite)
        """
      ) {
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      }
      return max(removed, links) == Store.pruneBite
    }
  }
}
