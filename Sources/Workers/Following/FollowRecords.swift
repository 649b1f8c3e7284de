import Bookings
import Queue

/// Where those who follow calendars read what to compare with, and keep how far they have got.
package protocol FollowRecords: Sendable {
  /// Nil where there is no such calendar any more.
  func followed(_ calendar: CalendarID) throws -> FollowedCalendar?

  /// The bookings that keep time on the calendar and are not over.
  func bookingsAhead(on calendar: CalendarID) throws -> [FollowedBooking]

  /// Those whose events the provider calls by these names.
  func bookings(ofEvents events: [String], on calendar: CalendarID) throws -> [FollowedBooking]

  /// Keeps the position together with the jobs that look at what was read, in one transaction.
  func take(_ reading: CalendarReading, looking jobs: [NewJob]) throws

  /// Whether a job of ours that may change the booking's event has not ended.
  func isInHand(_ booking: BookingID) throws -> Bool
}
