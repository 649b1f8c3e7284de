import Bookings
import Core
import SQLite

/// What is needed to act on an account, sealed under the connection's id.
package enum SealedSecret: Sendable {
  case none
  case password([UInt8])
  case credential([UInt8])
}

/// What became of connecting an account.
package struct ConnectedRecord: Sendable {
  package let connection: Connection
  package let calendars: [Calendar]
  /// False where the account was there and has been connected again.
  package let isNew: Bool
  /// The answer kept under the idempotency key, where the request was made before.
  package let earlierAnswer: [UInt8]?
  package let jobsWoken: Int
}

package enum ConnectingError: Error, Sendable, Equatable {
  /// The account has been connected, or disconnected, by somebody else meanwhile.
  case changedMeanwhile
  /// The idempotency key was used for another request.
  case requestDiffers
}

extension Store {
  /// The host's connection to that account, if there is one: connecting it again means this one.
  package func connection(
    of host: HostID, provider: Connection.Provider, username: String, url: String
  ) throws -> Connection? {
    try ask {
      try connection(of: host, provider: provider, username: username, url: url, $0)
    }
  }

  private func connection(
    of host: HostID, provider: Connection.Provider, username: String, url: String,
    _ database: SQLiteConnection
  ) throws -> Connection? {
    try database.first(
      """
      SELECT id, organization_id, host_id, provider, name, url, username, state, created_at
      FROM connections INDEXED BY connections_of_account
      WHERE host_id = :host AND provider = :provider AND username = :username AND url = :url
        AND removed_at IS NULL
      ORDER BY id LIMIT 1
      """
    ) {
      $0.bind(":host", host)
      $0.bind(":provider", provider.rawValue)
      $0.bind(":username", username)
      $0.bind(":url", url)
    } read: {
      Connection(row: $0)
    }
  }

  /// Whether any connection of any organization stands for that account.
  package func isConnectedElsewhere(
    _ provider: Connection.Provider, username: String
  ) throws -> Bool {
    try ask { database in
      try database.exists(
        """
        SELECT 1 FROM connections INDEXED BY connections_of_account
        WHERE provider = :provider AND username = :username AND removed_at IS NULL
        """
      ) {
        $0.bind(":provider", provider.rawValue)
        $0.bind(":username", username)
      }
    }
  }

  /// Stores an account that has answered, with its calendars: a new one, or, where `connection.id` is there
  /// already, the same one anew: its secret is replaced, calendars that it did not have before are added,
  /// and the jobs that waited for it are woken. Calendars that are gone stay, since links may name them.
  ///
  /// `answer` is called within the transaction, so that what it makes can be kept under the key.
  package func connect(
    _ connection: Connection, secret: SealedSecret, calendars: [Calendar],
    request: ConnectionRequest?, answer: @escaping @Sendable (Connection, [Calendar]) -> [UInt8]
  ) throws -> ConnectedRecord {
    try write { transaction in
      let database = transaction.connection
      if let request, let earlier = try self.earlier(request, connection.organization, database) {
        return earlier
      }
      let isLocal = connection.provider == .local
      let known =
        isLocal
        ? nil
        : try self.connection(
          of: connection.host, provider: connection.provider, username: connection.username,
          url: connection.url, database)
      if let known, known.id != connection.id { throw ConnectingError.changedMeanwhile }
      var woken = 0
      if known == nil {
        guard try self.connection(connection.id, database) == nil else {
          throw ConnectingError.changedMeanwhile
        }
        try self.insert(connection, database)
      }
      try self.put(secret, of: connection.id, in: transaction)
      try self.merge(calendars, into: connection.id, database)
      if known != nil { woken = try self.recoverAndWake(connection.id, in: transaction) }
      guard let stored = try self.connection(connection.id, database)?.connection else {
        throw ConnectingError.changedMeanwhile
      }
      let all = try self.calendars(of: connection.id, database)
      if let request {
        try self.keep(
          request, connection.organization, stored.id, answer(stored, all), in: transaction)
      }
      return ConnectedRecord(
        connection: stored, calendars: all, isNew: known == nil, earlierAnswer: nil,
        jobsWoken: woken)
    }
  }

  func put(
    _ secret: SealedSecret, of connection: ConnectionID, in transaction: Transaction
  ) throws {
    switch secret {
    case .none: break
    case .credential(let sealed): try putCredential(sealed, of: connection, in: transaction)
    case .password(let sealed):
      try transaction.connection.run(
        """
        UPDATE connections SET secret = :sealed, revision = revision + 1
        WHERE id = :connection AND removed_at IS NULL
        """
      ) {
        $0.bind(":sealed", sealed)
        $0.bind(":connection", connection)
      }
    }
  }

  /// Adds the calendars that are new, and takes over what the provider now says of the others. An id of
  /// ours, once given, stays.
  package func mergeCalendars(_ calendars: [Calendar], of connection: ConnectionID) throws
    -> [Calendar]
  {
    try write { transaction in
      try self.merge(calendars, into: connection, transaction.connection)
      return try self.calendars(of: connection, transaction.connection)
    }
  }

  func merge(
    _ calendars: [Calendar], into connection: ConnectionID, _ database: SQLiteConnection
  ) throws {
    for calendar in calendars {
      try database.run(
        """
        INSERT INTO calendars (id, connection_id, remote_id, name, time_zone, is_writable)
        VALUES (:id, :connection, :remoteID, :name, :timeZone, :isWritable)
        ON CONFLICT (connection_id, remote_id) DO UPDATE
          SET name = :name, time_zone = :timeZone, is_writable = :isWritable
          WHERE name <> :name OR time_zone <> :timeZone OR is_writable <> :isWritable
        """
      ) {
        $0.bind(":id", calendar.id)
        $0.bind(":connection", connection)
        $0.bind(":remoteID", calendar.remoteID)
        $0.bind(":name", calendar.name)
        $0.bind(":timeZone", calendar.timeZone)
        $0.bind(":isWritable", calendar.isWritable)
      }
    }
  }
}
