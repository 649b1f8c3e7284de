/// What can be done about a finding. Nothing of it is done unless an operator says so.
package enum Repair: String, Sendable, CaseIterable {
  /// The event is made anew.
  case recreateEvent
  /// The booking ends as cancelled by its host, and its guests are told.
  case cancelBooking
  /// The event is taken off the calendar.
  case removeEvent
  /// The booking takes the event's time, and its guests are told.
  case followCalendar
  /// The event is moved back to the booking's time.
  case restoreTime

  package var kind: Difference.Kind {
    switch self {
    case .recreateEvent, .cancelBooking: .missing
    case .removeEvent: .extra
    case .followCalendar, .restoreTime: .moved
    }
  }

  package static func all(for kind: Difference.Kind) -> [Repair] {
    allCases.filter { $0.kind == kind }
  }
}

/// An operator's wish.
package struct RepairWish: Sendable, Equatable {
  package let finding: FindingID
  package let repair: Repair
  /// Whether an event that people have copied may be removed as well.
  package let isForCopies: Bool
  /// Nil is everybody's.
  package let organization: OrganizationID?
  package let by: String

  package init(
    finding: FindingID, repair: Repair, isForCopies: Bool, organization: OrganizationID?,
    by: String
  ) {
    self.finding = finding
    self.repair = repair
    self.isForCopies = isForCopies
    self.organization = organization
    self.by = by
  }
}

/// Why a repair is not started.
package enum RepairRefusal: Error, Sendable, Equatable {
  case notFound
  case resolved(Finding.Resolution)
  /// The repair is for another kind of finding.
  case doesNotFit(Difference.Kind)
  /// The event is a copy, and nobody has asked for those.
  case isCopy
  /// That job has not ended.
  case underWay(String)
  /// A job of the booking itself has not ended.
  case bookingIsBusy
  /// The idempotency key was used for another request.
  case requestDiffers
}
