import Bookings
import Queue
import Store
import Workers

/// What is followed, as the store has it.
package struct StoredFollowRecords: FollowRecords {
  private let store: Store

  package init(store: Store) { self.store = store }

  package func followed(_ calendar: CalendarID) throws -> FollowedCalendar? {
    try store.followed(calendar)
  }

  package func bookingsAhead(on calendar: CalendarID) throws -> [FollowedBooking] {
    try store.bookingsAhead(on: calendar)
  }

  package func bookings(
    ofEvents events: [String], on calendar: CalendarID
  ) throws -> [FollowedBooking] {
    try store.bookings(ofEvents: events, on: calendar)
  }

  package func take(_ reading: CalendarReading, looking jobs: [NewJob]) throws {
    try store.take(reading, looking: jobs)
  }

  package func isInHand(_ booking: BookingID) throws -> Bool { try store.isInHand(booking) }
}
