import Bookings
import Core

/// An event of a built-in calendar.
package struct LocalEvent: Equatable, Sendable {
  package let calendar: CalendarID
  /// `EventKey.text`: unique within its calendar.
  package let key: String
  package let uid: String
  package let booking: BookingID
  package var sequence: Int
  package var interval: Interval
  package let summary: String

  package init(
    calendar: CalendarID, key: String, uid: String, booking: BookingID, sequence: Int,
    interval: Interval, summary: String
  ) {
    self.calendar = calendar
    self.key = key
    self.uid = uid
    self.booking = booking
    self.sequence = sequence
    self.interval = interval
    self.summary = summary
  }
}
