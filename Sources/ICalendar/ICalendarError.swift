/// What can be wrong with calendar text. The line is that of the text as received, counted from 1;
/// a message names properties and limits, never what somebody wrote in their calendar.
package enum ICalendarError: Error, Equatable, Sendable, CustomStringConvertible {
  /// More bytes or lines than `ICalendarLimit` allows.
  case tooLarge(limit: Int)
  case tooDeep(line: Int)
  case malformed(line: Int, detail: String)
  /// A TZID that is no IANA name, and no VTIMEZONE in the object says what it means.
  case unknownZone(line: Int, name: String)
  /// A rule that would take more work to expand than `ICalendarLimit.recurrenceWork`.
  case recurrenceTooLarge(line: Int)
  /// The object holds no event with the UID asked for.
  case eventMissing
  /// It is no message of iTIP about one event, or not of the kind that is expected.
  case notAnEventMessage
  /// The event is a series, or one changed instance of it, where a single event is expected.
  case eventIsRecurring(line: Int)

  package var description: String {
    switch self {
    case .tooLarge(let limit): "calendar text exceeds the limit of \(limit)"
    case .tooDeep(let line): "line \(line): components nested too deeply"
    case .malformed(let line, let detail): "line \(line): \(detail)"
    case .unknownZone(let line, let name): "line \(line): unknown time zone \(name)"
    case .recurrenceTooLarge(let line): "line \(line): the recurrence takes too much work"
    case .eventMissing: "no event with this UID"
    case .notAnEventMessage: "no message about one event that is expected here"
    case .eventIsRecurring(let line): "line \(line): the event is a series"
    }
  }
}

/// Bounds on what a calendar may make us do.
package enum ICalendarLimit {
  /// A year of a very busy calendar as one text is about 2 MB.
  package static let bytes = 8 << 20
  package static let lines = 200_000
  /// VCALENDAR, VEVENT, VALARM are three; extensions add one or two.
  package static let depth = 8
  /// Days and times looked at while expanding all recurrences of one text: a daily event of a
  /// hundred years needs 37 000; a million takes a fraction of a second.
  package static let recurrenceWork = 1_000_000
  /// Keeps date arithmetic far from its ends; nobody is busy for a century.
  package static let durationDays = 36_525
}
