import Core
import Queue
import SQLite

extension Store {
  /// Rows removed in one transaction: so few that the writer is held for a few milliseconds only.
  static let pruneBite = 100

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
