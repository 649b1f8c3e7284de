import Bookings
import Core
import Testing

@testable import ICalendar

struct RecurrenceTests {
  /// Starts of the first instances, as they read in UTC.
  private func starts(_ body: String, _ count: Int, in zone: String = "UTC") throws -> [String] {
    let busy = try Fixture.busy("\(body)\nDURATION:PT1H", in: zone, to: "2036-01-01T00:00:00Z")
    return busy.prefix(count).map { String($0.prefix(16)) }
  }

  @Test func weeklyKeepsItsWallTimeAcrossDST() throws {
    let found = try starts("DTSTART;TZID=America/New_York:20260301T090000\nRRULE:FREQ=WEEKLY", 3)
    #expect(found == ["2026-03-01T14:00", "2026-03-08T13:00", "2026-03-15T13:00"])
  }

  @Test func dailyInAGapMovesOnThatDayOnly() throws {
    let found = try starts(
      "DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3", 9)
    #expect(found == ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"])
  }

  @Test func floatingSeriesAreOfTheCalendarsZone() throws {
    let found = try starts(
      "DTSTART:20260307T090000\nRRULE:FREQ=DAILY;COUNT=2", 9, in: "America/New_York")
    #expect(found == ["2026-03-07T14:00", "2026-03-08T13:00"])
  }

  @Test(
    "The examples of RFC 5545 section 3.8.5.3",
    arguments: [
      (
        "19970902T090000", "FREQ=MONTHLY;BYDAY=1FR;COUNT=2", ["19970905T090000", "19971003T090000"]
      ),
      (
        "19970902T090000", "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=2",
        ["19970928T090000", "19971029T090000"]
      ),
      (
        "19970801T090000", "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
        ["20000101T090000", "20000409T090000", "20000718T090000", "20030101T090000"]
      ),
      (
        "19970519T090000", "FREQ=YEARLY;BYDAY=20MO;COUNT=2", ["19970519T090000", "19980518T090000"]
      ),
      (
        "19970512T090000", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2",
        ["19970512T090000", "19980511T090000"]
      ),
      (
        "19961105T090000",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2",
        ["19961105T090000", "20001107T090000"]
      ),
      (
        "19970904T090000", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        ["19970904T090000", "19971007T090000", "19971106T090000"]
      ),
      (
        "19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        ["19970805T090000", "19970810T090000", "19970819T090000", "19970824T090000"]
      ),
      (
        "19970805T090000", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        ["19970805T090000", "19970817T090000", "19970819T090000", "19970831T090000"]
      ),
      (
        "20070115T090000", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=3",
        ["20070115T090000", "20070130T090000", "20070215T090000"]
      ),
      (
        "19970902T090000", "FREQ=MINUTELY;INTERVAL=90;COUNT=2",
        ["19970902T090000", "19970902T103000"]
      ),
    ])
  func examples(start: String, rule: String, expected: [String]) throws {
    let line = ContentLine("RRULE", value: rule)
    let start = try TimeValue(ContentLine("DTSTART", value: start)).local
    let end = LocalDateTime(date: .firstDay(year: 2030, month: 1), secondOfDay: 0)
    var work = RecurrenceWork()
    let times = try RecurrenceRule(line).wallTimes(from: start, in: start...end, work: &work)
    #expect(times.prefix(expected.count).map(TimeValue.text) == expected)
  }

  @Test func ruleStartsThatAreFarBackAreReachedAtOnce() throws {
    let found = try starts(
      "DTSTART;TZID=Europe/Berlin:19010105T120000\nRRULE:FREQ=HOURLY;BYDAY=MO;BYHOUR=12", 1)
    #expect(found == ["2026-01-05T11:00"])
  }

