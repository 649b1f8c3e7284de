import Bookings
import Core
import SQLite

/// A request to connect an account, under its idempotency key. The digest is a keyed one: the request holds
/// a password, which a plain digest would let people guess at.
package struct ConnectionRequest: Sendable {
  package let key: String
  package let digest: [UInt8]

  package init(key: String, digest: [UInt8]) {
    self.key = key
    self.digest = digest
  }
}

extension Store {
  /// What was answered to an equal request before, so that no provider has to be asked again. Throws
  /// `ConnectingError.requestDiffers` where the key was used for another one.
  package func earlierConnection(
    _ request: ConnectionRequest, of organization: OrganizationID
  ) throws -> ConnectedRecord? {
    try read { try earlier(request, organization, $0) }
  }

  func earlier(
    _ request: ConnectionRequest, _ organization: OrganizationID, _ database: SQLiteConnection
  ) throws -> ConnectedRecord? {
    let kept = try database.first(
      """
      SELECT digest, connection_id, body FROM connection_requests
      WHERE organization_id = :organization AND key = :key
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
    } read: {
      (digest: $0.blob(0), connection: $0.identifier(1) as ConnectionID, answer: $0.blob(2))
    }
    guard let kept else { return nil }
    if kept.digest != request.digest { throw ConnectingError.requestDiffers }
    guard let connection = try connection(kept.connection, database)?.connection else {
      // Disconnected since: what was answered then would name what is no more.
      throw ConnectingError.changedMeanwhile
    }
    return ConnectedRecord(
      connection: connection, calendars: try calendars(of: connection.id, database), isNew: true,
      earlierAnswer: kept.answer, jobsWoken: 0)
  }

  func keep(
    _ request: ConnectionRequest, _ organization: OrganizationID, _ connection: ConnectionID,
    _ answer: [UInt8], in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO connection_requests (organization_id, key, digest, connection_id, body, created_at)
      VALUES (:organization, :key, :digest, :connection, :body, :now)
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":key", request.key)
      $0.bind(":digest", request.digest)
      $0.bind(":connection", connection)
      $0.bind(":body", answer)
      $0.bind(":now", transaction.now)
    }
  }

  /// Forgets answers and sign-ins that are over. Returns whether there may be more.
  package func pruneConnecting(givenBefore limit: Timestamp, now: Timestamp) throws -> Bool {
    try write { transaction in
      let answers = try transaction.connection.run(
        """
        DELETE FROM connection_requests WHERE (organization_id, key) IN (
          SELECT organization_id, key FROM connection_requests INDEXED BY connection_requests_by_age
          WHERE created_at < :limit LIMIT 200)
        """
      ) { $0.bind(":limit", limit) }
      let signIns = try transaction.connection.run(
        """
        DELETE FROM authorizations WHERE state_hash IN (
          SELECT state_hash FROM authorizations INDEXED BY authorizations_by_age
          WHERE expires_at < :now LIMIT 200)
        """
      ) { $0.bind(":now", now) }
      return max(answers, signIns) == 200
    }
  }
}
