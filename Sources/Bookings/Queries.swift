import Core

/// Which links are asked for: of one organization, newest first, deleted ones never.
package struct LinkQuery: Sendable {
  package var organization: OrganizationID
  package var host: HostID?
  package var state: Link.State?
  package var kind: Link.Kind?
  /// Part of its title or slug; a to z in either case.
  package var text: String?
  /// Only those with ids below it: where the page before has ended.
  package var before: LinkID?
  package var limit: Int

  package init(organization: OrganizationID, limit: Int) {
    self.organization = organization
    self.limit = limit
  }
}

/// Which bookings are asked for: of one organization, newest first.
package struct BookingQuery: Sendable {
  package var organization: OrganizationID
  package var host: HostID?
  package var link: LinkID?
  /// Those whose time ends after it.
  package var from: Timestamp?
  /// Those whose time starts before it.
  package var to: Timestamp?
  package var state: BookingState?
  package var guestEmail: String?
  package var before: BookingID?
  package var limit: Int

  package init(organization: OrganizationID, limit: Int) {
    self.organization = organization
    self.limit = limit
  }
}

/// Which findings are asked for, newest first.
package struct FindingQuery: Sendable {
  package enum State: String, Sendable, CaseIterable { case open, resolved }

  /// Nil is everybody's.
  package var organization: OrganizationID?
  package var kind: Difference.Kind?
  package var state: State?
  package var calendar: CalendarID?
  package var booking: BookingID?
  package var before: FindingID?
  package var limit: Int

  package init(organization: OrganizationID?, limit: Int) {
    self.organization = organization
    self.limit = limit
  }
}
