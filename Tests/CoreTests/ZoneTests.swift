import Core
import Testing

/// Values hold for tzdata 2026f.
struct ZoneTests {
  private let zones = ZoneDatabase()

  @Test(arguments: [
    ("America/Vancouver", "2026-10-31T12:00:00Z", "05:00", "PDT"),
    ("America/Vancouver", "2026-12-15T12:00:00Z", "05:00", "MST"),
    ("America/Vancouver", "2061-07-15T12:00:00Z", "05:00", "MST"),
    ("Africa/Casablanca", "2026-12-15T12:00:00Z", "12:00", "+00"),
    ("Australia/Lord_Howe", "2026-12-15T12:00:00Z", "23:00", "+11"),
    ("Australia/Lord_Howe", "2026-07-15T12:00:00Z", "22:30", "+1030"),
    ("Pacific/Chatham", "2026-12-15T12:00:00Z", "01:45", "+1345"),
    ("Pacific/Chatham", "2026-07-15T12:00:00Z", "00:45", "+1245"),
    ("Asia/Kathmandu", "2026-12-15T12:00:00Z", "17:45", "+0545"),
    ("Asia/Kathmandu", "1985-12-31T12:00:00Z", "17:30", "+0530"),
    ("Europe/Dublin", "2026-12-15T12:00:00Z", "12:00", "GMT"),
    ("Europe/Dublin", "2026-07-15T12:00:00Z", "13:00", "IST"),
    ("Europe/Dublin", "2090-12-15T12:00:00Z", "12:00", "GMT"),
    ("Europe/Dublin", "2090-07-15T12:00:00Z", "13:00", "IST"),
    ("America/Nuuk", "2060-01-15T12:00:00Z", "10:00", "-02"),
    ("America/Nuuk", "2060-07-15T12:00:00Z", "11:00", "-01"),
    ("Pacific/Apia", "2011-12-30T09:59:59Z", "23:59", "-10"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "00:00", "+14"),
    ("Etc/GMT+5", "2026-07-15T12:00:00Z", "07:00", "-05"),
    ("UTC", "2026-07-15T12:00:00Z", "12:00", "UTC"),
  ])
  func clocksShow(name: String, instant: String, time: String, abbreviation: String) throws {
    let zone = try zones.zone(name)
    let instant = try #require(Timestamp(rfc3339: instant))
    #expect(zone.local(at: instant).clock == time)
    #expect(zone.abbreviation(at: instant) == abbreviation)
  }

  /// Its law calls the winter's time the exception.
  @Test func dublinSavesDaylightInWinter() throws {
    let dublin = try zones.zone("Europe/Dublin")
    #expect(dublin.isDaylight(at: at("2026-12-15T12:00:00Z")))
    #expect(!dublin.isDaylight(at: at("2026-07-15T12:00:00Z")))
    #expect(dublin.isDaylight(at: at("2090-12-15T12:00:00Z")))
  }

