import Bookings
import Core
import Testing

/// Slots where clocks change, days are short or long, or midnight is missing.
struct AvailabilityLocalTimeTests {
  private static let weekdays: Set<Weekday> = [.mon, .tue, .wed, .thu, .fri]

  @Test(
    "S22 weekly 09:00 across DST",
    arguments: [
      ("America/New_York", 9.0, "2026-03-06", "2026-03-06T14:00:00Z"),
      ("America/New_York", 9.0, "2026-03-07", "2026-03-07T14:00:00Z"),
      ("America/New_York", 9.0, "2026-03-08", "2026-03-08T13:00:00Z"),
      ("America/New_York", 9.0, "2026-03-09", "2026-03-09T13:00:00Z"),
      ("America/New_York", 9.0, "2026-10-31", "2026-10-31T13:00:00Z"),
      ("America/New_York", 9.0, "2026-11-01", "2026-11-01T14:00:00Z"),
      ("America/New_York", 9.0, "2026-11-02", "2026-11-02T14:00:00Z"),
      ("America/Chicago", 7.5, "2026-10-27", "2026-10-27T12:30:00Z"),
      ("America/Chicago", 7.5, "2026-11-03", "2026-11-03T13:30:00Z"),
      ("Europe/Berlin", 13.0, "2026-03-24", "2026-03-24T12:00:00Z"),
      ("Europe/Berlin", 13.0, "2026-03-31", "2026-03-31T11:00:00Z"),
      ("Europe/Berlin", 13.0, "2026-10-20", "2026-10-20T11:00:00Z"),
      ("Europe/Berlin", 13.0, "2026-10-27", "2026-10-27T12:00:00Z"),
      ("America/Vancouver", 9.0, "2026-12-15", "2026-12-15T16:00:00Z"),
    ])
  func weekly(zone: String, hour: Double, date: String, start: String) throws {
    let availability = try Availability(
      .plain(zone: zone, weekly: [window(hour, hour + 1)]), now: "2026-01-02T00:00:00Z")
    #expect(try availability.starts(on: date, in: zone).first == start)
  }

  @Test(
    "S24 the seed example through guests' eyes",
    arguments: [
      ("2026-03-02", "18:00", "23:30", "18:00", "23:30", "03:00", "08:30"),
      ("2026-03-09", "17:00", "22:30", "17:00", "22:30", "02:00", "07:30"),
      ("2026-03-30", "17:00", "22:30", "18:00", "23:30", "02:00", "07:30"),
      ("2026-10-26", "17:00", "22:30", "17:00", "22:30", "02:00", "07:30"),
      ("2026-11-02", "18:00", "23:30", "18:00", "23:30", "03:00", "08:30"),
    ])
  func seedExample(
    date: String, first: String, last: String, london: String, londonLast: String, tokyo: String,
    tokyoLast: String
  ) throws {
    let zone = "America/Los_Angeles"
    let availability = try Availability(
      .plain(zone: zone, weekly: [window(10, 16, on: AvailabilityLocalTimeTests.weekdays)]),
      now: "2026-01-02T00:00:00Z")
    let starts = try availability.starts(on: date, in: zone)
    #expect(starts.count == 12)
    #expect(starts.first == "\(date)T\(first):00Z")
    #expect(starts.last == "\(date)T\(last):00Z")

    let guests = [
      ("Europe/London", london, londonLast, 0), ("Asia/Tokyo", tokyo, tokyoLast, 1),
    ]
    for (name, first, last, daysLater) in guests {
      let guest = try zones.zone(name)
      let expectedDate = CivilDate(date)?.adding(days: daysLater)
      for (start, clock) in [(starts[0], first), (starts[11], last)] {
        let reading = guest.local(at: at(start))
        #expect(reading.date == expectedDate, "\(name)")
        #expect(at("\(reading.date)T\(clock):00Z") == reading.instant(offsetSeconds: 0), "\(name)")
      }
    }
    #expect(try availability.starts(on: "2026-03-07", in: zone) == [])
  }

  @Test("S26 minimum notice over DST")
  func noticeIsElapsedTime() throws {
    let zone = "America/New_York"
    let availability = try Availability(
      .plain(zone: zone, weekly: [window(9, 17, on: [.sun, .mon])], notice: 24 * 60),
      now: "2026-03-07T17:30:00Z")
    #expect(try availability.starts(on: "2026-03-08", in: zone).first == "2026-03-08T17:30:00Z")
    #expect(availability.refusal(of: slot("2026-03-08T17:30:00Z")) == nil)
    #expect(availability.refusal(of: slot("2026-03-08T17:00:00Z")) == .noticeTooShort)
    #expect(try availability.starts(on: "2026-03-09", in: zone).first == "2026-03-09T13:00:00Z")
  }

