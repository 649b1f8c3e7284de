import Bookings
import Core
import SQLite

/// What depends on an account.
package struct ConnectionDependents: Sendable, Equatable {
  package struct Use: Sendable, Equatable {
    package let link: LinkID
    package let title: String
    /// Whether its bookings go to the account; else the account is only looked at.
    package let isDestination: Bool
  }

  /// Links that can take bookings, or could when resumed.
  package let links: [Use]
  /// Bookings on its calendars that are not over: they stay, and can no longer be moved or cancelled there.
  package let upcomingBookings: Int

  package var isEmpty: Bool { links.isEmpty && upcomingBookings == 0 }
}

package enum Disconnected: Sendable {
  /// Nothing was done.
  case inUse(ConnectionDependents)
  /// With the sealed credential that it had, to be revoked where that is possible.
  case done(ConnectionDependents, credential: [UInt8]?)
}

extension Store {
  /// Forgets an account's secrets and marks it as gone; nil where the organization has no such account. What
  /// depends on it is only harmed where `pausingLinks` says so: its links take no bookings until they have
  /// other calendars. Jobs that waited for it are woken, since their wait has no end any more.
  package func disconnect(
    _ id: ConnectionID, of organization: OrganizationID, host: HostID?, pausingLinks: Bool
  ) throws -> Disconnected? {
    try write { transaction in
      let database = transaction.connection
      guard let connection = try self.connection(id, database)?.connection,
        connection.organization == organization, host == nil || host == connection.host
      else { return nil }
      let dependents = try self.dependents(of: connection, in: transaction)
      if !dependents.isEmpty && !pausingLinks { return .inUse(dependents) }
      for use in dependents.links { try self.pause(use.link, in: transaction) }
      let credential = try self.sealedCredential(of: id, database)
      try database.run("DELETE FROM credentials WHERE connection_id = :id") { $0.bind(":id", id) }
      try database.run(
        """
        UPDATE connections SET removed_at = :now, secret = NULL, revision = revision + 1
        WHERE id = :id
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":id", id)
      }
      try self.endIncidents(of: id, in: transaction)
      try self.forgetWatches(of: id, in: transaction)
      _ = try self.wakeJobs(waitingFor: id, in: transaction)
      return .done(dependents, credential: credential)
    }
  }

  private func dependents(
    of connection: Connection, in transaction: Transaction
  ) throws -> ConnectionDependents {
    let links = try transaction.connection.all(
      """
      SELECT l.id, l.settings ->> '$.title',
        max(k.id = l.destination_calendar_id) AS is_destination
      FROM links AS l INDEXED BY links_of_organization
        JOIN calendars AS k ON k.connection_id = :connection
      WHERE l.organization_id = :organization AND l.state IN ('active', 'paused')
        AND (k.id = l.destination_calendar_id
          OR instr(' ' || l.conflict_calendar_ids || ' ', ' ' || k.id || ' '))
      GROUP BY l.id ORDER BY l.id
      """
    ) {
      $0.bind(":connection", connection.id)
      $0.bind(":organization", connection.organization)
    } read: {
      ConnectionDependents.Use(
        link: $0.identifier(0), title: $0.string(1), isDestination: $0.bool(2))
    }
    let upcoming = try transaction.connection.first(
      """
      SELECT count(*) FROM bookings AS b INDEXED BY bookings_of_organization
        JOIN calendars AS k ON k.id = b.calendar_id
      WHERE b.organization_id = :organization AND k.connection_id = :connection
        AND b.end_at > :now
        AND b.state IN ('pending', 'confirmed', 'rescheduling', 'cancelling', 'needsOwner')
      """
    ) {
      $0.bind(":organization", connection.organization)
      $0.bind(":connection", connection.id)
      $0.bind(":now", transaction.now)
    } read: {
      $0.int(0)
    }
    return ConnectionDependents(links: links, upcomingBookings: upcoming ?? 0)
  }

  private func pause(_ link: LinkID, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE links SET state = 'paused', revision = revision + 1, updated_at = :now
      WHERE id = :link AND state = 'active'
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":link", link)
    }
  }

  private func sealedCredential(
    of connection: ConnectionID, _ database: SQLiteConnection
  ) throws -> [UInt8]? {
    try database.first("SELECT sealed FROM credentials WHERE connection_id = :connection") {
      $0.bind(":connection", connection)
    } read: {
      $0.blob(0)
    }
  }
}
