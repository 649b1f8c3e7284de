import Bookings
import Core
import Testing

@testable import ICalendar

struct DescribedZoneTests {
  /// As Outlook writes Berlin.
  static let berlin = """
    BEGIN:VTIMEZONE
    TZID:W. Europe Standard Time
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:+0200
    TZOFFSETTO:+0100
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0200
    RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
    END:DAYLIGHT
    END:VTIMEZONE
    """

  private func described(_ text: String) throws -> DescribedZone {
    let calendar = try Component.read("BEGIN:VCALENDAR\n\(text)\nEND:VCALENDAR")
    return try DescribedZone(try #require(calendar.first?.components.first))
  }

  @Test func itsRulesGiveWhatTheSystemsZoneGives() throws {
    let described = try described(Self.berlin)
    let zone = try Fixture.zone("Europe/Berlin")
    let first = CivilDate.firstDay(year: 2025, month: 1)
    // Every half hour around both changes of three years, and every day between them.
    for day in first.daysSinceEpoch...(first.daysSinceEpoch + 1094) {
      for second in stride(from: 0, to: 86_400, by: 1800) {
        let local = LocalDateTime(date: CivilDate(daysSinceEpoch: day), secondOfDay: second)
        guard local.date.day > 24 || second == 0 else { break }
        #expect(try described.instant(of: local) == zone.instantKeepingOffset(of: local))
      }
    }
  }

  @Test func anObjectsOwnZoneIsUsedWhereTheNameIsNoIANAName() throws {
    let event = """
      BEGIN:VEVENT
      UID:1
      DTSTART;TZID="W. Europe Standard Time":20260710T190000
      DTEND;TZID="W. Europe Standard Time":20260710T193000
      RRULE:FREQ=MONTHLY;INTERVAL=5;COUNT=2
      END:VEVENT
      """
    let busy = try Fixture.busy(Self.berlin + "\n" + event)
    #expect(
      busy == [
        "2026-07-10T17:00:00Z/2026-07-10T17:30:00Z", "2026-12-10T18:00:00Z/2026-12-10T18:30:00Z",
      ])
  }

  @Test func theLocationBehindANameWins() throws {
    let zone = """
      BEGIN:VTIMEZONE
      TZID:Office
      X-LIC-LOCATION:America/New_York
      BEGIN:STANDARD
      DTSTART:19700101T000000
      TZOFFSETFROM:+0000
      TZOFFSETTO:+0000
      END:STANDARD
      END:VTIMEZONE
      BEGIN:VEVENT
      UID:1
      DTSTART;TZID=Office:20260710T130000
      DURATION:PT30M
      END:VEVENT
      """
    #expect(try Fixture.busy(zone) == ["2026-07-10T17:00:00Z/2026-07-10T17:30:00Z"])
    let found = try calendarTimeZone(in: Fixture.calendar(zone), zones: Fixture.zones)
    #expect(found?.name == "America/New_York")
  }

  @Test func observancesByDateAndBeforeTheFirst() throws {
    let zone = try described(
      """
      BEGIN:VTIMEZONE
      TZID:X
      BEGIN:STANDARD
      DTSTART:20200101T000000
      RDATE:20240101T000000
      TZOFFSETFROM:-0330
      TZOFFSETTO:-033015
      END:STANDARD
      BEGIN:DAYLIGHT
      DTSTART:20220101T000000
      TZOFFSETFROM:-033015
      TZOFFSETTO:+0200
      END:DAYLIGHT
      END:VTIMEZONE
      """)
    func offset(_ year: Int) throws -> Int64 {
      let noon = LocalDateTime(date: .firstDay(year: year, month: 6), hour: 12, minute: 0)
      return noon.instant(offsetSeconds: 0).seconds - (try zone.instant(of: noon).seconds)
    }
    #expect(
      try (2019...2025).map(offset) == [-12_600, -12_615, -12_615, 7200, 7200, -12_615, -12_615])
  }

  @Test(arguments: [
    "TZID:X",
    "TZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:1\nTZOFFSETTO:+0100\nEND:STANDARD",
    "TZID:X\nBEGIN:STANDARD\nDTSTART:19700101T000000\nEND:STANDARD",
  ])
  func aZoneThatDescribesNothingIsAnError(lines: String) {
    #expect(throws: ICalendarError.self) {
      try described("BEGIN:VTIMEZONE\n\(lines)\nEND:VTIMEZONE")
    }
  }
}
