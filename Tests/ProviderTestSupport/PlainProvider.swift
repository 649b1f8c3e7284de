import Bookings
import Calendars
import Core

/// What most providers made for tests have to say to the questions that they are not about. Only for those:
/// the port itself has no defaults, see there.
package protocol PlainProvider: CalendarProvider {}

extension PlainProvider {
  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool { invitesGuests }

  package func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try event(key, in: calendar).map { !$0.isCancelled } ?? false
  }

  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? { nil }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] { [] }

  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {}
}
