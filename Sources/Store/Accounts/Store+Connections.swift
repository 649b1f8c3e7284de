import Bookings
import Core
import SQLite

extension Store {
  /// Stores a connection with its calendars, all or nothing. `secret` is sealed before it comes here.
  package func insert(_ connection: Connection, secret: [UInt8]?, calendars: [Calendar]) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO connections (id, organization_id, host_id, provider, name, url, username, secret,
          state, created_at)
        VALUES (:id, :organization, :host, :provider, :name, :url, :username, :secret, :state,
          :createdAt)
        """
      ) {
        $0.bind(":id", connection.id)
        $0.bind(":organization", connection.organization)
        $0.bind(":host", connection.host)
        $0.bind(":provider", connection.provider.rawValue)
        $0.bind(":name", connection.name)
        $0.bind(":url", connection.url)
        $0.bind(":username", connection.username)
        $0.bind(":secret", secret)
        $0.bind(":state", connection.state.rawValue)
        $0.bind(":createdAt", connection.createdAt)
      }
      for calendar in calendars {
        try transaction.connection.run(
          """
          INSERT INTO calendars (id, connection_id, remote_id, name, time_zone, is_writable)
          VALUES (:id, :connection, :remoteID, :name, :timeZone, :isWritable)
          """
        ) {
          $0.bind(":id", calendar.id)
          $0.bind(":connection", calendar.connection)
          $0.bind(":remoteID", calendar.remoteID)
          $0.bind(":name", calendar.name)
          $0.bind(":timeZone", calendar.timeZone)
          $0.bind(":isWritable", calendar.isWritable)
        }
      }
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
        WHERE organization_id = :organization AND (:host IS NULL OR host_id = :host) ORDER BY id
        """
      ) {
        $0.bind(":organization", organization)
        $0.bind(":host", host)
      } read: {
        Connection(row: $0)
      }
    }
  }

  package func connection(_ id: ConnectionID) throws -> (connection: Connection, secret: [UInt8]?)?
  {
    try read { connection in
      try connection.first(
        """
        SELECT id, organization_id, host_id, provider, name, url, username, state, created_at, secret
        FROM connections WHERE id = :id
        """
      ) {
        $0.bind(":id", id)
      } read: {
        (connection: Connection(row: $0), secret: $0.optionalBlob(9))
      }
    }
  }

  package func setState(_ state: Connection.State, of connection: ConnectionID) throws {
    try write { transaction in
      try transaction.connection.run("UPDATE connections SET state = :state WHERE id = :id") {
        $0.bind(":state", state.rawValue)
        $0.bind(":id", connection)
      }
      return
    }
    if state == .connected { try endDisconnection(of: connection) }
  }

  package func calendars(of connection: ConnectionID) throws -> [Calendar] {
    try read { database in
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
  fileprivate init(row: Row) {
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
