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

extension OwnEvent? {
  /// What is left out of that calendar.
  func key(in calendar: CalendarID) -> EventKey? {
    flatMap { $0.calendar == calendar ? $0.key : nil }
  }
}

extension [BusyInterval] {
  /// Without the event, as its UID tells: never by its time, since another may lie beneath it.
  func without(_ own: OwnEvent?, in calendar: CalendarID) -> [BusyInterval] {
    guard let key = own.key(in: calendar) else { return self }
    return filter { $0.uid.map(key.names) != true }
  }
}
