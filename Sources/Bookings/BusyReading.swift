import Core

/// What was learned about the busy time of some calendars. Each calendar that was asked about is either a
/// key of `busy` or a member of `unreadable`: a calendar that could not be read is never a free one.
package struct BusyReading: Equatable, Sendable {
  package let busy: [CalendarID: [BusyInterval]]
  package let unreadable: Set<CalendarID>
  /// When the oldest part of it was read.
  package let asOf: Timestamp
  /// Part of it is an earlier reading, in place of one that did not come in time: people are told so.
  package let standsIn: Bool

  package init(
    busy: [CalendarID: [BusyInterval]], unreadable: Set<CalendarID>, asOf: Timestamp,
    standsIn: Bool = false
  ) {
    self.busy = busy
    self.unreadable = unreadable
    self.asOf = asOf
    self.standsIn = standsIn
  }
}
