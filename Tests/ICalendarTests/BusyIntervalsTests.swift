import Bookings
import Core
import Testing

@testable import ICalendar

struct BusyIntervalsTests {
  static let meeting = "DTSTART:20260310T170000Z\nDTEND:20260310T173000Z"
  static let taken = ["2026-03-10T17:00:00Z/2026-03-10T17:30:00Z"]

  @Test func anEventTakesItsTimeUnderItsUID() throws {
    let busy = try busyIntervals(
      in: Fixture.calendar(Self.meeting),
      during: Fixture.interval("2026-03-10T17:15:00Z", "2026-03-10T17:16:00Z"),
      calendarZone: .utc, zones: Fixture.zones, ownAddresses: [])
    let whole = try Fixture.interval("2026-03-10T17:00:00Z", "2026-03-10T17:30:00Z")
    #expect(busy == [BusyInterval(interval: whole, uid: "1")])
  }

  @Test func whatOnlyTouchesTheWindowIsOutside() throws {
    let before = try Fixture.busy(
      Self.meeting, from: "2026-03-10T17:30:00Z", to: "2026-03-10T18:00:00Z")
    let after = try Fixture.busy(
      Self.meeting, from: "2026-03-10T16:00:00Z", to: "2026-03-10T17:00:00Z")
    #expect(before.isEmpty && after.isEmpty)
  }

  @Test(arguments: [
    ("", true), ("TRANSP:OPAQUE", true), ("TRANSP:TRANSPARENT", false),
    ("transp:transparent", false),
    ("STATUS:CONFIRMED", true), ("STATUS:TENTATIVE", true), ("STATUS:CANCELLED", false),
    ("ATTENDEE;PARTSTAT=DECLINED:mailto:Alex@Example.com", false),
    ("ATTENDEE;PARTSTAT=DECLINED;EMAIL=alex@example.com:/4711/principal/", false),
    ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:alex@example.com", true),
    ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:alex@example.com", true),
    ("ATTENDEE;PARTSTAT=DECLINED:mailto:sam@example.com", true),
  ])
  func whetherAnEventCounts(line: String, counts: Bool) throws {
    let busy = try Fixture.busy("\(Self.meeting)\n\(line)\nX-A:1", own: ["mailto:ALEX@example.com"])
    #expect(busy == (counts ? Self.taken : []))
  }

  @Test(arguments: [
    ("DTSTART:20260310T170000Z", []),
    ("DTSTART:20260310T170000Z\nDTEND:20260310T170000Z", []),
    ("DTSTART:20260310T170000Z\nDURATION:PT30M", taken),
    ("DTSTART:20260310T170000Z\nDURATION:P0DT0H30M0S", taken),
    ("DTSTART;TZID=Europe/Berlin:20260310T180000\nDURATION:PT30M", taken),
    (
      "DTSTART;TZID=\"Europe/Berlin\":20260310T180000\nDTEND;TZID=Europe/London:20260310T173000",
      taken
    ),
    (
      "DTSTART:20260310T120000\nDTEND:20260310T123000",
      ["2026-03-10T17:00:00Z/2026-03-10T17:30:00Z"]
    ),
    ("DTSTART;TZID=/citadel.org/20210210_1/Europe/Berlin:20260310T180000\nDURATION:PT30M", taken),
  ])
  func howAnEventSaysItsTime(body: String, expected: [String]) throws {
    // Bogotá has five hours less than UTC, always: a floating 12:00 is 17:00Z there.
    #expect(try Fixture.busy(body, in: "America/Bogota") == expected)
  }

  @Test(
    "S28 all-day events are days of the calendar's zone",
    arguments: [
      ("America/Los_Angeles", "20260710", "2026-07-10T07:00:00Z/2026-07-11T07:00:00Z"),
      ("Asia/Kolkata", "20260710", "2026-07-09T18:30:00Z/2026-07-10T18:30:00Z"),
      ("America/New_York", "20260308", "2026-03-08T05:00:00Z/2026-03-09T04:00:00Z"),
      ("America/New_York", "20261101", "2026-11-01T04:00:00Z/2026-11-02T05:00:00Z"),
      ("Africa/Cairo", "20260424", "2026-04-23T22:00:00Z/2026-04-24T21:00:00Z"),
      ("America/Santiago", "20260906", "2026-09-06T04:00:00Z/2026-09-07T03:00:00Z"),
    ])
  func allDay(zone: String, day: String, expected: String) throws {
    #expect(try Fixture.busy("DTSTART;VALUE=DATE:\(day)", in: zone) == [expected])
    #expect(try Fixture.busy("DTSTART;VALUE=DATE:\(day)\nDURATION:P1D", in: zone) == [expected])
    #expect(try Fixture.busy("DTSTART:\(day)\nDTEND:\(day)", in: zone) == [expected])
    let free = "DTSTART;VALUE=DATE:\(day)\nTRANSP:TRANSPARENT"
    #expect(try Fixture.busy(free, in: zone).isEmpty)
  }

