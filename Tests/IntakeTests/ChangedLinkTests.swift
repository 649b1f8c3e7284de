import Bookings
import Core
import Intake
import StoreTestSupport
import TestSupport
import Testing

/// A link that is changed while its calendars are being read: the request is looked at again.
@Suite struct ChangedLinkTests {
  @Test(arguments: [
    (Link.State.paused, Refusal?.some(.linkPaused)), (.deleted, nil), (.active, nil),
  ])
  func whatItIsByNowCounts(_ state: Link.State, _ expected: Refusal?) throws {
    let world = try StoredWorld()
    try world.addLink()
    world.busy.beforeAnswering { try world.setState(state) }
    let answer = error { try world.book("2026-03-10T17:00:00Z") }
    try world.busy.rethrow()
    switch state {
    case .active: #expect(answer == nil)
    case .deleted: #expect(answer?.isNotFound == true)
    case .paused, .spent:
      guard case .refused(let refusal, _) = answer else {
        Issue.record("\(String(describing: answer))")
        return
      }
      #expect(refusal == expected)
    }
    #expect(try world.bookings().count == (state == .active ? 1 : 0))
  }

  @Test func itsNewRulesCount() throws {
    let world = try StoredWorld()
    try world.addLink()
    world.busy.beforeAnswering {
      try world.run(
        """
        UPDATE links SET revision = revision + 1,
          settings = json_set(settings, '$.minimumNoticeMinutes', 20160)
        """)
    }
    #expect(refusal { try world.book("2026-03-10T17:00:00Z") } == .noticeTooShort)
    try world.busy.rethrow()
    #expect(try world.kept() == [0, 0, 0, 0, 0, 0])
  }

  @Test func oneThatNeverComesToRestIsUnavailable() throws {
    let world = try StoredWorld()
    try world.addLink()
    for _ in 0..<3 { world.busy.beforeAnswering { try world.setState(.active) } }
    #expect(error { try world.book("2026-03-10T17:00:00Z") }?.isUnavailable == true)
    try world.busy.rethrow()
    #expect(try world.kept() == [0, 0, 0, 0, 0, 0])
    try world.book("2026-03-10T17:00:00Z")
  }

  /// The booking stays on the calendar on which it was made, and there it must find room.
  @Test func aBookingMovesWithinItsOwnCalendarEvenIfTheLinkHasLeftIt() throws {
    let world = try StoredWorld()
    try world.addLink()
    try world.addLink("other")
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    try world.book("2026-03-10T18:00:00Z", on: "other")
    world.busy.add(
      Interval(start: instant("2026-03-10T19:00:00Z"), duration: .minutes(30)),
      on: StoredWorld.work)
    try world.run(
      """
      UPDATE links SET destination_calendar_id = '\(StoredWorld.home.id)', revision = revision + 1,
        conflict_calendar_ids = '\(StoredWorld.home.id)' WHERE slug = 'intro'
      """)
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T18:00:00Z") } == .slotTaken)
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T19:00:00Z") } == .slotTaken)
    try world.reschedule(booking, to: "2026-03-10T20:00:00Z")
  }
}
