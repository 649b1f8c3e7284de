import Bookings
import Calendars
import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// What hosts do by hand in their calendars, from the notice to what guests are told.
@Suite struct FollowingTests {
  private let agreed = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
  private let later = Interval(start: instant("2026-03-11T09:00:00Z"), duration: .minutes(30))

  @Test("S18 Owner deletes event: after the grace it is cancelled, and the guest told once")
  func deleted() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.deleteByHand(EventKey(of: id))
    for _ in 1...3 { try world.stored.store.followNow(StoredWorld.work.id) }
    try world.follow()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(try world.stored.jobs(.follow).count == 2)
    #expect(try world.stored.jobs(.observe).count == 2)
    world.stored.time.advance(.seconds(59))
    try world.performReady()
    #expect(try world.stored.booking(id).state == .confirmed)

    world.stored.time.advance(.seconds(1))
    try world.performReady()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .cancelled)
    #expect(booking.revision == 1)
    #expect(booking.reason == "The host has taken this meeting off the calendar.")
    let last = try #require(try world.stored.store.history(of: id).last)
    #expect(last.change == .cancelledInCalendar && last.actor == .host)
    #expect(try world.stored.claims().isEmpty)
    #expect(world.firstWords == ["Confirmed", "Cancelled"])
    #expect(world.letters(to: "host").count == 1)
    #expect(world.calendar.effects == [.create])

    // The same again, as notices come: nothing is left to happen.
    for _ in 1...3 { try world.stored.store.followNow(StoredWorld.work.id) }
    try world.performAll()
    #expect(world.firstWords == ["Confirmed", "Cancelled"])
  }

  @Test("S18 Phantom deletion: the list says gone and the event is there: nothing changes")
  func phantom() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.sayThatAllIsGone()
    try world.follow()
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed])
    #expect(world.firstWords == ["Confirmed"])
    #expect(!world.lines.named("phantomDeletion").isEmpty)
  }

  @Test("S18 Three duplicate notices cause one job, also while it runs")
  func duplicates() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.moveByHand(EventKey(of: id), to: later)
    let before = try world.stored.jobs(.follow).count
    let store = world.stored.store
    let first = try store.followNow(StoredWorld.work.id)
    #expect(try store.followNow(StoredWorld.work.id) == first)
    #expect(try store.followNow(StoredWorld.work.id) == first)
    world.stored.time.advance(.seconds(1))
    let running = try #require(try world.claimNext())
    // What it reads may be older than this notice; so one more reading, however many say so.
    let second = try store.followNow(StoredWorld.work.id)
    #expect(second != first)
    #expect(try store.followNow(StoredWorld.work.id) == second)
    try world.pool.carryOutAndWait(running)
    try world.performAll()
    #expect(try world.stored.jobs(.follow).count == before + 2)
    #expect(try world.changes(id) == [.booked, .confirmed, .movedInCalendar])
  }

  @Test("what the host moves is followed: both times are told, nothing is written back")
  func moved() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    #expect(try world.stored.booking(id).time == agreed)
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed && booking.time == later && booking.revision == 1)
    #expect(try world.stored.claims() == [later])
    #expect(world.calendar.effects == [.create])
    let letter = try #require(world.letters(to: "guest").last)
    #expect(letter.plainText.contains("Wednesday 11 March 2026"))
    #expect(letter.plainText.contains("Tuesday 10 March 2026"))
    #expect(letter.invitation != nil)
    #expect(world.letters(to: "host").count == 1)
    // It can be moved and cancelled from there.
    try world.stored.reschedule(id, to: "2026-03-12T10:00:00Z")
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-12T10:00:00Z"))
    #expect(world.calendar.events.map(\.sequence) == [2])
  }

  @Test("moved twice: the guest is told of each that lasted, and of none that did not")
  func movedTwice() throws {
    let (world, id) = try HandlerWorld.followed()
    let second = Interval(start: later.start + .hours(2), duration: .minutes(30))
    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    world.stored.time.advance(.seconds(30))
    world.calendar.moveByHand(EventKey(of: id), to: second)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == second)
    #expect(world.firstWords == ["Confirmed", "Moved"])

    world.calendar.moveByHand(EventKey(of: id), to: later)
    try world.follow()
    try world.performAll()
    #expect(try world.stored.booking(id).time == later)
    #expect(world.firstWords == ["Confirmed", "Moved", "Moved"])
    #expect(try world.stored.booking(id).revision == 2)
  }

  @Test("what is taken back within the grace has not happened", arguments: [true, false])
  func takenBack(_ wasDeleted: Bool) throws {
    let (world, id) = try HandlerWorld.followed()
    let event = try #require(world.calendar.events.first)
    if wasDeleted {
      world.calendar.deleteByHand(EventKey(of: id))
    } else {
      world.calendar.moveByHand(EventKey(of: id), to: later)
    }
    try world.follow()
    world.stored.time.advance(.seconds(30))
    world.calendar.restore(event, EventKey(of: id))
    try world.follow()
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed])
    #expect(world.firstWords == ["Confirmed"])
    #expect(!world.lines.named("changeTakenBack").isEmpty)
  }

  @Test("what we have written ourselves is ours")
  func ours() throws {
    let (world, id) = try HandlerWorld.followed()
    try world.stored.reschedule(id, to: later.start.rfc3339)
    try world.performReady()
    try world.follow()
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed, .rescheduleRequested, .moved])
    #expect(world.firstWords == ["Confirmed", "Moved"])
  }

  @Test("while we have it in hand nothing is believed, and a guest's change goes through meanwhile")
  func inHand() throws {
    let (world, id) = try HandlerWorld.followed()
    world.calendar.deleteByHand(EventKey(of: id))
    try world.follow()
    try world.stored.cancel(id)
    try world.performReady()
    #expect(try world.stored.booking(id).state == .cancelled)
    try world.performAll()
    #expect(try world.changes(id) == [.booked, .confirmed, .cancelRequested, .cancelled])
    #expect(world.firstWords == ["Confirmed", "Cancelled"])

    let other = try world.confirmed("2026-03-12T17:00:00Z")
    try world.follow()
    try world.stored.reschedule(other, to: "2026-03-12T19:00:00Z")
    world.calendar.fail(.move, .loseAnswer)
    world.calendar.fail(.event, .refuse(.transient), times: 3)
    try world.performReady()
    // The event stands at the new time, and the booking does not say so yet.
    #expect(try world.stored.booking(other).state == .rescheduling)
    try world.follow()
    try world.performAll()
    #expect(
      try world.changes(other) == [.booked, .confirmed, .rescheduleRequested, .moved])
  }
}
