import Core

/// What was learned about the busy time of some calendars. Each calendar that was asked about is either a
/// key of `busy` or a member of `unreadable`: a calendar that could not be read is never a free one.
package struct BusyReading: Equatable, Sendable {
  package private(set) var busy: [CalendarID: [BusyInterval]]
  package private(set) var unreadable: Set<CalendarID>
  /// When the oldest part of it was read.
  package private(set) var asOf: Timestamp

  package init(
    busy: [CalendarID: [BusyInterval]], unreadable: Set<CalendarID>, asOf: Timestamp
  ) {
    self.busy = busy
    self.unreadable = unreadable
    self.asOf = asOf
  }

  /// Adds what was learned about one more calendar, as of then.
  package mutating func add(
    _ intervals: [BusyInterval], of calendar: CalendarID, asOf instant: Timestamp
  ) {
    busy[calendar] = intervals
    asOf = min(asOf, instant)
  }

  /// Adds a calendar that could not be read.
  package mutating func addUnreadable(_ calendar: CalendarID) { unreadable.insert(calendar) }
}
