import Bookings
import Core
import Testing

/// How many bookings a day and a week take, in the owner's days.
struct CapTests {
  private func availability(
    perDay: Int? = nil, perWeek: Int? = nil, zone: String = "UTC", _ booked: (String, String)...
  ) throws -> Availability {
    var settings = LinkSettings.plain(zone: zone)
    settings.maximumPerDay = perDay
    settings.maximumPerWeek = perWeek
    return Availability(
      settings: settings, zone: try zones.zone(zone), now: at("2026-03-01T00:00:00Z"), busy: [],
      claims: [],
      booked: booked.map { BookedStart(booking: BookingID($0.0), start: at($0.1)) })
  }

  @Test func aFullDayTakesNoMore() throws {
    let found = try availability(
      perDay: 2, ("bkg_1", "2026-03-10T09:00:00Z"), ("bkg_2", "2026-03-10T23:30:00Z"))
    #expect(found.refusal(of: slot("2026-03-10T12:00:00Z")) == .limitReached)
    #expect(found.explain(slot("2026-03-10T12:00:00Z")) == [.dayFull])
    #expect(try found.starts(on: "2026-03-10", in: "UTC") == [])
    #expect(found.refusal(of: slot("2026-03-11T00:00:00Z")) == nil)
    #expect(found.refusal(of: slot("2026-03-09T23:30:00Z")) == nil)
  }

  /// The day is the owner's: in Los Angeles the 10th ends at 07:00 UTC of the 11th.
  @Test func daysAreTheOwners() throws {
    let zone = "America/Los_Angeles"
    let found = try availability(perDay: 1, zone: zone, ("bkg_1", "2026-03-11T06:30:00Z"))
    #expect(found.refusal(of: slot("2026-03-10T07:00:00Z")) == .limitReached)
    #expect(found.refusal(of: slot("2026-03-11T07:00:00Z")) == nil)
    #expect(found.refusal(of: slot("2026-03-10T06:30:00Z")) == nil)
  }

  @Test func weeksBeginOnMonday() throws {
    let found = try availability(perWeek: 1, ("bkg_1", "2026-03-15T23:30:00Z"))
    #expect(found.refusal(of: slot("2026-03-09T00:00:00Z")) == .limitReached)
    #expect(found.explain(slot("2026-03-09T00:00:00Z")) == [.weekFull])
    #expect(found.refusal(of: slot("2026-03-08T23:30:00Z")) == nil)
    #expect(found.refusal(of: slot("2026-03-16T00:00:00Z")) == nil)
  }

  /// A booking that is being moved within a day does not fill two places of it.
  @Test func aBookingCountsOnceADay() throws {
    let found = try availability(
      perDay: 2, ("bkg_1", "2026-03-10T09:00:00Z"), ("bkg_1", "2026-03-10T12:00:00Z"))
    #expect(found.refusal(of: slot("2026-03-10T15:00:00Z")) == nil)
  }

  @Test func reachCoversWholeDaysAndWeeks() throws {
    let zone = try zones.zone("America/New_York")
    let starts = between("2026-03-10T12:00:00Z", "2026-03-17T12:00:00Z")
    var settings = LinkSettings.plain(zone: zone.name)
    #expect(settings.capReach(ofSlotsIn: starts, zone: zone) == nil)
    #expect(settings.caps(at: starts.start, in: zone) == [])
    settings.maximumPerDay = 3
    #expect(
      settings.capReach(ofSlotsIn: starts, zone: zone)
        == between("2026-03-10T04:00:00Z", "2026-03-18T04:00:00Z"))
    settings.maximumPerWeek = 9
    // The week from Monday the 9th, after clocks went forward on the 8th.
    #expect(
      settings.capReach(ofSlotsIn: starts, zone: zone)
        == between("2026-03-09T04:00:00Z", "2026-03-23T04:00:00Z"))
    #expect(
      settings.caps(at: starts.start, in: zone) == [
        Cap(period: between("2026-03-10T04:00:00Z", "2026-03-11T04:00:00Z"), maximum: 3),
        Cap(period: between("2026-03-09T04:00:00Z", "2026-03-16T04:00:00Z"), maximum: 9),
      ])
  }

  @Test func aReasonEachInTheirOrder() throws {
    var settings = LinkSettings.plain(weekly: [window(9, 10)], notice: 24 * 60)
    settings.maximumPerDay = 1
    let found = Availability(
      settings: settings, zone: .utc, now: at("2026-03-10T08:00:00Z"),
      busy: [slot("2026-03-10T11:00:00Z")], claims: [slot("2026-03-10T11:15:00Z")],
      booked: [BookedStart(booking: BookingID("bkg_1"), start: at("2026-03-10T09:00:00Z"))])
    #expect(
      found.explain(slot("2026-03-10T11:10:00Z", minutes: 20)) == [
        .durationNotOffered, .noticeTooShort, .outsideHours, .dayFull, .calendarBusy,
        .timeClaimed,
      ])
    #expect(SlotReason.allCases.map(\.rawValue) == Array(0..<10))
    #expect(Set(SlotReason.allCases.map(\.code)).count == 10)
  }
}