  /// All-day events come as intervals of the calendar's zone.
  @Test("S28 an all-day event blocks its own zone's day")
  func allDay() throws {
    let availability = try Availability(
      .plain(), now: "2026-07-01T00:00:00Z",
      busy: [between("2026-07-09T18:30:00Z", "2026-07-10T18:30:00Z")])
    let starts = availability.slots(
      in: between("2026-07-09T17:30:00Z", "2026-07-10T19:30:00Z"), durationMinutes: 30)
    #expect(
      starts.map(\.start.rfc3339) == [
        "2026-07-09T17:30:00Z", "2026-07-09T18:00:00Z", "2026-07-10T18:30:00Z",
        "2026-07-10T19:00:00Z",
      ])
  }

  @Test(
    "S28 whole days have as many slots as hours",
    arguments: [
      ("America/New_York", "2026-03-08", 23), ("America/New_York", "2026-11-01", 25),
      ("Africa/Cairo", "2026-04-24", 23), ("America/Santiago", "2026-09-06", 23),
      ("Asia/Kolkata", "2026-07-10", 24), ("Europe/Dublin", "2026-10-25", 25),
    ])
  func dayLengths(zone: String, date: String, hours: Int) throws {
    let availability = try Availability(
      .plain(zone: zone, step: 60), now: "2026-01-02T00:00:00Z")
    #expect(try availability.starts(on: date, in: zone).count == hours)
  }

  /// From Saturday 23:30 over Sunday's 23 hours into Monday.
  @Test func aSlotMayReachTheSecondDateAfter() throws {
    let availability = try Availability(
      .plain(zone: "America/New_York", durations: [1440]), now: "2026-03-01T00:00:00Z")
    let slot = slot("2026-03-08T04:30:00Z", minutes: 1440)
    #expect(availability.refusal(of: slot) == nil)
    #expect(
      availability.slots(
        in: Interval(start: slot.start, duration: .minutes(1)), durationMinutes: 1440) == [slot])
  }

  @Test func aMissingDayHasNoSlots() throws {
    let zone = "Pacific/Apia"
    let availability = try Availability(
      .plain(zone: zone, weekly: [window(9, 10)], step: 60), now: "2011-12-01T00:00:00Z")
    #expect(try availability.starts(on: "2011-12-29", in: zone) == ["2011-12-29T19:00:00Z"])
    #expect(try availability.starts(on: "2011-12-30", in: zone) == [])
    #expect(try availability.starts(on: "2011-12-31", in: zone) == ["2011-12-30T19:00:00Z"])
  }

  /// 01:30 to 04:00 on the day when 02:00 to 03:00 does not exist; and a window all inside the gap.
  @Test func noWallTimeInsideAGapIsOffered() throws {
    let zone = "Europe/Berlin"
    let around = try Availability(
      .plain(zone: zone, weekly: [window(1.5, 4)]), now: "2027-03-01T00:00:00Z")
    #expect(
      try around.starts(on: "2027-03-28", in: zone) == [
        "2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z",
      ])
    let edge = try Availability(
      .plain(zone: zone, weekly: [window(2.25, 4)]), now: "2027-03-01T00:00:00Z")
    #expect(try edge.starts(on: "2027-03-28", in: zone).first == "2027-03-28T01:00:00Z")
    let inside = try Availability(
      .plain(zone: zone, weekly: [window(2, 3)]), now: "2027-03-01T00:00:00Z")
    #expect(try inside.starts(on: "2027-03-28", in: zone) == [])
    #expect(try inside.starts(on: "2027-03-29", in: zone).count == 2)
  }

  @Test func theHourShownTwiceIsOfferedTwice() throws {
    let availability = try Availability(
      .plain(zone: "Europe/Berlin", weekly: [window(2, 3)], step: 60), now: "2027-10-01T00:00:00Z")
    // 02:00 to 03:00 lasts two hours.
    #expect(
      try availability.starts(on: "2027-10-31", in: "Europe/Berlin") == [
        "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z",
      ])
  }

  @Test func visibilityCountsTheZonesDays() throws {
    let zone = "Asia/Tokyo"
    // Already the 11th in Tokyo, where the day ends at 15:00 UTC.
    let today = try Availability(
      .plain(zone: zone, visibility: .rollingDays(1)), now: "2026-03-10T15:00:00Z")
    #expect(today.refusal(of: slot("2026-03-11T14:30:00Z")) == nil)
    #expect(today.refusal(of: slot("2026-03-11T15:00:00Z")) == .outsideWindow)

    let date = try #require(CivilDate("2026-03-12"))
    let dates = try Availability(
      .plain(zone: zone, visibility: .dates(from: date, to: date)), now: "2026-03-10T15:00:00Z")
    #expect(dates.refusal(of: slot("2026-03-11T14:30:00Z")) == .outsideWindow)
    #expect(dates.refusal(of: slot("2026-03-11T15:00:00Z")) == nil)
    #expect(dates.refusal(of: slot("2026-03-12T14:30:00Z")) == nil)
    #expect(dates.refusal(of: slot("2026-03-12T15:00:00Z")) == .outsideWindow)
    #expect(
      dates.nextAvailable(after: at("2026-03-10T15:00:00Z"), durationMinutes: 30)
        == slot("2026-03-11T15:00:00Z"))
  }
}
