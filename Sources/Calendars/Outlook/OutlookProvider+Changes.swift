import Bookings
import Core

extension OutlookProvider {
  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? { nil }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] { [] }
}
