import Bookings
import Core
import SQLite

/// An account's credential as it is kept: sealed, since the key is none of this module's business.
package struct CredentialRow: Sendable {
  package let provider: Connection.Provider
  package let version: Int
  package let sealed: [UInt8]
  /// Why the owner has to act first; nil where it can be used.
  package let needsOwner: String?
}

package enum CredentialRenewal: Sendable {
  case granted, taken, outdated
}

extension Store {
  /// Nil where there is no such account, or none that uses tokens.
  package func credential(of connection: ConnectionID) throws -> CredentialRow? {
    try ask { database in
      try database.first(
        """
        SELECT c.provider, k.version, k.sealed, c.state,
          (SELECT reason FROM incidents
           WHERE connection_id = c.id AND use IS NULL AND ended_at IS NULL)
        FROM credentials AS k JOIN connections AS c ON c.id = k.connection_id
        WHERE k.connection_id = :connection AND c.removed_at IS NULL
        """
      ) {
        $0.bind(":connection", connection)
      } read: { row in
        let needsOwner = row.string(3) == Connection.State.needsOwner.rawValue
        return CredentialRow(
          provider: Connection.Provider(rawValue: row.string(0)) ?? .local, version: row.int(1),
          sealed: row.blob(2),
          needsOwner: needsOwner
            ? row.optionalString(4) ?? "the account has to be connected again" : nil)
      }
    }
  }

  /// Takes the right to renew a credential. One that another process holds stands until its time is up, or
  /// until that process has died.
  package func beginRenewal(
    of connection: ConnectionID, version: Int, until: Timestamp
  ) throws -> CredentialRenewal {
    try write { transaction in
      let standing = try transaction.connection.first(
        """
        SELECT version, renewing_process, renewing_until FROM credentials
        WHERE connection_id = :connection
        """
      ) {
        $0.bind(":connection", connection)
      } read: {
        (version: $0.int(0), process: $0.optionalString(1), until: $0.optionalTimestamp(2))
      }
      guard let standing, standing.version == version else { return .outdated }
      if let process = standing.process, process != self.processLock.bootID,
        let until = standing.until, until > transaction.now,
        !self.processLock.isDead(bootID: process)
      {
        return .taken
      }
      try transaction.connection.run(
        """
        UPDATE credentials SET renewing_process = :process, renewing_until = :until
        WHERE connection_id = :connection
        """
      ) {
        $0.bind(":process", self.processLock.bootID)
        $0.bind(":until", until)
        $0.bind(":connection", connection)
      }
      return .granted
    }
  }

  /// Gives the right back.
  package func endRenewal(of connection: ConnectionID, version: Int) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        UPDATE credentials SET renewing_process = NULL, renewing_until = NULL
        WHERE connection_id = :connection AND version = :version AND renewing_process = :process
        """
      ) {
        $0.bind(":connection", connection)
        $0.bind(":version", version)
        $0.bind(":process", self.processLock.bootID)
      }
      return
    }
  }

  /// Stores what follows `version`. False, and nothing changed, where that is not the newest any more. The
  /// account has answered: an incident of it ends here.
  package func storeCredential(
    _ sealed: [UInt8], of connection: ConnectionID, version: Int
  ) throws -> Bool {
    try write { transaction in
      let changed = try transaction.connection.run(
        """
        UPDATE credentials SET sealed = :sealed, version = version + 1, renewing_process = NULL,
          renewing_until = NULL, updated_at = :now
        WHERE connection_id = :connection AND version = :version
        """
      ) {
        $0.bind(":sealed", sealed)
        $0.bind(":now", transaction.now)
        $0.bind(":connection", connection)
        $0.bind(":version", version)
      }
      if changed == 0 { return false }
      try self.recover(connection, in: transaction)
      return true
    }
  }

  /// The credential of an account that was connected, or connected again.
  func putCredential(
    _ sealed: [UInt8], of connection: ConnectionID, in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO credentials (connection_id, version, sealed, updated_at)
      VALUES (:connection, 1, :sealed, :now)
      ON CONFLICT (connection_id) DO UPDATE SET sealed = :sealed, version = version + 1,
        renewing_process = NULL, renewing_until = NULL, updated_at = :now
      """
    ) {
      $0.bind(":connection", connection)
      $0.bind(":sealed", sealed)
      $0.bind(":now", transaction.now)
    }
  }
}
