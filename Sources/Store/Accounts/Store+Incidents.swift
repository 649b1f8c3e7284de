import Bookings
import Core
import Queue
import SQLite

/// A time during which an account could not be used until somebody acted.
package struct IncidentRecord: Sendable, Equatable {
  package let id: Int64
  package let connection: ConnectionID
  package let organization: OrganizationID
  package let host: HostID
  package let provider: Connection.Provider
  /// What the account is called.
  package let name: String
  /// `owner` or `operator`: who has to act.
  package let cause: String
  package let reason: String
  package let openedAt: Timestamp
}

extension Store {
  /// The account needs a person. Opens an incident unless one is open: what follows from the same trouble is
  /// no news. Only what its owner can mend marks the account. False, and nothing done, where `version` is
  /// given and is not the credential's newest: then the trouble is an old credential's.
  @discardableResult
  package func reportTrouble(
    cause: String, reason: String, of connection: ConnectionID, version: Int? = nil
  ) throws -> Bool {
    try write { transaction in
      let database = transaction.connection
      let isCurrent = try database.exists(
        """
        SELECT 1 FROM connections AS c LEFT JOIN credentials AS k ON k.connection_id = c.id
        WHERE c.id = :connection AND c.removed_at IS NULL
          AND (:version IS NULL OR k.version = :version)
        """
      ) {
        $0.bind(":connection", connection)
        $0.bind(":version", version)
      }
      if !isCurrent { return false }
      try self.openIncident(of: connection, cause: cause, reason: reason, in: transaction)
      // What an operator has to mend heals by itself, so the account goes on being tried.
      let isOwners = try database.exists(
        """
        SELECT 1 FROM incidents
        WHERE connection_id = :connection AND closed_at IS NULL AND cause = 'owner'
        """
      ) { $0.bind(":connection", connection) }
      if isOwners { try self.set(.needsOwner, of: connection, in: transaction) }
      return true
    }
  }

  /// A job has found that its lane's account needs a person, though perhaps for one calendar only: the owner
  /// is to be told, and the account goes on being tried. Nothing where the lane is no account's.
  func noteTrouble(of lane: LaneID, _ reason: String, in transaction: Transaction) throws {
    let connection = ConnectionID(lane.rawValue)
    let isAccount = try transaction.connection.exists(
      "SELECT 1 FROM connections WHERE id = :connection AND removed_at IS NULL"
    ) { $0.bind(":connection", connection) }
    if isAccount {
      try openIncident(of: connection, cause: "owner", reason: reason, in: transaction)
    }
  }

  private func openIncident(
    of connection: ConnectionID, cause: String, reason: String, in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO incidents (connection_id, cause, reason, opened_at)
      VALUES (:connection, :cause, :reason, :now)
      ON CONFLICT (connection_id) WHERE closed_at IS NULL DO NOTHING
      """
    ) {
      $0.bind(":connection", connection)
      $0.bind(":cause", cause)
      $0.bind(":reason", reason)
      $0.bind(":now", transaction.now)
    }
  }

  /// The account answers again, as somebody has just seen. Returns how many jobs that waited for it were
  /// woken.
  @discardableResult
  package func recover(_ connection: ConnectionID) throws -> Int {
    try write { transaction in
      let woken = try self.recover(connection, in: transaction)
      return try woken + self.wakeJobs(waitingFor: connection, in: transaction)
    }
  }

  /// Returns how many jobs were woken: none where nothing was known to be wrong.
  @discardableResult
  func recover(_ connection: ConnectionID, in transaction: Transaction) throws -> Int {
    let closed = try transaction.connection.run(
      """
      UPDATE incidents SET closed_at = :now WHERE connection_id = :connection AND closed_at IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":connection", connection)
    }
    let changed = try set(.connected, of: connection, in: transaction)
    // Renewals of healthy accounts come by here every hour and have nobody to wake.
    return closed + changed == 0 ? 0 : try wakeJobs(waitingFor: connection, in: transaction)
  }

  /// Incidents whose owner has not been told, oldest first.
  package func untoldIncidents() throws -> [IncidentRecord] {
    try read { database in
      try database.all(
        """
        SELECT i.id, i.connection_id, c.organization_id, c.host_id, c.provider, c.name, i.cause,
          i.reason, i.opened_at
        FROM incidents AS i INDEXED BY incidents_untold
          JOIN connections AS c ON c.id = i.connection_id
        WHERE i.closed_at IS NULL AND i.told_at IS NULL ORDER BY i.id LIMIT 100
        """
      ) { row in
        IncidentRecord(
          id: row.int64(0), connection: row.identifier(1), organization: row.identifier(2),
          host: row.identifier(3),
          provider: Connection.Provider(rawValue: row.string(4)) ?? .local, name: row.string(5),
          cause: row.string(6), reason: row.string(7), openedAt: row.timestamp(8))
      }
    }
  }

  /// Whoever gets true tells the owner; everybody else has come too late.
  package func takeIncident(_ id: Int64) throws -> Bool {
    try write { transaction in
      let changed = try transaction.connection.run(
        "UPDATE incidents SET told_at = :now WHERE id = :id AND told_at IS NULL"
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":id", id)
      }
      return changed > 0
    }
  }

  /// What is wrong with an account, in words; nil where nothing is known.
  package func trouble(of connection: ConnectionID) throws -> String? {
    try ask { database in
      try database.first(
        "SELECT reason FROM incidents WHERE connection_id = :connection AND closed_at IS NULL"
      ) {
        $0.bind(":connection", connection)
      } read: {
        $0.string(0)
      }
    }
  }

  @discardableResult
  private func set(
    _ state: Connection.State, of connection: ConnectionID, in transaction: Transaction
  ) throws -> Int {
    try transaction.connection.run(
      """
      UPDATE connections SET state = :state, revision = revision + 1
      WHERE id = :connection AND state <> :state AND removed_at IS NULL
      """
    ) {
      $0.bind(":state", state.rawValue)
      $0.bind(":connection", connection)
    }
  }
}
