import Core

/// A booking link: a URL under which guests book a host's time.
package struct Link: Equatable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Booked again and again until deleted.
    case recurring
    /// Spent by the first booking.
    case singleUse
  }

  package enum State: String, Sendable, CaseIterable {
    case active, paused, spent, deleted
  }

  package let id: LinkID
  package let organization: OrganizationID
  package let host: LinkHost
  /// Its name in the URL.
  package var slug: String
  package let kind: Kind
  package var state: State
  /// Raised by every change; what a page or a request was made from can be told from what is now.
  package var revision: Int
  package var settings: LinkSettings
  /// Where the event is made.
  package var destination: CalendarID
  /// Whose busy time counts, the destination always among them.
  package var conflicts: [CalendarID]
  package let createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: LinkID, organization: OrganizationID, host: LinkHost, slug: String, kind: Kind,
    state: State = .active, revision: Int = 1, settings: LinkSettings, destination: CalendarID,
    conflicts: [CalendarID], createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.id = id
    self.organization = organization
    self.host = host
    self.slug = slug
    self.kind = kind
    self.state = state
    self.revision = revision
    self.settings = settings
    self.destination = destination
    self.conflicts = conflicts.contains(destination) ? conflicts : conflicts + [destination]
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

extension Link {
  /// Why guests may not book under it now, whatever time they want.
  package func refusal(now: Timestamp) -> Refusal? {
    switch state {
    case .paused: return .linkPaused
    case .spent: return .linkSpent
    case .active, .deleted: break
    }
    if let expiresAt = settings.expiresAt, expiresAt <= now { return .linkExpired }
    return nil
  }
}

/// The host as a link shows it.
package struct LinkHost: Equatable, Sendable {
  package let id: HostID
  package let name: String
  package let email: String

  package init(id: HostID, name: String, email: String) {
    self.id = id
    self.name = name
    self.email = email
  }
}
