import Bookings
import Core

/// Where those who compare calendars with bookings read our side, and keep what they find.
package protocol FindingRecords: Sendable {
  /// Nil where there is no such calendar, or its account was disconnected.
  func calendarWatches(_ id: CalendarID) throws -> CalendarWatches?
  /// Confirmed bookings that have not begun: those that the calendar must hold.
  func bookingsToCompare(on calendar: CalendarID) throws -> [ComparedBooking]
  /// Of the organization that the calendar belongs to, whatever their state and calendar.
  func allBookings(of organization: OrganizationID) throws -> [ComparedBooking]
  /// Keeps what was found, and returns what is new. What has gone on since it was compared is left out.
  func keep(_ compared: ComparedCalendar) throws -> [Finding]

  func finding(_ id: FindingID, of organization: OrganizationID?) throws -> Finding?
  func noteRepaired(_ id: FindingID) throws
  /// False where somebody else has raised it meanwhile.
  func raiseGeneration(of booking: BookingID, from generation: Int) throws -> Bool
}
