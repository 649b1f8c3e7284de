import Core
import SQLite

extension Store {
  /// Buckets that are not full yet at `now`.
  package func rateLimits(fullAfter now: Timestamp) throws -> [(key: String, fullAt: Timestamp)] {
    try read { connection in
      try connection.all(
        """
        SELECT key, full_at FROM rate_limits INDEXED BY rate_limits_by_age WHERE full_at > :now
        """
      ) {
        $0.bind(":now", now)
      } read: {
        (key: $0.string(0), fullAt: $0.timestamp(1))
      }
    }
  }

  /// Keeps when each will be full. Does not wait for the commit, which many requests share.
  package func keepRateLimits(
    _ limits: [(key: String, fullAt: Timestamp)],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      for (key, fullAt) in limits {
        try transaction.connection.run(
          """
          INSERT INTO rate_limits (key, full_at) VALUES (:key, :fullAt)
          ON CONFLICT (key) DO UPDATE SET full_at = excluded.full_at
          """
        ) {
          $0.bind(":key", key)
          $0.bind(":fullAt", fullAt)
        }
      }
    }) { completion($0) }
  }

  /// Forgets what says nothing any more: full buckets, and mails of more than an hour ago. Returns whether
  /// there may be more.
  package func pruneLimits(now: Timestamp) throws -> Bool {
    try write { transaction in
      let buckets = try transaction.connection.run(
        """
        DELETE FROM rate_limits WHERE key IN (
          SELECT key FROM rate_limits INDEXED BY rate_limits_by_age
          WHERE full_at <= :now LIMIT :bite)
        """
      ) {
        $0.bind(":now", now)
        $0.bind(":bite", Store.pruneBite)
      }
      let mails = try transaction.connection.run(
        """
        DELETE FROM address_mails WHERE guest_email IN (
          SELECT guest_email FROM address_mails INDEXED BY address_mails_by_age
          WHERE sent_at <= :limit LIMIT :bite)
        """
      ) {
        $0.bind(":limit", now - Store.addressMailInterval)
        $0.bind(":bite", Store.pruneBite)
      }
      return max(buckets, mails) == Store.pruneBite
    }
  }
}
