import Core

/// A host as accounts know it.
package struct HostRecord: Sendable, Equatable {
  package let id: HostID
  package let organization: OrganizationID
  package let name: String
  package let email: String
  /// IANA name; new links default to it.
  package let timeZone: String

  package init(
    id: HostID, organization: OrganizationID, name: String, email: String, timeZone: String
  ) {
    self.id = id
    self.organization = organization
    self.name = name
    self.email = email
    self.timeZone = timeZone
  }
}

/// What an API key lets its bearer do. The key itself is known to nobody but the bearer.
package struct APIKey: Sendable, Equatable {
  package enum Scope: String, Sendable, CaseIterable {
    case linksRead = "links:read"
    case linksWrite = "links:write"
    case bookingsRead = "bookings:read"
    case bookingsWrite = "bookings:write"
    case jobsRead = "jobs:read"
    case jobsWrite = "jobs:write"
    case connectionsWrite = "connections:write"
    case approvalsWrite = "approvals:write"
  }

  package let id: Identifier<APIKey>
  package let organization: OrganizationID
  /// Whom it acts for; nil is the whole organization.
  package let host: HostID?
  package let name: String
  package let scopes: Set<Scope>

  package init(
    id: Identifier<APIKey>, organization: OrganizationID, host: HostID?, name: String,
    scopes: Set<Scope>
  ) {
    self.id = id
    self.organization = organization
    self.host = host
    self.name = name
    self.scopes = scopes
  }
}
