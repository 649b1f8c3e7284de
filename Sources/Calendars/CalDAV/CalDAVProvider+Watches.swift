import Bookings
import Core

/// A CalDAV server calls nobody.
extension CalDAVProvider {
  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {}
}
