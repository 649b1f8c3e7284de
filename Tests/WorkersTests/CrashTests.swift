import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// Where a process may die on the way of a job.
enum CrashPoint: CaseIterable, Sendable {
  case claimed, beforeTheWrite, afterTheWrite, beforeTheRecord, afterTheRecord
}

/// S35 Worker crash at every step: whatever dies where, in the end there is one event, and one word of it.
@Suite struct CrashTests {
  /// Runs the next ready job until the process dies, and starts another one.
  private func crash(_ world: HandlerWorld, at point: CrashPoint) throws -> HandlerWorld {
    // Who was there at two deaths is run by itself, a little later.
    world.stored.time.advance(Verdict.rest)
    if let job = try world.claimNext() {
      switch point {
      case .claimed: break
      case .beforeTheWrite:
        for call in [FakeCalendar.Call.create, .move, .remove] {
          world.calendar.fail(call, .refuse(.transient))
        }
        world.runAndDie(job)
      case .afterTheWrite:
        for call in [FakeCalendar.Call.create, .move, .remove] {
          world.calendar.fail(call, .loseAnswer)
        }
        if job.kind == .invitation { world.outbox.loseAnswer() }
        world.runAndDie(job)
      case .beforeTheRecord: world.runAndDie(job)
      case .afterTheRecord: try world.pool.carryOutAndWait(job)
      }
    }
    world.calendar.forgetFaults()
    return try world.restarted()
  }

  private func expectNothingIsLeft(_ world: HandlerWorld) throws {
    for booking in try world.stored.bookings() {
      let deliveries = try world.stored.store.deliveries(of: booking.id)
      #expect(deliveries.allSatisfy { $0.state == .sent }, "\(deliveries)")
      #expect(Set(deliveries.map(\.key)).count == Set(world.outbox.messages.map(\.id.text)).count)
    }
    #expect(try world.stored.jobs().allSatisfy { $0.state == .completed || $0.state == .cancelled })
  }

  @Test(
    "S35 A booking, through any two deaths", arguments: CrashPoint.allCases, CrashPoint.allCases)
  func booking(_ first: CrashPoint, _ second: CrashPoint) throws {
    var world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    for point in [first, second] { world = try crash(world, at: point) }
    try world.performAll()

    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(world.calendar.effects == [.create])
    #expect(world.calendar.events.map(\.interval) == [booking.time])
    #expect(try world.stored.claims() == [booking.time])
    #expect(try world.stored.store.history(of: id).map(\.change) == [.booked, .confirmed])
    #expect(try world.guestJobs().count == 1)
    #expect(world.subjects.count == 1)
    try expectNothingIsLeft(world)
  }

  /// With a third death it is believed to be the cause and written no more; what it has left behind is
  /// cleared up, and its guest is told.
  @Test(
    "S35 A booking that dies three times", arguments: CrashPoint.allCases, CrashPoint.allCases)
  func poison(_ first: CrashPoint, _ second: CrashPoint) throws {
    var world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    for point in [first, second, .beforeTheRecord] where point != .afterTheRecord {
      world = try crash(world, at: point)
    }
    try world.performAll()
    let dies = ![first, second].contains(.afterTheRecord)
    #expect(try world.stored.booking(id).state == (dies ? .failed : .confirmed))
    #expect(world.calendar.events.count == (dies ? 0 : 1))
    #expect(try world.stored.claims().count == (dies ? 0 : 1))
    #expect(world.subjects.count == 1)
  }

  @Test("S35 A move, through any two deaths", arguments: CrashPoint.allCases, CrashPoint.allCases)
  func move(_ first: CrashPoint, _ second: CrashPoint) throws {
    var world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    for point in [first, second] { world = try crash(world, at: point) }
    try world.performAll()

    let booking = try world.stored.booking(id)
    #expect(booking.state == .confirmed)
    #expect(booking.time.start == instant("2026-03-10T19:00:00Z"))
    #expect(world.calendar.effects == [.create, .move])
    #expect(world.calendar.events.map(\.interval) == [booking.time])
    #expect(try world.stored.claims() == [booking.time])
    #expect(
      try world.stored.store.history(of: id).map(\.change) == [
        .booked, .confirmed, .rescheduleRequested, .moved,
      ])
    #expect(try world.guestJobs().count == 2)
    #expect(world.subjects.count == 2)
    try expectNothingIsLeft(world)
  }

  @Test("S35 A cancel, through any two deaths", arguments: CrashPoint.allCases, CrashPoint.allCases)
  func cancel(_ first: CrashPoint, _ second: CrashPoint) throws {
    var world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.cancel(id)
    for point in [first, second] { world = try crash(world, at: point) }
    try world.performAll()

    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects == [.create, .remove])
    #expect(world.calendar.events.isEmpty)
    #expect(try world.stored.claims().isEmpty)
    #expect(
      try world.stored.store.history(of: id).map(\.change) == [
        .booked, .confirmed, .cancelRequested, .cancelled,
      ])
    #expect(try world.guestJobs().count == 2)
    #expect(world.subjects.count == 2)
    try expectNothingIsLeft(world)
  }
}
