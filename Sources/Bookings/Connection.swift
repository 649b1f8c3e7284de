import Core

/// An account at a calendar provider, with what is needed to act there.
package struct Connection: Equatable, Sendable {
  package enum Provider: String, Sendable, CaseIterable {
    /// Built in: events live in our own database.
    case local
    case caldav, google, outlook
  }

  package enum State: String, Sendable, CaseIterable {
    case connected
    /// Its credentials no longer work; the host has to act.
    case needsOwner
  }

  package let id: ConnectionID
  package let organization: OrganizationID
  package let host: HostID
  package let provider: Provider
  package let name: String
  /// Where the account is served, for CalDAV; empty where the provider has one address.
  package let url: String
  package let username: String
  package var state: State
  package let createdAt: Timestamp

  package init(
    id: ConnectionID, organization: OrganizationID, host: HostID, provider: Provider, name: String,
    url: String, username: String, state: State, createdAt: Timestamp
  ) {
    self.id = id
    self.organization = organization
    self.host = host
    self.provider = provider
    self.name = name
    self.url = url
    self.username = username
    self.state = state
    self.createdAt = createdAt
  }
}

/// One calendar of a connection.
package struct Calendar: Equatable, Sendable {
  package let id: CalendarID
  package let connection: ConnectionID
  /// The provider's name for it: an href for CalDAV, an id elsewhere.
  package let remoteID: String
  package let name: String
  /// IANA name: all-day events are days of this zone, and events are written in it.
  package let timeZone: String
  package let isWritable: Bool

  package init(
    id: CalendarID, connection: ConnectionID, remoteID: String, name: String, timeZone: String,
    isWritable: Bool
  ) {
    self.id = id
    self.connection = connection
    self.remoteID = remoteID
    self.name = name
    self.timeZone = timeZone
    self.isWritable = isWritable
  }
}
