import Bookings
import Core
import Testing

@testable import ICalendar

/// Damaged text gives an answer or an error, and never ends the process.
struct FuzzTests {
  @Test(arguments: UInt64(1)...6)
  func damagedTextNeverTraps(seed: UInt64) throws {
    let randomness = Randomness(seed: seed)
    func below(_ bound: Int) -> Int { Int(randomness.next() % UInt64(bound)) }
    let samples =
      [
        EventMoveTests.object, Fixture.calendar(DescribedZoneTests.berlin + "\n" + Self.series),
        ComponentReadingTests.sample,
        try EventObjectTests.sample(zone: "Europe/Dublin").text(method: nil),
      ] + EventMessageTests.replies.map(\.text)
    let move = EventMove(
      interval: try Fixture.interval("2026-11-02T17:00:00Z", "2026-11-02T17:45:00Z"),
      zone: try Fixture.zone("Europe/Berlin"), sequence: 1, stamp: Timestamp(seconds: 0))
    let window = try Fixture.interval("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")
    var understood = 0
    for round in 0..<120 {
      var bytes = Array(samples[below(samples.count)].utf8)
      for _ in 0...below(3) {
        let place = below(bytes.count)
        switch below(5) {
        case 0: bytes[place] = UInt8(below(256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + below(20) + 1))
        case 2:
          bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(60))], at: place)
        case 3: bytes[place] = UInt8(ascii: "9")
        default: bytes.insert(contentsOf: Self.words[below(Self.words.count)].utf8, at: place)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let busy = try? busyIntervals(
        in: text, during: window, calendarZone: move.zone ?? .utc, zones: Fixture.zones,
        ownAddresses: ["alex@example.com"])
      understood += busy == nil ? 0 : 1
      if let moved = try? move.applied(to: text, uid: "u") {
        #expect((try? Component.read(moved)) != nil, "seed \(seed), round \(round)")
      }
      _ = try? GuestReply(text, zones: Fixture.zones)
      if let calendars = try? Component.read(bytes) {
        let again = try Component.read(calendars.map(\.text).joined())
        #expect(again.map(\.text) == calendars.map(\.text), "seed \(seed), round \(round)")
      }
    }
    #expect((1..<120).contains(understood), "damage is noticed, and not everything is damaged")
  }

  @Test(arguments: [Int64.min, -62_135_596_800_000, 0, 253_402_300_799_000, Int64.max])
  func windowsAtTheEndsOfTimeAreFine(milliseconds: Int64) throws {
    let instant = Timestamp(milliseconds: milliseconds)
    let other = Timestamp(seconds: 1_800_000_000)
    let busy = try busyIntervals(
      in: Fixture.calendar("DTSTART:20260310T170000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY"),
      during: Interval(start: min(instant, other), end: max(instant, other)), calendarZone: .utc,
      zones: Fixture.zones, ownAddresses: [])
    #expect(!busy.isEmpty)
  }

  static let words = [
    "\n", "\r\n ", ";", ":", "\"",
    "99999999", "RRULE:FREQ=MINUTELY;COUNT=99\n", "-", "BEGIN:VEVENT\n",
    "RECURRENCE-ID:20260310T090000\n", ";TZID=Nowhere", "P9999999W", "INTERVAL=9999999;", "Z", "🚀",
    "EXDATE:20260310\n", "DTSTART:00000101T000000\n", "DTEND:99991231T235959Z\n", "\u{0}",
  ]

  static let series = """
    BEGIN:VEVENT
    UID:u
    DTSTART;TZID="W. Europe Standard Time":20260110T190000
    DTEND;TZID="W. Europe Standard Time":20260110T193000
    RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=9;BYDAY=MO,SA;WKST=SU
    EXDATE;TZID=W. Europe Standard Time:20260110T190000
    RDATE;VALUE=PERIOD:20260111T090000Z/PT2H
    END:VEVENT
    BEGIN:VEVENT
    UID:u
    RECURRENCE-ID;RANGE=THISANDFUTURE:20260124T180000Z
    DTSTART:20260125T180000Z
    DURATION:P1DT2H
    END:VEVENT
    BEGIN:VEVENT
    UID:day
    DTSTART;VALUE=DATE:20260110
    RRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20261224
    END:VEVENT
    """
}
