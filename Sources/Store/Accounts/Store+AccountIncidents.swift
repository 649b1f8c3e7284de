import Bookings
import Core
import Queue
import SQLite

// An account that lets nobody in.

extension Store {
  /// The account needs a person. What follows from the same trouble is no news. Only what its owner can mend
  /// marks the account. False, and nothing done, where `version` is given and is not the credential's newest:
  /// then the trouble is an old credential's.
  @discardableResult
  package func reportTrouble(
    cause: Incident.Cause, reason: String, of connection: ConnectionID, version: Int? = nil
  ) throws -> Bool {
    try write { transaction in
      let isCurrent = try transaction.connection.exists(
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
      let noted = try self.note(
        Trouble(connection: connection, cause: cause, reason: reason), in: transaction)
      // What an operator has to mend heals by itself, so the account goes on being tried.
      if noted.cause == .owner { try self.set(.needsOwner, of: connection, in: transaction) }
      return true
    }
  }

  /// The account answers again, as somebody has just seen. Returns how many jobs that waited for it were
  /// woken.
  @discardableResult
  package func recover(_ connection: ConnectionID) throws -> Int {
    try write { try self.recoverAndWake(connection, in: $0) }
  }

  func recoverAndWake(_ connection: ConnectionID, in transaction: Transaction) throws -> Int {
    let woken = try recover(connection, in: transaction)
    return try woken + wakeJobs(waitingFor: connection, in: transaction)
  }

  /// Returns how many jobs were woken: none where nothing was known to be wrong. What is wrong with single
  /// calendars goes on until they are seen to work, and what waits for them is given a chance.
  @discardableResult
  func recover(_ connection: ConnectionID, in transaction: Transaction) throws -> Int {
    let database = transaction.connection
    let wasInTrouble = try database.exists(
      """
      SELECT 1 FROM incidents INDEXED BY incidents_going_on
      WHERE connection_id = :connection AND ended_at IS NULL
      """
    ) { $0.bind(":connection", connection) }
    if wasInTrouble {
      try database.run(
        """
        UPDATE incidents SET ended_at = max(began_at, :now)
        WHERE connection_id = :connection AND use IS NULL AND ended_at IS NULL
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":connection", connection)
      }
    }
    let changed = try set(.connected, of: connection, in: transaction)
    // Renewals of healthy accounts come by here every hour and have nobody to wake.
    return wasInTrouble || changed > 0 ? try wakeJobs(waitingFor: connection, in: transaction) : 0
  }

  /// Nobody is told of an account that is gone.
  func endIncidents(of connection: ConnectionID, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE incidents SET ended_at = max(began_at, :now)
      WHERE connection_id = :connection AND ended_at IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":connection", connection)
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
