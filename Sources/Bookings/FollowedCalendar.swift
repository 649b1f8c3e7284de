import Core

/// A calendar whose changes are followed, and how far they were read.
package struct FollowedCalendar: Sendable, Equatable {
  package let calendar: Calendar
  package let organization: OrganizationID
  /// The provider's own words; nil where nothing was read yet.
  package let position: String?
  /// What the last whole reading covered; nil where there was none.
  package let window: Interval?
  /// When the last of its bookings ends; nil where none is ahead.
  package let lastEnd: Timestamp?

  package init(
    calendar: Calendar, organization: OrganizationID, position: String?, window: Interval?,
    lastEnd: Timestamp?
  ) {
    self.calendar = calendar
    self.organization = organization
    self.position = position
    self.window = window
    self.lastEnd = lastEnd
  }
}

/// A booking, for whoever compares it with what a calendar says.
package struct FollowedBooking: Sendable, Equatable {
  package let id: BookingID
  package let state: BookingState
  package let time: Interval
  /// The provider's name for its event; nil where it is not known yet.
  package let event: String?

  package init(id: BookingID, state: BookingState, time: Interval, event: String?) {
    self.id = id
    self.state = state
    self.time = time
    self.event = event
  }
}

/// What a reading of a calendar leaves behind.
package struct CalendarReading: Sendable, Equatable {
  package let calendar: CalendarID
  /// Where it began; nil at the beginning.
  package let from: String?
  /// From where the next one goes on; nil where the calendar has no such thing.
  package let position: String?
  /// What it covered; nil where it was not a whole one.
  package let window: Interval?

  package init(calendar: CalendarID, from: String?, position: String?, window: Interval?) {
    self.calendar = calendar
    self.from = from
    self.position = position
    self.window = window
  }
}
