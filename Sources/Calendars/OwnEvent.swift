import Bookings

/// A booking's event, where somebody asks what else is busy: a booking that moves must not stand in its own
/// way.
package struct OwnEvent: Hashable, Sendable {
  package let key: EventKey
  /// The calendar that holds it.
  package let calendar: CalendarID

  package init(_ key: EventKey, in calendar: CalendarID) {
    self.key = key
    self.calendar = calendar
  }
}

extension [BusyInterval] {
  /// Without the event, as its UID tells: never by its time, since another may lie beneath it.
  func without(_ own: OwnEvent?, in calendar: CalendarID) -> [BusyInterval] {
    guard let own, own.calendar == calendar else { return self }
    return filter { $0.uid.map(own.key.names) != true }
  }
}