  @Test func exceptionsAndAdditions() throws {
    let found = try starts(
      """
      DTSTART;TZID=Europe/Berlin:20260301T100000
      RRULE:FREQ=DAILY;COUNT=5
      EXDATE;TZID=Europe/Berlin:20260302T100000,20260303T100000
      EXDATE;VALUE=DATE:20260304
      RDATE:20260310T090000Z
      RDATE;VALUE=PERIOD:20260311T090000Z/PT2H
      """, 9)
    #expect(
      found == ["2026-03-01T09:00", "2026-03-05T09:00", "2026-03-10T09:00", "2026-03-11T09:00"])
  }

  @Test func changedInstancesReplaceTheirOwn() throws {
    let master = """
      BEGIN:VEVENT
      UID:1
      DTSTART;TZID=America/New_York:20260306T090000
      DTEND;TZID=America/New_York:20260306T100000
      RRULE:FREQ=DAILY;COUNT=4
      END:VEVENT
      """
    func change(_ id: String, _ rest: String) -> String {
      "\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID\(id)\n\(rest)\nEND:VEVENT"
    }
    let moved = change(
      ";TZID=America/New_York:20260307T090000", "DTSTART:20260420T090000Z\nDURATION:PT1H")
    let cancelled = change(":20260308T130000Z", "DTSTART:20260308T130000Z\nSTATUS:CANCELLED")
    let free = change(
      ";TZID=America/New_York:20260309T090000",
      "DTSTART:20260309T130000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT")
    #expect(
      try Fixture.busy(master + moved + cancelled + free) == [
        "2026-03-06T14:00:00Z/2026-03-06T15:00:00Z", "2026-04-20T09:00:00Z/2026-04-20T10:00:00Z",
      ])
    #expect(
      try Fixture.busy(String(moved.dropFirst())) == ["2026-04-20T09:00:00Z/2026-04-20T10:00:00Z"])
  }

  @Test func thisAndFutureMovesWhatFollows() throws {
    let body = """
      BEGIN:VEVENT
      UID:1
      DTSTART:20260301T090000Z
      DURATION:PT1H
      RRULE:FREQ=DAILY;COUNT=4
      END:VEVENT
      BEGIN:VEVENT
      UID:1
      RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T090000Z
      DTSTART:20260303T110000Z
      DURATION:PT2H
      END:VEVENT
      """
    #expect(
      try Fixture.busy(body) == [
        "2026-03-01T09:00:00Z/2026-03-01T10:00:00Z", "2026-03-02T09:00:00Z/2026-03-02T10:00:00Z",
        "2026-03-03T11:00:00Z/2026-03-03T13:00:00Z", "2026-03-04T11:00:00Z/2026-03-04T13:00:00Z",
      ])
  }

  @Test func allDaySeriesWithExceptions() throws {
    let busy = try Fixture.busy(
      """
      DTSTART;VALUE=DATE:20260307
      RRULE:FREQ=DAILY;UNTIL=20260309
      EXDATE;VALUE=DATE:20260307
      """, in: "America/New_York")
    #expect(
      busy == [
        "2026-03-08T05:00:00Z/2026-03-09T04:00:00Z", "2026-03-09T04:00:00Z/2026-03-10T04:00:00Z",
      ])
  }

  @Test func durationInDaysKeepsTheWallAndDTENDTheElapsedTime() throws {
    let start = "DTSTART;TZID=America/New_York:20260307T120000\n"
    let nominal = try Fixture.busy(start + "DURATION:P1D")
    #expect(nominal == ["2026-03-07T17:00:00Z/2026-03-08T16:00:00Z"])
    let exact = try Fixture.busy(
      start + "DTEND;TZID=America/New_York:20260307T130000\nRRULE:FREQ=DAILY;COUNT=2")
    #expect(exact.last == "2026-03-08T16:00:00Z/2026-03-08T17:00:00Z")
  }

  @Test func aRuleIsBoundedWhereItYieldsNothing() throws {
    let found = try starts(
      "DTSTART:20250228T090000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 9)
    #expect(found.isEmpty)
  }
}
