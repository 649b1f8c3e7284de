import Core
import Queue
import SQLite

extension Store {
  /// Rows removed in one transaction: so few that the writer is held for a few milliseconds only.
  private static let pruneBite = 200

  /// Removes finished jobs of that kind and state, with their attempts, that ended before `limit`. Returns
  /// whether there may be more.
  package func pruneJobs(
    _ kind: JobKind, _ state: JobState, finishedBefore limit: Timestamp
  ) throws -> Bool {
    try write { transaction in
      let connection = transaction.connection
      // The newest job stays, so that its id is never given again.
      let jobs = try connection.all(
        """
        DELETE FROM jobs WHERE id IN (
          SELECT id FROM jobs INDEXED BY jobs_finished
          WHERE kind = :kind AND state = :state AND finished_at < :limit AND finished_at IS NOT NULL
            AND id < (SELECT max(id) FROM jobs)
          LIMIT :bite)
        RETURNING id
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":state", state.rawValue)
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      } read: {
        $0.int64(0)
      }
      for job in jobs {
        try connection.run("DELETE FROM attempts WHERE job_id = :job") { $0.bind(":job", job) }
      }
      return jobs.count == Store.pruneBite
    }
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
      return removed == Store.pruneBite
    }
  }
}
