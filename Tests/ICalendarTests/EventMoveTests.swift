import Bookings
import Core
import Testing

@testable import ICalendar

struct EventMoveTests {
  /// As the host's calendar program may have left our event.
  static let object = """
    BEGIN:VCALENDAR
    VERSION:2.0
    METHOD:REQUEST
    X-WR-CALNAME:Work
    BEGIN:VTIMEZONE
    TZID:Europe/Berlin
    BEGIN:STANDARD
    DTSTART:19700101T000000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0100
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VEVENT
    X-COLOUR;X-Y="a;b":red
    UID:u
    DTSTART;TZID=Europe/Berlin:20260310T180000
    DURATION:PT30M
    SUMMARY:Mine\\, now
    ORGANIZER:mailto:alex@example.com
    ATTENDEE;PARTSTAT=ACCEPTED:mailto:Alex@example.com
    ATTENDEE;PARTSTAT=DECLINED;CN=Sam:mailto:sam@guest.example
    ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@other.example
    DTSTAMP:20260301T120000Z
    X-LAST:1
    BEGIN:VALARM
    TRIGGER:-PT15M
    END:VALARM
    END:VEVENT
    END:VCALENDAR

    """

  private func move(zone: String?, sequence: Int = 3) throws -> EventMove {
    EventMove(
      interval: try Fixture.interval("2026-11-02T17:00:00Z", "2026-11-02T17:45:00Z"),
      zone: try zone.map { try Fixture.zone($0) }, sequence: sequence,
      stamp: try Fixture.instant("2026-03-02T08:00:00Z"), ownAddresses: ["me@other.example"])
  }

  @Test func onlyTheTimeChanges() throws {
    let text = try move(zone: "America/New_York").applied(to: Self.object, uid: "u")
    let expected = """
      BEGIN:VCALENDAR
      VERSION:2.0
      X-WR-CALNAME:Work
      BEGIN:VTIMEZONE
      TZID:America/New_York
      BEGIN:STANDARD
      DTSTART:20261101T020000
      TZOFFSETFROM:-0400
      TZOFFSETTO:-0500
      TZNAME:EST
      END:STANDARD
      BEGIN:DAYLIGHT
      DTSTART:20270314T020000
      TZOFFSETFROM:-0500
      TZOFFSETTO:-0400
      TZNAME:EDT
      END:DAYLIGHT
      END:VTIMEZONE
      BEGIN:VEVENT
      X-COLOUR;X-Y="a;b":red
      UID:u
      DTSTART;TZID=America/New_York:20261102T120000
      DTEND;TZID=America/New_York:20261102T124500
      SUMMARY:Mine\\, now
      ORGANIZER:mailto:alex@example.com
      ATTENDEE;PARTSTAT=ACCEPTED:mailto:Alex@example.com
      ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Sam:mailto:sam@guest.example
      ATTENDEE;PARTSTAT=ACCEPTED:mailto:me@other.example
      DTSTAMP:20260302T080000Z
      X-LAST:1
      SEQUENCE:3
      LAST-MODIFIED:20260302T080000Z
      BEGIN:VALARM
      TRIGGER:-PT15M
      END:VALARM
      END:VEVENT
      END:VCALENDAR

      """
    #expect(text.split(separator: "\r\n") == expected.split(separator: "\n"))
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", nil])
  func whatWasMovedReadsBack(zone: String?) throws {
    let move = try move(zone: zone)
    let text = try move.applied(to: Self.object, uid: "u")
    let reading = try EventReading(text, uid: "u", calendarZone: .utc, zones: Fixture.zones)
    #expect(reading.interval == move.interval && reading.sequence == 3)
    #expect(try move.applied(to: text, uid: "u") == text, "a repeat changes nothing")
    let zones = try #require(try Component.read(text).first).components(named: "VTIMEZONE")
    #expect(zones.compactMap { $0.first("TZID")?.text } == [zone].compactMap { $0 })
  }

  @Test(arguments: ["RRULE:FREQ=DAILY", "RDATE:20260311T170000Z"])
  func aSeriesIsNotMoved(line: String) throws {
    let object = Self.object.split(separator: "X-LAST:1").joined(separator: line)
    #expect(throws: ICalendarError.eventIsRecurring(line: 14)) {
      try move(zone: nil).applied(to: object, uid: "u")
    }
  }

  @Test func anotherUIDIsNotOurs() {
    #expect(throws: ICalendarError.eventMissing) {
      try move(zone: nil).applied(to: Self.object, uid: "v")
    }
  }
}