  @Test func anAllDayEventOfSeveralDaysEndsBeforeItsDTEND() throws {
    let busy = try Fixture.busy(
      "DTSTART;VALUE=DATE:20260306\nDTEND;VALUE=DATE:20260310", in: "America/New_York")
    #expect(busy == ["2026-03-06T05:00:00Z/2026-03-10T04:00:00Z"])
  }

  @Test func aTimeInAGapKeepsTheOffsetBeforeIt() throws {
    let busy = try Fixture.busy(
      "DTSTART;TZID=Europe/Berlin:20270328T023000\nDURATION:PT30M",
      to: "2028-01-01T00:00:00Z")
    #expect(busy == ["2027-03-28T01:30:00Z/2027-03-28T02:00:00Z"])
    let whole = try Fixture.busy(
      "DTSTART;TZID=Europe/Berlin:20270328T023000\nDTEND;TZID=Europe/Berlin:20270328T030000",
      to: "2028-01-01T00:00:00Z")
    #expect(whole == busy, "its end lies before its start by the clock's jump, yet it takes time")
  }

  @Test(arguments: [
    (
      "DTSTART;TZID=Nowhere/Land:20260310T170000\nDURATION:PT30M",
      ICalendarError.unknownZone(line: 5, name: "Nowhere/Land")
    ),
    ("SUMMARY:x", .malformed(line: 4, detail: "the event has no DTSTART")),
    ("DTSTART:2026-03-10", .malformed(line: 5, detail: "DTSTART holds no date")),
    ("DTSTART:20260229", .malformed(line: 5, detail: "DTSTART holds no date")),
    ("DTSTART:20260310T240000", .malformed(line: 5, detail: "DTSTART holds no time")),
    ("DTSTART:20260310T170000Zx", .malformed(line: 5, detail: "DTSTART holds no time")),
    (
      "DTSTART:20260310T170000Z\nDTEND:20260310T160000Z",
      .malformed(line: 6, detail: "the event ends before it starts")
    ),
    (
      "DTSTART:20260310T170000Z\nDTEND:20260311",
      .malformed(line: 6, detail: "DTSTART and DTEND are not of one type")
    ),
    (
      "DTSTART:20260310T170000Z\nDURATION:1H",
      .malformed(line: 6, detail: "DURATION holds no duration")
    ),
    (
      "DTSTART:20260310T170000Z\nDURATION:P9999999W",
      .malformed(line: 6, detail: "DURATION is longer than a century")
    ),
    (
      "DTSTART:20260310T170000Z\nRRULE:FREQ=OFTEN",
      .malformed(line: 6, detail: "RRULE: FREQ is missing or unknown")
    ),
    (
      "DTSTART:20260310T170000Z\nRRULE:RSCALE=HEBREW;FREQ=DAILY",
      .malformed(line: 6, detail: "RRULE: a part of it is not understood")
    ),
    (
      "DTSTART:20260310T170000Z\nRRULE:FREQ=DAILY;BYMONTHDAY=32",
      .malformed(line: 6, detail: "RRULE: a number is missing or out of range")
    ),
    ("DTSTART:20260310T170000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY", .recurrenceTooLarge(line: 7)),
  ])
  func whatIsNotUnderstoodIsNeverFree(body: String, error: ICalendarError) {
    #expect(throws: error) { try Fixture.busy(body) }
  }

  @Test func freeBusyPeriods() throws {
    let text = """
      BEGIN:VFREEBUSY
      UID:x
      FREEBUSY;FBTYPE=FREE:20260310T080000Z/PT1H
      FREEBUSY:20260310T090000Z/20260310T093000Z,20260310T100000Z/PT30M
      FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260310T110000Z/PT30M
      FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260310T120000Z/PT30M
      FREEBUSY;FBTYPE=X-ODD:20260310T130000Z/PT30M
      END:VFREEBUSY
      """
    let busy = try Fixture.busy(text)
    #expect(busy.count == 5)
    #expect(busy.first == "2026-03-10T09:00:00Z/2026-03-10T09:30:00Z")
    #expect(busy.last == "2026-03-10T13:00:00Z/2026-03-10T13:30:00Z")
  }
}
