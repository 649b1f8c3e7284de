import Bookings
import Calendars
import Core

/// Everything that a handler needs to know of a booking, read on one snapshot.
package struct BookingCase: Sendable, Equatable {
  package let booking: Booking
  package let link: Link
  /// Where the event is, or will be.
  package let destination: Calendar
  /// Whose busy time counts, the destination always among them: a booking stays on its own calendar even
  /// where its link's events go elsewhere by now.
  package let conflicts: [Calendar]

  package init(
    booking: Booking, link: Link, destination: Calendar, conflicts: [Calendar]
  ) {
    self.booking = booking
    self.link = link
    self.destination = destination
    self.conflicts = conflicts.contains(destination) ? conflicts : conflicts + [destination]
  }
}

/// Where handlers read bookings. Nil: there is none of that id.
package protocol BookingCases: Sendable {
  func bookingCase(_ id: BookingID) throws -> BookingCase?
}

/// Where handlers find the account behind a calendar, and say that they have changed it.
package protocol Accounts: Sendable {
  /// Throws `needsOwner` where the account has to be reconnected first.
  func provider(of calendar: Calendar) throws(ProviderError) -> any CalendarProvider

  /// What was read of the calendar before no longer holds. To be said after every write, whatever became of
  /// it: one whose answer was lost has landed as well as not.
  func calendarChanged(_ calendar: CalendarID)
}
