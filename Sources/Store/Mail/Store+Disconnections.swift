import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Whether this job is the one that tells the host that the account has to be reconnected: the
  /// first since the account last worked.
  package func noticeDisconnection(of account: ConnectionID, by job: JobID) throws -> Bool {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO disconnections (connection_id, job_id, noticed_at) VALUES (:account, :job, :now)
        ON CONFLICT (connection_id) DO NOTHING
        """
      ) {
        $0.bind(":account", account)
        $0.bind(":job", job.number)
        $0.bind(":now", transaction.now)
      }
      return try transaction.connection.exists(
        "SELECT 1 FROM disconnections WHERE connection_id = :account AND job_id = :job"
      ) {
        $0.bind(":account", account)
        $0.bind(":job", job.number)
      }
    }
  }

  /// The account works: when it fails again, its host is told again.
  package func endDisconnection(of account: ConnectionID) throws {
    let isNoticed = try ask { connection in
      try connection.exists("SELECT 1 FROM disconnections WHERE connection_id = :account") {
        $0.bind(":account", account)
      }
    }
    guard isNoticed else { return }
    try write { try self.endDisconnection(of: account, in: $0) }
  }

  func endDisconnection(of account: ConnectionID, in transaction: Transaction) throws {
    try transaction.connection.run("DELETE FROM disconnections WHERE connection_id = :account") {
      $0.bind(":account", account)
    }
  }
}
