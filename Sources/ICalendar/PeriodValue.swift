import Bookings
import Core

/// A PERIOD (RFC 5545 section 3.3.9): a start, and an end or a duration.
struct PeriodValue: Sendable {
  enum End: Sendable {
    case at(TimeValue)
    case after(DurationValue)
  }

  let start: TimeValue
  let end: End
  private let line: Int

  init(_ text: Substring, of line: ContentLine) throws(ICalendarError) {
    guard let slash = text.firstIndex(of: "/") else {
      throw .malformed(line: line.line, detail: "\(line.name) holds no period")
    }
    self.line = line.line
    start = try TimeValue(text[..<slash], of: line)
    let rest = text[text.index(after: slash)...]
    end =
      rest.first == "P" || rest.first == "p" || rest.first == "+"
      ? .after(try DurationValue(rest, of: line)) : .at(try TimeValue(rest, of: line))
  }

  /// The time it covers, given what instants its values mean.
  func interval(
    instant: (TimeValue) throws(ICalendarError) -> Timestamp
  ) throws(ICalendarError) -> Interval {
    let begin = try instant(start)
    let end: Timestamp =
      switch self.end {
      case .at(let value): try instant(value)
      case .after(let duration): begin + .days(duration.days) + .seconds(duration.seconds)
      }
    guard end >= begin else {
      throw .malformed(line: line, detail: "a period ends before it starts")
    }
    return Interval(start: begin, end: end)
  }
}
