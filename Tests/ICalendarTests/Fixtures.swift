import Bookings
import Core
import Testing

@testable import ICalendar

/// What the tests of this target share: defaults for what a test is not about.
enum Fixture {
  static let zones = ZoneDatabase()

  static func zone(_ name: String) throws -> Zone { try zones.zone(name) }

  static func instant(_ text: String) throws -> Timestamp {
    try #require(Timestamp(rfc3339: text), "\(text) is no instant")
  }

  static func interval(_ start: String, _ end: String) throws -> Interval {
    Interval(start: try instant(start), end: try instant(end))
  }

  /// A VCALENDAR around the lines of one VEVENT and, if they begin a component, around them as they
  /// are.
  static func calendar(_ body: String) -> String {
    let event = body.hasPrefix("BEGIN:") ? body : "BEGIN:VEVENT\nUID:1\n\(body)\nEND:VEVENT"
    return "BEGIN:VCALENDAR\nVERSION:2.0\n\(event)\nEND:VCALENDAR\n"
  }

  /// Busy times in 2026 as `start/end` in RFC 3339.
  static func busy(
    _ body: String, in zone: String = "UTC", from: String = "2026-01-01T00:00:00Z",
    to: String = "2027-01-01T00:00:00Z", own: Set<String> = []
  ) throws -> [String] {
    let intervals = try busyIntervals(
      in: calendar(body), during: try interval(from, to), calendarZone: try self.zone(zone),
      zones: zones, ownAddresses: own)
    return intervals.map { "\($0.interval.start.rfc3339)/\($0.interval.end.rfc3339)" }
  }
}
