import Bookings
import Calendars
import Workers

/// Every calendar is the same provider's.
package struct OneAccount: Accounts {
  private let calendar: any CalendarProvider

  package init(calendar: any CalendarProvider) { self.calendar = calendar }

  package func provider(of calendar: Calendar) throws(ProviderError) -> any CalendarProvider {
    self.calendar
  }

  package func calendarChanged(_ calendar: CalendarID) {}
}
