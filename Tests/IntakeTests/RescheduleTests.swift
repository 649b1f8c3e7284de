import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@Suite struct RescheduleTests {
  @Test("S5 Reschedule of a single-use booking, twice: the spend counts once, the link stays spent")
  func singleUse() throws {
    let world = try StoredWorld()
    try world.addLink(kind: .singleUse)
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    for (revision, start) in [(1, "2026-03-10T18:00:00Z"), (2, "2026-03-10T19:00:00Z")] {
      let accepted = try world.reschedule(booking, to: start)
      #expect(accepted.booking == booking)
      #expect(try world.booking(booking).state == .rescheduling)
      try world.settle(booking, .moved)
      #expect(try world.booking(booking).state == .confirmed)
      #expect(try world.booking(booking).time.start == instant(start))
      #expect(try world.booking(booking).revision == revision)
    }
    #expect(try world.count("SELECT count(*) FROM spends") == 1)
    #expect(try world.link().state == .spent)
    #expect(try world.bookings().count == 1)
  }

  @Test("S13 Reschedule link used twice: one wins, both times are kept until the calendar answers")
  func twice() throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    world.busy.hold(until: 2)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    for start in ["2026-03-10T18:00:00Z", "2026-03-10T19:00:00Z"] {
      world.intake.reschedule(ChangeRequest(booking), to: instant(start)) { answers.give($0) }
    }
    let both = try answers.take(2)
    #expect(both.compactMap { try? $0.get() }.count == 1)
    #expect(both.compactMap(\.refusal) == [.changeInProgress])
    #expect(
      refusal { try world.reschedule(booking, to: "2026-03-10T20:00:00Z") } == .changeInProgress)

    #expect(try world.jobs(.reschedule).count == 1)
    let asked = try #require(try world.booking(booking).requestedTime)
    #expect(try world.claims().count == 2)
    #expect(!(try world.slots(on: "2026-03-10").contains("2026-03-10T17:00:00Z")))
    #expect(!(try world.slots(on: "2026-03-10").contains(asked.start.rfc3339)))
    try world.settle(booking, .moved)
    #expect(try world.claims() == [asked])
    #expect(try world.slots(on: "2026-03-10").contains("2026-03-10T17:00:00Z"))
    #expect(try world.bookings().count == 1)
  }

  /// A confirmed booking of an hour at 17:00, with its event on the calendar.
  private func hourAtFive() throws -> (StoredWorld, BookingID) {
    let world = try StoredWorld()
    try world.addLink("intro", .open(durations: [60]))
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    world.busy.add(try world.booking(booking).time, on: StoredWorld.work, of: booking)
    return (world, booking)
  }

  @Test("S15 Move by half a slot: its own event does not stand in its way, but in everybody else's")
  func halfASlot() throws {
    let (world, booking) = try hourAtFive()
    let own = try world.slots(on: "2026-03-10", minutes: 60, moving: booking)
    let others = try world.slots(on: "2026-03-10", minutes: 60)
    for start in ["16:30", "17:00", "17:30"] {
      // Its own time is free for it, but no move.
      #expect(own.contains("2026-03-10T\(start):00Z") == (start != "17:00"))
      #expect(!others.contains("2026-03-10T\(start):00Z"))
      #expect(refusal { try world.book("2026-03-10T\(start):00Z") } == .slotTaken)
    }
    try world.reschedule(booking, to: "2026-03-10T17:30:00Z")
    #expect(try world.booking(booking).requestedTime?.start == instant("2026-03-10T17:30:00Z"))
    #expect(refusal { try world.book("2026-03-10T18:00:00Z") } == .slotTaken)
    try world.settle(booking, .moved)
    world.busy.removeEvent(of: booking)
    try world.book("2026-03-10T16:30:00Z")
  }

  @Test("S15 A neighbour right behind it is no part of it")
  func neighbour() throws {
    let (world, booking) = try hourAtFive()
    world.busy.add(
      Interval(start: instant("2026-03-10T18:00:00Z"), duration: .hours(1)), on: StoredWorld.work)
    let own = try world.slots(on: "2026-03-10", minutes: 60, moving: booking)
    #expect(!own.contains("2026-03-10T17:30:00Z"))
    #expect(own.contains("2026-03-10T16:30:00Z"))
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T17:30:00Z") } == .slotTaken)
    try world.reschedule(booking, to: "2026-03-10T16:30:00Z")
  }

  @Test("S15 An event that lies beneath its own still counts")
  func beneath() throws {
    let (world, booking) = try hourAtFive()
    world.busy.add(
      Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30)),
      on: StoredWorld.work)
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T16:30:00Z") } == .slotTaken)
    try world.reschedule(booking, to: "2026-03-10T17:30:00Z")
  }

  @Test func itKeepsTheBuffersThatWereAgreed() throws {
    let world = try StoredWorld()
    try world.addLink("intro", .open(step: 15, bufferAfter: 15))
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    try world.run(
      "UPDATE links SET settings = json_set(settings, '$.bufferAfterMinutes', 0), revision = 2")
    world.busy.add(
      Interval(start: instant("2026-03-10T19:00:00Z"), duration: .hours(1)), on: StoredWorld.work)
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T18:30:00Z") } == .slotTaken)
    try world.reschedule(booking, to: "2026-03-10T18:15:00Z")
  }

  @Test func aDeletedLinkDoesNotMatterButItsRulesDo() throws {
    let world = try StoredWorld()
    try world.addLink("intro", .open(notice: 60, days: 14))
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    try world.setState(.deleted)
    for (start, expected) in [
      ("2026-03-02T08:30:00Z", Refusal.noticeTooShort), ("2026-03-16T00:00:00Z", .outsideWindow),
      ("2026-03-10T17:10:00Z", .notOnGrid),
    ] {
      #expect(refusal { try world.reschedule(booking, to: start) } == expected)
    }
    try world.reschedule(booking, to: "2026-03-10T18:00:00Z")
  }

  @Test func aTimeTakenMeanwhileIsRefusedWithOthers() throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    // Another guest is quicker, while the calendar is being read.
    world.busy.beforeAnswering { try world.book("2026-03-10T18:00:00Z") }
    let answer = error { try world.reschedule(booking, to: "2026-03-10T18:00:00Z") }
    try world.busy.rethrow()
    guard case .refused(.slotTaken, let alternatives) = answer else {
      Issue.record("\(String(describing: answer))")
      return
    }
    #expect(alternatives.count == 5)
    #expect(try world.booking(booking).state == .confirmed)
    #expect(try world.booking(booking).revision == 0)
    #expect(try world.claims().count == 2)
  }

  @Test(arguments: [
    (BookingState.pending, Refusal.changeInProgress), (.needsOwner, .changeInProgress),
    (.rescheduling, .changeInProgress), (.cancelling, .changeInProgress),
    (.cancelled, .bookingCancelled), (.rejected, .bookingOver), (.failed, .bookingOver),
  ])
  func onlyAConfirmedBookingMoves(_ state: BookingState, _ expected: Refusal) throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.booking(in: state)
    let before = try world.kept()
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T20:00:00Z") } == expected)
    #expect(try world.kept() == before)
  }

  @Test func neitherAPastBookingNorTheSameTimeNorAStranger() throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    let same = error { try world.reschedule(booking, to: "2026-03-10T17:00:00Z") }
    guard case .invalid(let problem) = same else {
      Issue.record("\(String(describing: same))")
      return
    }
    #expect(problem.map(\.pointer.text) == ["#/start"])
    let strange = error { try world.reschedule(BookingID("bkg_x"), to: "2026-03-10T18:00:00Z") }
    #expect(strange?.isNotFound == true)
    world.time.advance(to: instant("2026-03-10T17:00:00Z"))
    #expect(refusal { try world.reschedule(booking, to: "2026-03-10T18:00:00Z") } == .bookingOver)
  }
}
