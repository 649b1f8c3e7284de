/// A booking as it is compared with its calendar.
package struct ComparedBooking: Sendable, Equatable {
  package let id: BookingID
  package let calendar: CalendarID
  package let state: BookingState
  package let revision: Int
  /// See `Booking.generation`.
  package let generation: Int
  package let time: Interval

  package init(
    id: BookingID, calendar: CalendarID, state: BookingState, revision: Int, generation: Int,
    time: Interval
  ) {
    self.id = id
    self.calendar = calendar
    self.state = state
    self.revision = revision
    self.generation = generation
    self.time = time
  }
}

/// What a comparison of one calendar brought.
package struct ComparedCalendar: Sendable, Equatable {
  package let calendar: CalendarID
  package let differences: [Difference]
  /// Whether everything was looked at. Otherwise what was known before may still be so.
  package let isWhole: Bool

  package init(calendar: CalendarID, differences: [Difference], isWhole: Bool) {
    self.calendar = calendar
    self.differences = differences
    self.isWhole = isWhole
  }
}
