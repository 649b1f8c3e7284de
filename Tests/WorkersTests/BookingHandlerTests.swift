import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

@Suite struct BookingHandlerTests {
  private let slot = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))

  @Test func aBookingIsWrittenConfirmedAndTold() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.calendar.events.map(\.interval) == [slot])
    #expect(try world.stored.claims() == [slot])
    #expect(world.toGuests.map(\.to.email) == ["sam@guest.example"])
    #expect(try world.stored.jobs().allSatisfy { $0.state == .completed })
    #expect(try world.stored.store.history(of: id).map(\.change) == [.booked, .confirmed])
  }

  @Test("S6 Lost response after write: it is read back and adopted, one event, one invitation")
  func lostAnswer() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .loseAnswer)
    try world.performNext()
    #expect(try world.stored.booking(id).state == .pending)
    #expect(try world.stored.job(.booking).error?.kind == .unknownOutcome)
    #expect(world.toGuests.isEmpty)

    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.calendar.effects == [.create])
    #expect(world.calendar.events.count == 1)
    #expect(try world.guestJobs().count == 1)
    #expect(world.toGuests.count == 1)
  }

  @Test("S6 What lies on its own event by now does not make it taken: it is there already")
  func lostAnswerAndTaken() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .loseAnswer)
    try world.performNext()
    world.calendar.add(slot, on: StoredWorld.work)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
  }

  @Test func aTimeTakenOnTheCalendarMeanwhileIsRefusedAndFreeAgain() throws {
    let world = try HandlerWorld()
    try world.stored.addLink("once", kind: .singleUse)
    let id = try world.stored.book("2026-03-10T17:00:00Z", on: "once")
    world.calendar.add(slot, on: StoredWorld.work)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .rejected)
    #expect(try world.stored.booking(id).reason?.contains("taken") == true)
    #expect(world.calendar.effects.isEmpty)
    #expect(try world.stored.claims().isEmpty)
    #expect(try world.stored.link("once").state == .active)
    #expect(world.toGuests.count == 1)
    // It was never sent, so there is nothing to clear up.
    #expect(try world.stored.jobs(.cancel).isEmpty)
  }

  @Test func aThrottledCalendarIsLeftAloneUntilItsTime() throws {
    let world = try HandlerWorld()
    let until = instant("2026-03-02T09:00:00Z")
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .refuse(.throttled(until: until)))
    try world.performNext()
    #expect(try world.stored.job(.booking).runAt == until)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
  }

  @Test func anOutageThatOutlastsItsAttemptsEndsInAClearNo() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.setOutage(.transient)
    while try world.stored.booking(id).state == .pending {
      world.stored.time.advance(to: try world.stored.job(.booking).runAt)
      #expect(try world.performNext())
    }
    #expect(try world.stored.booking(id).state == .failed)
    #expect(try world.stored.job(.booking).attempt == 40)
    world.calendar.setOutage(nil)
    try world.performAll()
    #expect(world.toGuests.count == 1)
    #expect(try world.stored.claims().isEmpty)
  }

  @Test func anEventThatMayHaveLandedIsClearedUpWhenItsBookingIsGivenUp() throws {
    let world = try HandlerWorld()
    // It begins soon: there is no time for many attempts.
    let id = try world.stored.book("2026-03-02T08:30:00Z")
    world.calendar.fail(.create, .loseAnswer)
    try world.performNext()
    #expect(world.calendar.events.count == 1)
    world.calendar.setOutage(.transient)
    while try world.stored.booking(id).state == .pending {
      world.stored.time.advance(to: try world.stored.job(.booking).runAt)
      #expect(try world.performNext())
    }
    #expect(try world.stored.booking(id).state == .failed)
    #expect(world.stored.time.now() < instant("2026-03-02T08:30:00Z"))
    world.calendar.setOutage(nil)
    try world.performAll()
    #expect(world.calendar.events.isEmpty)
    #expect(try world.stored.job(.cancel).state == .completed)
    #expect(try world.stored.booking(id).state == .failed)
    #expect(try world.guestJobs().count == 1)
  }

  @Test func whatComesTooLateIsRefused() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-02T08:30:00Z")
    world.stored.time.advance(.minutes(30))
    try world.performAll()
    #expect(try world.stored.booking(id).state == .rejected)
    #expect(world.calendar.effects.isEmpty)
    #expect(world.toGuests.count == 1)
  }

  @Test func aGuestOfAProviderThatInvitesIsNotToldTwice() throws {
    let world = try HandlerWorld(calendar: FakeCalendar(invitesGuests: true))
    let id = try world.confirmed()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.toGuests.isEmpty)
    #expect(try world.guestJobs().map(\.state) == [.completed])
  }

  /// Nothing gets stuck: whoever gives up has to say so, and cannot as long as nothing can be read.
  @Test func aBookingIsGivenUpOnceItCanBeRead() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .refuse(.permanent))
    let job = try #require(try world.claimNext())
    world.calendar.fail(.busy, .meanwhile { world.cases.fail(times: 2) })
    try world.pool.carryOutAndWait(job)
    #expect(try world.stored.booking(id).state == .failed)
    #expect(try world.guestJobs().count == 1)
    #expect(world.lines.named("outcomeNotRecorded").count == 2)
  }

  @Test func aCalendarThatDoesNotAnswerIsNotFree() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.silence(StoredWorld.work)
    try world.performNext()
    #expect(try world.stored.booking(id).state == .pending)
    #expect(try world.stored.job(.booking).error?.kind == .transient)
    #expect(world.calendar.effects.isEmpty)
  }

  @Test func anEventThatItsOwnerHasCancelledMeanwhileIsNotMadeAnew() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .loseAnswer)
    try world.performNext()
    world.calendar.changeEvents { $0.isCancelled = true }
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .rejected)
    #expect(booking.reason == "The host's calendar did not take the meeting.")
  }
}
