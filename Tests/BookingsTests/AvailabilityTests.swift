import Bookings
import Core
import Testing

struct AvailabilityTests {
  /// The rules part: `link-paused` is not a matter of time.
  @Test(
    "S20 the server enforces what the page shows",
    arguments: [
      ("2026-03-10T13:00:00Z", 30, Refusal?.none),
      ("2026-03-10T12:30:00Z", 30, .noticeTooShort),
      // 3 h 59 min ahead, off the grid too: no grid helps so early.
      ("2026-03-10T12:59:00Z", 30, .noticeTooShort),
      ("2026-03-10T13:10:00Z", 30, .notOnGrid),
      ("2026-03-10T17:10:00Z", 30, .notOnGrid),
      ("2026-03-23T17:00:00Z", 30, nil),
      ("2026-03-24T17:00:00Z", 30, .outsideWindow),
      ("2026-03-10T17:00:00Z", 45, .durationNotOffered),
      ("2026-03-10T08:00:00Z", 30, .noticeTooShort),
      ("2026-03-11T08:30:00Z", 30, .outsideWindow),
      ("2026-03-11T17:30:00Z", 30, nil),
      ("2026-03-11T17:45:00Z", 30, .outsideWindow),
    ])
  func refusals(start: String, minutes: Int, expected: Refusal?) throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 18)], visibility: .rollingDays(14), notice: 240),
      now: "2026-03-10T09:00:00Z")
    #expect(availability.refusal(of: slot(start, minutes: minutes)) == expected)
  }

  @Test("S20 3 h 59 min on the grid")
  func noticeToTheMinute() throws {
    let late = try Availability(.plain(notice: 240), now: "2026-03-10T09:01:00Z")
    #expect(late.refusal(of: slot("2026-03-10T13:00:00Z")) == .noticeTooShort)
    let just = try Availability(.plain(notice: 240), now: "2026-03-10T09:00:00Z")
    #expect(just.refusal(of: slot("2026-03-10T13:00:00Z")) == nil)
    let past = try Availability(.plain(), now: "2026-03-10T13:00:00.001Z")
    #expect(past.refusal(of: slot("2026-03-10T13:00:00Z")) == .noticeTooShort)
  }

  @Test("S2 buffers of both bookings count")
  func buffers() throws {
    // Booked 17:00 to 18:00 on a link with 15 minutes after.
    let claims = [between("2026-03-10T17:00:00Z", "2026-03-10T18:15:00Z")]
    let plain = try Availability(.plain(step: 15), now: "2026-03-10T00:00:00Z", claims: claims)
    #expect(plain.refusal(of: slot("2026-03-10T17:30:00Z")) == .slotTaken)
    #expect(plain.refusal(of: slot("2026-03-10T18:00:00Z")) == .slotTaken)
    #expect(plain.refusal(of: slot("2026-03-10T18:15:00Z")) == nil)
    #expect(plain.refusal(of: slot("2026-03-10T16:30:00Z")) == nil)

    let buffered = try Availability(
      .plain(step: 15, bufferBefore: 15, bufferAfter: 30), now: "2026-03-10T00:00:00Z",
      claims: claims)
    #expect(buffered.refusal(of: slot("2026-03-10T18:15:00Z")) == .slotTaken)
    #expect(buffered.refusal(of: slot("2026-03-10T18:30:00Z")) == nil)
    #expect(buffered.refusal(of: slot("2026-03-10T16:15:00Z")) == .slotTaken)
    #expect(buffered.refusal(of: slot("2026-03-10T16:00:00Z")) == nil)
  }

  @Test func obstructionIgnoresHoursAndNotice() throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 10, on: [.mon])], notice: 600), now: "2026-03-10T00:00:00Z",
      busy: [between("2026-03-10T02:00:00Z", "2026-03-10T02:10:00Z")])
    #expect(!availability.obstructs(slot("2026-03-10T01:30:00Z")))
    #expect(availability.obstructs(slot("2026-03-10T01:45:00Z")))
    #expect(!availability.obstructs(slot("2026-03-10T02:10:00Z")))
  }

  @Test func windowsThatTouchAreOneButKeepTheirGrids() throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 10.25), window(10.25, 12)], durations: [60], step: 30),
      now: "2026-03-10T00:00:00Z")
    #expect(
      try availability.starts(on: "2026-03-10", in: "UTC", minutes: 60).map { $0.dropFirst(11) }
        == [
          "09:00:00Z", "09:30:00Z", "10:00:00Z", "10:15:00Z", "10:45:00Z",
        ])
    // Over midnight too.
    let whole = try Availability(.plain(step: 45), now: "2026-03-10T00:00:00Z")
    #expect(whole.refusal(of: slot("2026-03-11T23:45:00Z")) == .notOnGrid)
    let quarter = try Availability(.plain(step: 15), now: "2026-03-10T00:00:00Z")
    #expect(quarter.refusal(of: slot("2026-03-11T23:45:00Z")) == nil)
  }

  @Test func overlappingWindowsOfferAnInstantOnce() throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 11), window(10, 12), window(9.25, 9.75)]),
      now: "2026-03-10T00:00:00Z")
    #expect(
      try availability.starts(on: "2026-03-10", in: "UTC").map { $0.dropFirst(11) } == [
        "09:00:00Z", "09:15:00Z", "09:30:00Z", "10:00:00Z", "10:30:00Z", "11:00:00Z", "11:30:00Z",
      ])
  }

  @Test func aWindowOverMidnightBelongsToTheDayItStarts() throws {
    let availability = try Availability(
      .plain(weekly: [window(22, 2, on: [.fri])], visibility: .rollingDays(30), step: 60),
      now: "2026-03-10T00:00:00Z")
    #expect(
      availability.slots(
        in: between("2026-03-10T00:00:00Z", "2026-03-17T00:00:00Z"), durationMinutes: 30
      ).map(\.start.rfc3339) == [
        "2026-03-13T22:00:00Z", "2026-03-13T23:00:00Z", "2026-03-14T00:00:00Z",
        "2026-03-14T01:00:00Z",
      ])
    // To the same hour is to that hour of the next day.
    let round = try Availability(
      .plain(weekly: [window(9, 9, on: [.fri])], step: 60), now: "2026-03-10T00:00:00Z")
    #expect(try round.starts(on: "2026-03-13", in: "UTC").count == 15)
    #expect(try round.starts(on: "2026-03-14", in: "UTC").count == 9)
    // Midnight as 00:00 and as 24:00 are one.
    for midnight in [0.0, 24.0] {
      let evening = try Availability(
        .plain(weekly: [window(23, midnight, on: [.fri])]), now: "2026-03-10T00:00:00Z")
      #expect(try evening.starts(on: "2026-03-13", in: "UTC").count == 2)
      #expect(try evening.starts(on: "2026-03-14", in: "UTC").count == 0)
    }
  }

  @Test func nextAvailableLooksPastFullDays() throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 10, on: [.mon])]), now: "2026-03-10T12:00:00Z",
      busy: [between("2026-03-16T00:00:00Z", "2026-04-13T09:30:00Z")])
    let now = at("2026-03-10T12:00:00Z")
    #expect(
      availability.nextAvailable(after: now, durationMinutes: 30) == slot("2026-04-13T09:30:00Z"))
    #expect(
      availability.nextAvailable(after: at("2026-04-13T09:30:00Z"), durationMinutes: 30)
        == slot("2026-04-13T09:30:00Z"))
    #expect(
      availability.nextAvailable(
        after: now, before: at("2026-04-13T09:30:00Z"), durationMinutes: 30) == nil)
    #expect(availability.nextAvailable(after: now, durationMinutes: 45) == nil)
  }

  /// Dates without an end and windows that hold no slot must not keep a page waiting.
  @Test func nextAvailableGivesUp() throws {
    let from = try #require(CivilDate("2026-01-01"))
    let to = try #require(CivilDate("9999-12-31"))
    let availability = try Availability(
      .plain(
        weekly: [window(9, 9.5)], visibility: .dates(from: from, to: to), durations: [60]),
      now: "2026-03-10T12:00:00Z")
    #expect(
      availability.nextAvailable(after: at("2026-03-10T12:00:00Z"), durationMinutes: 60) == nil)
  }

  @Test func alternativesAreTheNearest() throws {
    let availability = try Availability(
      .plain(weekly: [window(9, 17)]), now: "2026-03-09T00:00:00Z",
      busy: [between("2026-03-10T10:00:00Z", "2026-03-10T12:00:00Z")])
    let wanted = slot("2026-03-10T10:30:00Z")
    #expect(
      availability.alternatives(to: wanted, limit: 3) == [
        slot("2026-03-10T09:00:00Z"), slot("2026-03-10T09:30:00Z"), slot("2026-03-10T12:00:00Z"),
      ])
    #expect(
      availability.alternatives(
        to: wanted, limit: 3, within: between("2026-03-10T12:00:00Z", "2026-03-10T13:00:00Z"))
        == [slot("2026-03-10T12:00:00Z"), slot("2026-03-10T12:30:00Z")])
    #expect(availability.alternatives(to: slot("2026-03-10T09:00:00Z"), limit: 1).count == 1)
    #expect(
      !availability.alternatives(to: slot("2026-03-10T09:00:00Z"), limit: 9)
        .contains(slot("2026-03-10T09:00:00Z")))
    // A week away.
    let monday = try Availability(
      .plain(weekly: [window(9, 9.5, on: [.mon])]), now: "2026-03-09T00:00:00Z",
      claims: [slot("2026-03-16T09:00:00Z")])
    #expect(
      monday.alternatives(to: slot("2026-03-16T09:00:00Z"), limit: 3) == [
        slot("2026-03-09T09:00:00Z"), slot("2026-03-23T09:00:00Z"), slot("2026-03-30T09:00:00Z"),
      ])
  }

  /// What is known of calendars must reach as far as a slot's buffers do.
  @Test func reachCoversEverySlotsBuffers() {
    let settings = LinkSettings.plain(durations: [30, 90], bufferBefore: 10, bufferAfter: 20)
    #expect(
      settings.reach(ofSlotsIn: between("2026-03-10T10:00:00Z", "2026-03-10T12:00:00Z"))
        == between("2026-03-10T09:50:00Z", "2026-03-10T13:50:00Z"))
  }

  @Test func absurdSlotsAreRefused() throws {
    let availability = try Availability(.plain(), now: "2026-03-10T00:00:00Z")
    let aeon = between("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    #expect(availability.refusal(of: aeon) == .durationNotOffered)
    #expect(availability.refusal(of: slot("9999-12-31T23:30:00Z")) == .outsideWindow)
    #expect(availability.refusal(of: slot("0000-01-01T00:00:00Z")) == .noticeTooShort)
    #expect(availability.refusal(of: slot("2026-03-10T10:00:00Z", minutes: 0)) != nil)
  }
}
