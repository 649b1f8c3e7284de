import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// An account whose credentials no longer work, and an owner who comes back.
@Suite struct OwnerTests {
  private func wake(_ world: HandlerWorld) throws -> Int {
    try world.stored.store.resetLane(LaneID(rawValue: StoredWorld.work.connection.text))
  }

  @Test("S8 Token revoked between accept and execute: it waits, is rechecked, confirmed, told once")
  func revoked() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .needsOwner)
    #expect(try world.stored.job(.booking).state == .parked)
    #expect(try world.stored.job(.booking).attempt == 0)
    #expect(try world.stored.claims().count == 1)
    #expect(world.subjects.map { $0.prefix(18) } == ["Not confirmed yet:"])
    #expect(world.toHost == ["Reconnect your calendar: Work"])
    // Woken too early, it goes back to waiting.
    #expect(try wake(world) == 1)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .needsOwner)

    world.calendar.setOutage(nil)
    #expect(try wake(world) == 1)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.calendar.effects == [.create])
    #expect(world.toGuests.map { $0.subject.prefix(9) } == ["Not confi", "Confirmed"])
    #expect(try wake(world) == 0)
    #expect(world.toHost.map { $0.prefix(6) } == ["Reconn", "Booked"])
  }

  @Test("S8 What was taken while it waited is refused when the owner is back")
  func takenMeanwhile() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    world.calendar.add(try world.stored.booking(id).time, on: StoredWorld.work)
    world.calendar.setOutage(nil)
    #expect(try wake(world) == 1)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .rejected)
    #expect(world.calendar.effects.isEmpty)
    #expect(try world.stored.claims().isEmpty)
  }

  @Test func aMoveThatWaitsForItsOwnerKeepsBothTimes() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .rescheduling)
    #expect(try world.stored.claims().count == 2)
    world.calendar.setOutage(nil)
    #expect(try wake(world) == 1)
    try world.performAll()
    #expect(try world.stored.booking(id).time.start == instant("2026-03-10T19:00:00Z"))
    #expect(world.calendar.effects == [.create, .move])
  }

  @Test func aCancelThatWaitsForItsOwnerStaysCancelling() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.cancel(id)
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelling)
    world.calendar.setOutage(nil)
    #expect(try wake(world) == 1)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.events.isEmpty)
  }

  /// Woken together, they run in the order in which they were asked for.
  @Test func aBookingThatIsCancelledWhileItWaitsIsNeverWritten() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    try world.stored.cancel(id)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelling)
    world.calendar.setOutage(nil)
    #expect(try wake(world) >= 1)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects.isEmpty)
    #expect(
      try world.stored.jobs().map(\.kind).filter { $0 != .invitation } == [.booking, .cancel])
    #expect(world.subjects.map { $0.prefix(9) } == ["Not confi", "Cancelled"])
  }

  @Test func theHostIsToldOnceForEachTimeThatTheAccountFails() throws {
    let world = try HandlerWorld()
    world.calendar.setOutage(.needsOwner)
    for start in ["2026-03-10T17:00:00Z", "2026-03-11T17:00:00Z", "2026-03-12T17:00:00Z"] {
      try world.stored.book(start)
    }
    try world.performAll()
    #expect(world.toHost.count == 1)

    world.calendar.setOutage(nil)
    _ = try wake(world)
    try world.performAll()
    world.calendar.setOutage(.needsOwner)
    try world.stored.book("2026-03-13T17:00:00Z")
    try world.performAll()
    #expect(world.toHost.count { $0.hasPrefix("Reconnect") } == 2)
  }

  @Test("S8 Each guest who waits is told so once, and no more is asked of the account")
  func eachWhoWaitsIsTold() throws {
    let world = try HandlerWorld()
    world.calendar.setOutage(.needsOwner)
    let early = try ["2026-03-10T17:00:00Z", "2026-03-11T17:00:00Z"].map {
      try world.stored.book($0)
    }
    try world.performAll()
    // The door is known to be closed by now.
    let late = try world.stored.book("2026-03-12T17:00:00Z")
    try world.performAll()
    for id in early + [late] { #expect(try world.stored.booking(id).state == .needsOwner) }
    #expect(world.toGuests.count == 3)
    #expect(world.toGuests.allSatisfy { $0.subject.hasPrefix("Not confirmed yet") })
    #expect(try world.stored.jobs(.booking).count { $0.startedAt != nil } == 1)

    // A door that turns out to be closed still is no news to anybody.
    _ = try wake(world)
    try world.performAll()
    #expect(world.toGuests.count == 3)
    world.calendar.setOutage(nil)
    _ = try wake(world)
    try world.performAll()
    for id in early + [late] { #expect(try world.stored.booking(id).state == .confirmed) }
    #expect(world.toGuests.count == 6)
    #expect(world.toHost.count { $0.hasPrefix("Reconnect") } == 1)
  }

  /// More than one transaction tells.
  private func manyWait(_ world: HandlerWorld) throws -> [BookingID] {
    world.calendar.setOutage(.needsOwner)
    let days = (10..<25).map { "2026-03-\($0)" }
    let ids = try days.flatMap { day in
      try (10..<13).map { try world.stored.book("\(day)T\($0):00:00Z") }
    }
    // The first finds the door closed; the others are noted.
    #expect(try world.performNext())
    return ids
  }

  private func told(_ world: HandlerWorld) -> Int {
    world.toGuests.count { $0.subject.hasPrefix("Not confirmed yet") }
  }

  @Test func howeverManyWaitEachIsToldOnce() throws {
    let world = try HandlerWorld()
    let ids = try manyWait(world)
    #expect(try ids.filter { try world.stored.booking($0).state == .pending }.count == 44)
    // The process that noted it dies.
    let next = try world.restarted()
    for _ in 0..<2 { try next.stored.store.finishWhatWasBegun() }
    #expect(try ids.allSatisfy { try next.stored.booking($0).state == .needsOwner })
    try next.performAll()
    #expect(told(next) == 45)
    next.calendar.setOutage(nil)
    _ = try wake(next)
    while try next.performNext() {}
    #expect(try ids.allSatisfy { try next.stored.booking($0).state == .confirmed })
    #expect(told(next) == 45)
  }

  /// Whoever has not been told by the time when the owner is back has nothing to be told.
  @Test func whoseOwnerIsBackBeforehandIsNotTold() throws {
    let world = try HandlerWorld()
    let ids = try manyWait(world)
    world.calendar.setOutage(nil)
    _ = try wake(world)
    try world.stored.store.finishWhatWasBegun()
    while try world.performNext() {}
    #expect(try ids.allSatisfy { try world.stored.booking($0).state == .confirmed })
    #expect(told(world) <= 1)
  }

  @Test func whoCancelsWhileWaitingBehindOthersIsNoLongerWaitedFor() throws {
    let world = try HandlerWorld()
    world.calendar.setOutage(.needsOwner)
    try world.stored.book("2026-03-10T17:00:00Z")
    try world.performAll()
    let id = try world.stored.book("2026-03-11T17:00:00Z")
    // Before the word of the wait has left: it is skipped.
    try world.stored.cancel(id)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    let other = try world.stored.book("2026-03-12T17:00:00Z")
    try world.performAll()
    try world.stored.cancel(other)
    try world.performAll()
    let words = ["Not confi", "Cancelled", "Not confi", "Cancelled"]
    #expect(world.toGuests.map { String($0.subject.prefix(9)) } == words)
    #expect(try world.stored.jobs(.booking).count { $0.startedAt != nil } == 1)
  }

  @Test("S8 Whose owner does not come back in time is told in the end")
  func neverBack() throws {
    let world = try HandlerWorld()
    try world.stored.addLink("once", kind: .singleUse)
    let id = try world.stored.book("2026-03-10T17:00:00Z", on: "once")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    world.stored.time.advance(to: instant("2026-03-10T16:59:00Z"))
    _ = try world.store.rescueOrphans(at: world.stored.time.monotonic())
    try world.performAll()
    #expect(try world.stored.booking(id).state == .needsOwner)

    world.stored.time.advance(.minutes(1))
    _ = try world.store.rescueOrphans(at: world.stored.time.monotonic())
    try world.performAll()
    #expect(try world.stored.booking(id).state == .rejected)
    #expect(try world.stored.claims().isEmpty)
    #expect(try world.stored.link("once").state == .active)
    #expect(world.toGuests.count == 2)
    #expect(try world.stored.job(.booking).state == .completed)

    // What may lie on the calendar is looked for when the owner is back.
    #expect(try world.stored.job(.cancel).stateInWords(now: world.stored.time.now()) == "parked")
    world.calendar.setOutage(nil)
    _ = try wake(world)
    try world.performAll()
    #expect(try world.stored.job(.cancel).state == .completed)
    #expect(world.toGuests.count == 2)
  }

  @Test func aMoveWhoseOwnerDoesNotComeBackInTimeLeavesTheOldTimeStanding() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: "2026-03-09T17:00:00Z")
    world.calendar.setOutage(.needsOwner)
    try world.performAll()
    world.stored.time.advance(to: instant("2026-03-09T17:00:00Z"))
    _ = try world.store.rescueOrphans(at: world.stored.time.monotonic())
    try world.performAll()
    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.time.start == instant("2026-03-10T17:00:00Z"))
    #expect(try world.stored.claims() == [booking.time])
    #expect(world.toGuests.count == 2)
  }
}
