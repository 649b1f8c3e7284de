import Bookings
import Calendars
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

@Suite struct RescheduleHandlerTests {
  private let old = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let new = Interval(start: instant("2026-03-10T19:00:00Z"), duration: .minutes(30))

  /// A confirmed booking of which another time is asked for.
  private func moving() throws -> (HandlerWorld, BookingID) {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: new.start.rfc3339)
    return (world, id)
  }

  /// Runs attempts of the move until it is over, one way or the other.
  private func performMove(_ world: HandlerWorld, _ id: BookingID) throws {
    while try world.stored.booking(id).state == .rescheduling {
      world.stored.time.advance(to: try world.stored.job(.reschedule).runAt)
      #expect(try world.performNext())
    }
  }

  @Test func itMovesTheOneEventAndTells() throws {
    let (world, id) = try moving()
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.time == new)
    #expect(world.calendar.events.map(\.interval) == [new])
    #expect(world.calendar.events.map(\.sequence) == [1])
    #expect(try world.stored.claims() == [new])
    #expect(world.toGuests.count == 2)
  }

  @Test func aLostAnswerIsReadBack() throws {
    let (world, id) = try moving()
    world.calendar.fail(.move, .loseAnswer)
    try world.performNext()
    #expect(try world.stored.booking(id).state == .rescheduling)
    // Whatever lies at the new time by now, our event is there already.
    world.calendar.add(new, on: StoredWorld.work)
    try world.performAll()
    #expect(try world.stored.booking(id).time == new)
    #expect(world.calendar.effects == [.create, .move])
    #expect(world.toGuests.count == 2)
  }

  /// A clock that was ahead for hours keeps nobody waiting for as long: the grace is a minute of any clock.
  @Test(arguments: [Duration.zero, .hours(4)])
  func whatTheHostHasDeletedEndsAfterTheGrace(jump: Duration) throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    // What is enqueued from now on is so at the latest time that there was.
    world.stored.time.setWall(to: world.stored.time.now() - jump)
    try world.stored.reschedule(id, to: new.start.rfc3339)
    world.calendar.deleteByHand(EventKey(of: id))
    #expect(try world.performNext())
    let job = try world.stored.job(.reschedule)
    #expect(job.runAt == world.stored.time.now() + .seconds(60))
    #expect(try world.stored.booking(id).state == .rescheduling)
    world.stored.time.advance(.seconds(60))
    try world.performReady()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects == [.create])
  }

  @Test func aNewTimeThatIsTakenLeavesTheOldOneStanding() throws {
    let (world, id) = try moving()
    world.calendar.add(new, on: StoredWorld.work)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.time == old)
    #expect(try world.stored.claims() == [old])
    #expect(world.calendar.effects == [.create])
    #expect(world.toGuests.count == 2)
    #expect(try world.stored.jobs(.reschedule).count == 1)
  }

  @Test func halfASlotAheadItsOwnEventIsNotInTheWay() throws {
    let world = try HandlerWorld()
    try world.stored.addLink("hour", .open(durations: [60]))
    let id = try world.stored.book("2026-03-11T17:00:00Z", on: "hour")
    try world.performAll()
    try world.stored.reschedule(id, to: "2026-03-11T17:30:00Z")
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-11T17:30:00Z"))
  }

  @Test func whatTheHostChangedByHandIsNotOverwritten() throws {
    let (world, id) = try moving()
    let byHand = Interval(start: instant("2026-03-12T09:00:00Z"), duration: .minutes(30))
    world.calendar.changeEvents { ($0.interval, $0.sequence) = (byHand, 7) }
    try world.performAll()
    #expect(world.calendar.events.map(\.interval) == [byHand])
    let history = try world.stored.store.history(of: id).suffix(2)
    #expect(history.map(\.change) == [.moveRefused, .movedInCalendar])
    #expect(history.first?.reason?.contains("changed this meeting") == true)
    #expect(try world.stored.booking(id).time == byHand)
    #expect(try world.stored.booking(id).revision == 7)
  }

  @Test func aMoveThatIsGivenUpBeforeAnythingWasSentLeavesNothingToDo() throws {
    let (world, id) = try moving()
    world.calendar.fail(.busy, .refuse(.permanent))
    try world.performAll()
    #expect(try world.stored.booking(id).time == old)
    #expect(try world.stored.jobs(.reschedule).count == 1)
    #expect(world.toGuests.count == 2)
  }

  /// "Your original time stands" has to be true.
  @Test func aMoveThatMayHaveLandedIsPutBackWhenItIsGivenUp() throws {
    let (world, id) = try moving()
    world.calendar.fail(.move, .loseAnswer)
    try world.performNext()
    #expect(world.calendar.events.map(\.interval) == [new])
    world.calendar.setOutage(.transient)
    try performMove(world, id)
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(try world.stored.booking(id).time == old)
    world.calendar.setOutage(nil)
    try world.performAll()
    #expect(world.calendar.events.map(\.interval) == [old])
    #expect(world.calendar.effects == [.create, .move, .move])
    #expect(try world.stored.claims() == [old])
    #expect(try world.stored.jobs(.reschedule).map(\.state) == [.discarded, .completed])
    // Confirmed, and "your original time stands".
    #expect(world.toGuests.count == 2)
  }

  @Test func whoAsksAgainBeforeItIsPutBackGetsTheLastTime() throws {
    let (world, id) = try moving()
    world.calendar.fail(.move, .loseAnswer)
    try world.performNext()
    world.calendar.setOutage(.transient)
    try performMove(world, id)
    try world.stored.reschedule(id, to: "2026-03-10T21:00:00Z")
    world.calendar.setOutage(nil)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.time.start == instant("2026-03-10T21:00:00Z"))
    #expect(world.calendar.events.map(\.interval) == [booking.time])
    #expect(try world.stored.claims() == [booking.time])
  }

  @Test func whatComesTooLateLeavesTheOldTimeStanding() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed("2026-03-02T10:00:00Z")
    try world.stored.reschedule(id, to: "2026-03-02T09:00:00Z")
    world.stored.time.advance(to: instant("2026-03-02T09:00:00Z"))
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-02T10:00:00Z"))
    #expect(world.calendar.effects == [.create])
  }

  /// As a booking: a move is given up once the booking can be read, and not left half way.
  @Test func itIsGivenUpOnceItCanBeRead() throws {
    let (world, id) = try moving()
    world.calendar.fail(.move, .refuse(.permanent))
    world.calendar.fail(.busy, .meanwhile { world.cases.fail(times: 2) })
    try world.performNext()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(try world.stored.booking(id).time == old)
  }

  /// The link's events go elsewhere by now; this one stays, and must not be moved onto another event.
  @Test func itsOwnCalendarCountsWhereverTheLinkLooks() throws {
    let (world, id) = try moving()
    try world.stored.run(
      """
      UPDATE links SET destination_calendar_id = '\(StoredWorld.home.id)', revision = revision + 1,
        conflict_calendar_ids = '\(StoredWorld.home.id)'
      """)
    world.calendar.add(new, on: StoredWorld.work)
    try world.performAll()
    #expect(try world.stored.booking(id).time == old)
  }
}
