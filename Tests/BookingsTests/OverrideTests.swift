import Bookings
import Core
import Testing

/// Dates with hours of their own.
struct OverrideTests {
  /// 10 March 2026 is a Tuesday.
  private func settings(
    _ windows: [DayWindow], on date: String = "2026-03-10",
    weekly: [WeeklyWindow] = [window(9, 12)], zone: String = "UTC"
  ) throws -> LinkSettings {
    var settings = LinkSettings.plain(zone: zone, weekly: weekly, step: 60)
    settings.overrides = [
      DateOverride(date: try #require(CivilDate(date)), windows: windows)
    ]
    return settings
  }

  @Test func otherHoursTakeThePlaceOfTheWeeklyOnes() throws {
    let availability = try Availability(
      settings([DayWindow(fromMinute: 15 * 60, toMinute: 17 * 60)]), now: "2026-03-09T00:00:00Z")
    #expect(
      try availability.starts(on: "2026-03-10", in: "UTC") == [
        "2026-03-10T15:00:00Z", "2026-03-10T16:00:00Z",
      ])
    #expect(try availability.starts(on: "2026-03-11", in: "UTC").count == 3)
  }

  @Test func aClosedDateHasNoSlotAndSaysWhy() throws {
    let availability = try Availability(settings([]), now: "2026-03-09T00:00:00Z")
    #expect(try availability.starts(on: "2026-03-10", in: "UTC") == [])
    #expect(availability.refusal(of: slot("2026-03-10T09:00:00Z")) == .outsideWindow)
    #expect(availability.explain(slot("2026-03-10T09:00:00Z")) == [.dateClosed])
    #expect(availability.explain(slot("2026-03-11T08:00:00Z")) == [.outsideHours])
  }

  /// A day off begins at midnight, whatever the evening before.
  @Test func aWindowOfTheDateBeforeEndsAtTheMidnight() throws {
    let late = [window(22, 2)]
    let closed = try Availability(settings([], weekly: late), now: "2026-03-08T00:00:00Z")
    #expect(
      try closed.starts(on: "2026-03-09", in: "UTC") == [
        "2026-03-09T00:00:00Z", "2026-03-09T01:00:00Z", "2026-03-09T22:00:00Z",
        "2026-03-09T23:00:00Z",
      ])
    #expect(try closed.starts(on: "2026-03-10", in: "UTC") == [])
    #expect(try closed.starts(on: "2026-03-11", in: "UTC").count == 2)
    #expect(closed.refusal(of: slot("2026-03-09T23:45:00Z")) == .outsideWindow)
  }

  @Test func anOverrideMayGoOverMidnightItself() throws {
    let availability = try Availability(
      settings([DayWindow(fromMinute: 23 * 60, toMinute: 60)]), now: "2026-03-09T00:00:00Z")
    #expect(try availability.starts(on: "2026-03-10", in: "UTC") == ["2026-03-10T23:00:00Z"])
    #expect(
      try availability.starts(on: "2026-03-11", in: "UTC").first == "2026-03-11T00:00:00Z")
  }

  @Test func datesWithoutAnyWeek() throws {
    let availability = try Availability(
      settings([DayWindow(fromMinute: 600, toMinute: 660)], weekly: []),
      now: "2026-03-09T00:00:00Z")
    #expect(
      availability.nextAvailable(after: at("2026-03-09T00:00:00Z"), durationMinutes: 30)
        == slot("2026-03-10T10:00:00Z"))
  }

  /// 24 April 2026 begins at 01:00 in Cairo.
  @Test func aDateWithoutMidnight() throws {
    let availability = try Availability(
      settings(
        [DayWindow(fromMinute: 0, toMinute: 120)], on: "2026-04-24", zone: "Africa/Cairo"),
      now: "2026-04-01T00:00:00Z")
    #expect(
      try availability.starts(on: "2026-04-24", in: "Africa/Cairo") == ["2026-04-23T22:00:00Z"])
  }
}
