import Bookings
import Core
import SQLite

extension Store {
  /// Stores a connection with its calendars, all or nothing. `secret` is sealed before it comes here.
  package func insert(_ connection: Connection, secret: [UInt8]?, calendars: [Calendar]) throws {
    try write { transaction in
      try self.insert(connection, transaction.connection)
      try self.put(secret.map { .password($0) } ?? .none, of: connection.id, in: transaction)
      try self.merge(calendars, into: connection.id, transaction.connection)
    }
  }

  func insert(_ connection: Connection, _ database: SQLiteConnection) throws {
    try database.run(
      """
      INSERT INTO connections (id, organization_id, host_id, provider, name, url, username, state,
        created_at)
      VALUES (:id, :organization, :host, :provider, :name, :url, :username, :state, :createdAt)
      """
    ) {
      $0.bind(":id", connection.id)
      $0.bind(":organization", connection.organization)
      $0.bind(":host", connection.host)
      $0.bind(":provider", connection.provider.rawValue)
      $0.bind(":name", connection.name)
      $0.bind(":url", connection.url)
      $0.bind(":username", connection.username)
      $0.bind(":state", connection.state.rawValue)
      $0.bind(":createdAt", connection.createdAt)
    }
  }

  package func connections(
    of organization: OrganizationID, host: HostID? = nil
  ) throws -> [Connection] {
    try read { connection in
      try connection.all(
        """
        SELECT id, organization_id, host_id, provider, name, url, username, state, created_at
        FROM connections
        WHERE organization_id = :organization AND (:host IS NULL OR host_id = :host)
          AND removed_at IS NULL
        ORDER BY id
        """
      ) {
        $0.bind(":organization", organization)
        $0.bind(":host", host)
      } read: {
        Connection(row: $0)
      }
    }
  }

  /// Nil where there is none, and where it was disconnected. The password is sealed.
  package func connection(_ id: ConnectionID) throws -> (connection: Connection, secret: [UInt8]?)?
  {
    try ask { try connection(id, $0) }
  }

  func connection(
    _ id: ConnectionID, _ database: SQLiteConnection
  ) throws -> (connection: Connection, secret: [UInt8]?)? {
    try database.first(
      """
      SELECT id, organization_id, host_id, provider, name, url, username, state, created_at, secret
      FROM connections WHERE id = :id AND removed_at IS NULL
      """
    ) {
      $0.bind(":id", id)
    } read: {
      (connection: Connection(row: $0), secret: $0.optionalBlob(9))
    }
  }

  /// Another number than before means: what is known of the account has to be read again. Nil where it was
  /// disconnected.
  package func revision(of connection: ConnectionID) throws -> Int? {
    try ask { database in
      try database.first(
        "SELECT revision FROM connections WHERE id = :id AND removed_at IS NULL"
      ) {
        $0.bind(":id", connection)
      } read: {
        $0.int(0)
      }
    }
  }

  package func calendars(of connection: ConnectionID) throws -> [Calendar] {
    try ask { try calendars(of: connection, $0) }
  }

  func calendars(
    of connection: ConnectionID, _ database: SQLiteConnection
  ) throws -> [Calendar] {
    try database.all(
      """
      SELECT id, connection_id, remote_id, name, time_zone, is_writable FROM calendars
      WHERE connection_id = :connection ORDER BY id
      """
    ) {
      $0.bind(":connection", connection)
    } read: {
      Calendar(row: $0)
    }
  }

  package func calendar(_ id: CalendarID) throws -> Calendar? {
    try read { try calendar(id, $0) }
  }

  func calendar(_ id: CalendarID, _ connection: SQLiteConnection) throws -> Calendar? {
    try connection.first(
      """
      SELECT id, connection_id, remote_id, name, time_zone, is_writable FROM calendars
      WHERE id = :id
      """
    ) {
      $0.bind(":id", id)
    } read: {
      Calendar(row: $0)
    }
  }

  /// What a handler needs to know of a booking, on one snapshot.
  package func bookingParts(
    _ id: BookingID
  ) throws -> (booking: Booking, link: Link, destination: Calendar, conflicts: [Calendar])? {
    try read { connection in
      guard let booking = try booking(id, connection),
        let link = try link(booking.link, connection),
        let destination = try calendar(booking.calendar, connection)
      else { return nil }
      let conflicts = try link.conflicts.compactMap { try calendar($0, connection) }
      return (booking, link, destination, conflicts)
    }
  }
}

extension Connection {
  init(row: Row) {
    self.init(
      id: row.identifier(0), organization: row.identifier(1), host: row.identifier(2),
      provider: Provider(rawValue: row.string(3)) ?? .local, name: row.string(4),
      url: row.string(5), username: row.string(6),
      state: State(rawValue: row.string(7)) ?? .needsOwner, createdAt: row.timestamp(8))
  }
}

extension Calendar {
  fileprivate init(row: Row) {
    self.init(
      id: row.identifier(0), connection: row.identifier(1), remoteID: row.string(2),
      name: row.string(3), timeZone: row.string(4), isWritable: row.bool(5))
  }
}
