import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

@Suite struct CancelHandlerTests {
  @Test("S16 Cancel with provider down: three times no, then gone; one notice")
  func providerDown() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.cancel(id)
    world.calendar.fail(.remove, .refuse(.transient), times: 3)
    for _ in 0..<3 {
      world.stored.time.advance(to: try world.stored.job(.cancel).runAt)
      try world.performNext()
      #expect(try world.stored.booking(id).state == .cancelling)
    }
    // Somebody else has removed it meanwhile: gone is gone.
    world.calendar.removeEvents()
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(try world.stored.job(.cancel).attempt == 4)
    #expect(world.calendar.events.isEmpty)
    #expect(try world.guestJobs().count == 2)
    #expect(world.toGuests.count == 2)

    guard case .already(let booking) = try world.stored.cancel(id) else {
      Issue.record("it was accepted again")
      return
    }
    #expect(booking.state == .cancelled)
    #expect(try world.stored.jobs(.cancel).count == 1)
    #expect(try world.stored.claims().isEmpty)
  }

  @Test func aBookingThatIsCancelledBeforeItsJobBeganIsNeverWritten() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    try world.stored.cancel(id)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects.isEmpty)
    #expect(try world.stored.job(.booking).state == .cancelled)
    #expect(world.outbox.messages.isEmpty)
    #expect(
      try world.stored.store.history(of: id).map(\.change) == [
        .booked, .cancelRequested, .cancelled,
      ])
  }

  @Test func aBookingThatIsCancelledWhileItIsWrittenIsTakenOffAgain() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .meanwhile { try world.stored.cancel(id) })
    try world.performNext()
    try world.calendar.rethrow()
    #expect(try world.stored.booking(id).state == .cancelling)
    #expect(world.calendar.events.count == 1)
    #expect(try world.guestJobs().isEmpty)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects == [.create, .remove])
    #expect(world.toGuests.count == 1)
  }

  @Test func aBookingThatIsCancelledWhileItMovesIsTakenOffAtItsNewTime() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.reschedule(id, to: "2026-03-10T19:00:00Z")
    world.calendar.fail(.move, .meanwhile { try world.stored.cancel(id) })
    try world.performNext()
    try world.calendar.rethrow()
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.effects == [.create, .move, .remove])
    #expect(try world.stored.claims().isEmpty)
    // Confirmed, and cancelled; nobody hears of a move.
    #expect(world.toGuests.count == 2)
  }

  @Test func aCancelThatIsGivenUpCanBeTriedAgain() throws {
    let world = try HandlerWorld()
    let id = try world.confirmed()
    try world.stored.cancel(id)
    world.calendar.setOutage(.transient)
    try world.performAll()
    let job = try world.stored.job(.cancel)
    #expect(job.state == .discarded)
    // Everybody has an ending, and the event is still there.
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(try world.stored.booking(id).reason?.contains("may still stand") == true)
    #expect(try world.stored.claims().isEmpty)
    #expect(world.calendar.events.count == 1)
    world.calendar.setOutage(nil)
    _ = try world.stored.store.act(JobAction(.retry, organization: nil, by: "Grace"), on: job.id)
    try world.performAll()
    #expect(try world.stored.booking(id).state == .cancelled)
    #expect(world.calendar.events.isEmpty)
  }
}
