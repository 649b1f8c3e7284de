import Bookings
import Core
import SQLite

/// A sign-in at a provider that a browser has begun.
package struct AuthorizationRecord: Sendable {
  package let organization: OrganizationID
  package let host: HostID
  package let provider: Connection.Provider
  /// The account that is to be connected again; nil for a new one.
  package let connection: ConnectionID?
  /// Sealed under the state's digest.
  package let verifier: [UInt8]
  package let expiresAt: Timestamp

  package init(
    organization: OrganizationID, host: HostID, provider: Connection.Provider,
    connection: ConnectionID?, verifier: [UInt8], expiresAt: Timestamp
  ) {
    self.organization = organization
    self.host = host
    self.provider = provider
    self.connection = connection
    self.verifier = verifier
    self.expiresAt = expiresAt
  }
}

package enum TakenAuthorization: Sendable {
  /// Nobody else will get it.
  case taken(AuthorizationRecord)
  /// Used before, by this browser; with what came of it, if anything has.
  case used(AuthorizationRecord, connected: ConnectionID?)
}

extension Store {
  package func addAuthorization(
    _ record: AuthorizationRecord, stateHash: [UInt8], browserHash: [UInt8]
  ) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO authorizations (state_hash, browser_hash, organization_id, host_id, provider,
          connection_id, verifier, expires_at)
        VALUES (:state, :browser, :organization, :host, :provider, :connection, :verifier,
          :expiresAt)
        """
      ) {
        $0.bind(":state", stateHash)
        $0.bind(":browser", browserHash)
        $0.bind(":organization", record.organization)
        $0.bind(":host", record.host)
        $0.bind(":provider", record.provider.rawValue)
        $0.bind(":connection", record.connection)
        $0.bind(":verifier", record.verifier)
        $0.bind(":expiresAt", record.expiresAt)
      }
      return
    }
  }

  /// Uses up a sign-in. Nil where there is none of that state, where another browser has begun it (which
  /// leaves it to that browser), or where it is too old.
  package func takeAuthorization(
    stateHash: [UInt8], browserHash: [UInt8]
  ) throws -> TakenAuthorization? {
    // What strangers send costs no commit.
    let isThere = try ask { database in
      try database.exists(
        "SELECT 1 FROM authorizations WHERE state_hash = :state AND browser_hash = :browser"
      ) {
        $0.bind(":state", stateHash)
        $0.bind(":browser", browserHash)
      }
    }
    if !isThere { return nil }
    return try write { transaction in
      let found = try transaction.connection.first(
        """
        SELECT organization_id, host_id, provider, connection_id, verifier, expires_at, connected_id
        FROM authorizations
        WHERE state_hash = :state AND browser_hash = :browser AND expires_at > :now
        """
      ) {
        $0.bind(":state", stateHash)
        $0.bind(":browser", browserHash)
        $0.bind(":now", transaction.now)
      } read: { row in
        (
          record: AuthorizationRecord(
            organization: row.identifier(0), host: row.identifier(1),
            provider: Connection.Provider(rawValue: row.string(2)) ?? .local,
            connection: row.optionalIdentifier(3), verifier: row.optionalBlob(4) ?? [],
            expiresAt: row.timestamp(5)),
          isUsed: row.isNull(4), connected: row.optionalIdentifier(6) as ConnectionID?
        )
      }
      guard let found else { return nil }
      if found.isUsed { return .used(found.record, connected: found.connected) }
      try transaction.connection.run(
        "UPDATE authorizations SET verifier = NULL WHERE state_hash = :state"
      ) { $0.bind(":state", stateHash) }
      return .taken(found.record)
    }
  }

  /// What came of a sign-in, for a browser that loads its last page again.
  package func finishAuthorization(stateHash: [UInt8], connected: ConnectionID) throws {
    try write { transaction in
      try transaction.connection.run(
        "UPDATE authorizations SET connected_id = :connected WHERE state_hash = :state"
      ) {
        $0.bind(":connected", connected)
        $0.bind(":state", stateHash)
      }
      return
    }
  }
}
