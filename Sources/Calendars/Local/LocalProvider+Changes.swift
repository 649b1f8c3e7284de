import Bookings
import Core

/// Nobody but us writes to a calendar in our own database: there is nothing to follow and nobody to call.
extension LocalProvider {
  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? { nil }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    try events.busy(in: calendar.id, during: window).compactMap { event in
      event.uid.flatMap(EventKey.text(inUID:)).map {
        MarkedEvent(remoteID: $0, key: $0, interval: event.interval)
      }
    }
  }

  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? { nil }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {}
}