  @Test(arguments: [
    // A gap's readings are its end, or go on with the offset before it.
    ("Europe/Berlin", "2027-03-28", 2, 30, "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z"),
    ("Europe/Berlin", "2027-03-28", 2, 0, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"),
    ("Europe/Berlin", "2027-03-28", 3, 0, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"),
    ("Europe/Berlin", "2027-03-28", 1, 59, "2027-03-28T00:59:00Z", "2027-03-28T00:59:00Z"),
    ("Australia/Lord_Howe", "2026-10-04", 2, 15, "2026-10-03T15:30:00Z", "2026-10-03T15:45:00Z"),
    // What clocks show twice means the first time.
    ("Europe/Berlin", "2027-10-31", 2, 30, "2027-10-31T00:30:00Z", "2027-10-31T00:30:00Z"),
    ("Europe/Berlin", "2027-10-31", 3, 0, "2027-10-31T02:00:00Z", "2027-10-31T02:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-04", 1, 45, "2027-04-03T14:45:00Z", "2027-04-03T14:45:00Z"),
    // Years that only the rule knows, near and far.
    ("Europe/Berlin", "2063-03-25", 2, 30, "2063-03-25T01:00:00Z", "2063-03-25T01:30:00Z"),
    ("Europe/Berlin", "2863-03-25", 2, 30, "2863-03-25T01:00:00Z", "2863-03-25T01:30:00Z"),
    ("Europe/Berlin", "9663-03-25", 2, 30, "9663-03-25T01:00:00Z", "9663-03-25T01:30:00Z"),
  ])
  func readingsHaveInstants(
    name: String, date: String, hour: Int, minute: Int, edge: String, kept: String
  ) throws {
    let zone = try zones.zone(name)
    let date = try #require(CivilDate(date))
    let reading = LocalDateTime(date: date, hour: hour, minute: minute)
    #expect(zone.instant(of: reading).rfc3339 == edge)
    #expect(zone.instantKeepingOffset(of: reading).rfc3339 == kept)
  }

  /// The rules part of all-day events: what a date is on the time line.
  @Test(
    "S28 days and odd midnights",
    arguments: [
      ("America/Los_Angeles", "2026-07-10", "2026-07-10T07:00:00Z", "2026-07-11T07:00:00Z"),
      ("Asia/Kolkata", "2026-07-10", "2026-07-09T18:30:00Z", "2026-07-10T18:30:00Z"),
      ("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
      ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
      ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"),
      ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
      ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
      ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
      ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
    ])
  func days(name: String, date: String, start: String, end: String) throws {
    let zone = try zones.zone(name)
    let date = try #require(CivilDate(date))
    #expect(zone.startOfDay(date).rfc3339 == start)
    #expect(zone.startOfDay(date.adding(days: 1)).rfc3339 == end)
  }

  @Test func transitionsFollowOneAnother() throws {
    let berlin = try zones.zone("Europe/Berlin")
    let spring = try #require(berlin.nextTransition(after: at("2027-01-01T00:00:00Z")))
    #expect(spring.at == at("2027-03-28T01:00:00Z"))
    #expect((spring.offsetBefore, spring.offsetAfter) == (3600, 7200))
    #expect((spring.abbreviationAfter, spring.isDaylightAfter) == ("CEST", true))
    #expect(berlin.nextTransition(after: spring.at)?.at == at("2027-10-31T01:00:00Z"))
    #expect(
      berlin.nextTransition(after: at("4027-01-01T00:00:00Z"))?.at == at("4027-03-28T01:00:00Z"))
    #expect(try zones.zone("Asia/Kolkata").nextTransition(after: at("2026-01-01T00:00:00Z")) == nil)
    #expect(Zone.utc.nextTransition(after: at("1900-01-01T00:00:00Z")) == nil)
  }

  /// Every instant has one reading; that reading's instant is the same, or an hour shown before.
  @Test(arguments: [
    "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk", "Asia/Gaza",
    "Pacific/Apia", "Europe/Dublin", "Antarctica/Troll", "America/Santiago",
  ])
  func readingsComeBack(name: String) throws {
    let zone = try zones.zone(name)
    let seed: UInt64 = 20_261_123
    let randomness = Randomness(seed: seed)
    for _ in 0..<5000 {
      // From 1900 to 2900.
      let seconds = Int64(randomness.next() % 31_556_952_000) - 2_208_988_800
      let instant = Timestamp(seconds: seconds)
      let reading = zone.local(at: instant)
      let back = zone.instant(of: reading)
      #expect(zone.local(at: back) == reading, "\(name) \(instant.rfc3339) seed \(seed)")
      #expect(back <= instant, "\(name) \(instant.rfc3339) seed \(seed)")
      #expect(zone.instantKeepingOffset(of: reading) == back)
    }
  }
}

private func at(_ text: String) -> Timestamp {
  guard let instant = Timestamp(rfc3339: text) else { fatalError("no instant: \(text)") }
  return instant
}

extension LocalDateTime {
  fileprivate var clock: String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(padded(hour)):\(padded(minute))"
  }
}
