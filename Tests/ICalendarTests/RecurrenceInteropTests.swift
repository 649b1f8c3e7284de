import Bookings
import Core
import TestSupport
import Testing

@testable import ICalendar

/// Recurrences with the answers of dateutil and recurring-ical-events: see Tests/Interop.
struct RecurrenceInteropTests {
  @Test func rulesYieldWhatDateutilYields() throws {
    let lines = try InteropSamples.file("rules.txt").split(separator: "\n")
    #expect(lines.count > 300)
    for line in lines {
      let fields = line.split(separator: " ")
      var moments: [LocalDateTime] = []
      for field in fields.dropFirst() {
        moments.append(try TimeValue(field, of: ContentLine("X", value: "")).local)
      }
      let rule = try RecurrenceRule(ContentLine("RRULE", value: String(fields[0])))
      var work = RecurrenceWork()
      let times = try rule.wallTimes(
        from: moments[0], in: moments[1]...moments[2], work: &work)
      #expect(times == Array(moments[3...]), "\(line)")
    }
  }

  @Test func seriesTakeTheTimesThatRecurringICalEventsGives() throws {
    let blocks = try InteropSamples.file("series.txt").split(separator: "\n\n")
    #expect(blocks.count > 100)
    for block in blocks {
      let lines = block.split(separator: "\n")
      let question = try #require(lines.first { $0.hasPrefix("? ") }).split(separator: " ")
      let instants = ContentLine("X", value: "")
      func interval(_ a: Substring, _ b: Substring) throws -> Interval {
        let start = try TimeValue(a, of: instants).local.instant(offsetSeconds: 0)
        return Interval(
          start: start, end: try TimeValue(b, of: instants).local.instant(offsetSeconds: 0))
      }
      let expected = try lines.filter { $0.hasPrefix("= ") }.map { line in
        let fields = line.split(separator: " ")
        return try interval(fields[1], fields[2])
      }
      let found = try busyIntervals(
        in: lines.prefix { !$0.hasPrefix("? ") }.joined(separator: "\r\n"),
        during: interval(question[2], question[3]),
        calendarZone: Fixture.zone(String(question[1])), zones: Fixture.zones, ownAddresses: [])
      #expect(found.map(\.interval) == expected, "\(block)")
    }
  }
}
