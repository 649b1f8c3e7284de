import Bookings
import Core
import Mail
import Queue
import StoreTestSupport
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

/// A process that hangs until its job is another's, and then goes on, sends nothing any more: neither to the
/// calendar nor to the mail server. Where it hung is chosen by the test.
@Suite struct LostLeaseTests {
  private func booked() throws -> (world: HandlerWorld, id: BookingID) {
    let world = try HandlerWorld()
    return (world, try world.stored.book("2026-03-10T17:00:00Z"))
  }

  private func confirmed() throws -> (world: HandlerWorld, mail: ClaimedJob) {
    let (world, _) = try booked()
    #expect(try world.performNext())
    return (world, try #require(try world.claimNext()))
  }

  // MARK: - The calendar

  @Test func whoHungBeforeItBeganChangesNothing() throws {
    let (world, id) = try booked()
    let job = try #require(try world.claimNext())
    let next = try world.overtaken()
    try next.performAll()
    try world.stored.cancel(id)
    try next.performAll()
    world.runAndDie(job)
    #expect(next.calendar.events.isEmpty)
    #expect(next.calendar.effects == [.create, .remove])
  }

  /// It has said what it is about to do, and was stopped right then.
  @Test func whoHungAfterItsIntentionChangesNothing() throws {
    let (world, id) = try booked()
    let job = try #require(try world.claimNext())
    let limit = WorkLimit(certainUntil: world.stored.time.monotonic() + .seconds(55))
    world.store.afterNextIntend {
      let next = try world.overtaken()
      try next.performAll()
      try next.stored.cancel(id)
      try next.performAll()
    }
    world.runAndDie(job, limit)
    #expect(world.calendar.events.isEmpty)
    #expect(world.calendar.effects == [.create, .remove])
    #expect(try world.stored.booking(id).state == .cancelled)
  }

  // MARK: - Mail

  @Test func whoHungBeforeItBeganSendsNothing() throws {
    let (world, mail) = try confirmed()
    let next = try world.overtaken()
    try next.performAll()
    let sent = next.outbox.messages
    world.runAndDie(mail)
    #expect(next.outbox.messages == sent)
    #expect(Set(sent.map(\.id.text)).count == sent.count)
  }

  /// Its row says that the message is being handed over, or is about to; another one has taken the job and has
  /// sent it since.
  @Test(arguments: [false, true])
  func whoHungWithTheMessageInItsHandsSendsNothing(isRecorded: Bool) throws {
    let (world, mail) = try confirmed()
    let meanwhile: @Sendable () throws -> Void = { try world.overtaken().performAll() }
    if isRecorded {
      world.records.afterRecording(.handing, meanwhile)
    } else {
      world.records.beforeRecording(.handing, meanwhile)
    }
    world.runAndDie(mail)
    let sent = world.outbox.messages.map(\.id.text)
    #expect(!sent.isEmpty && Set(sent).count == sent.count)
    let deliveries = try world.stored.bookings().flatMap {
      try world.stored.store.deliveries(of: $0.id)
    }
    #expect(deliveries.allSatisfy { $0.state == .sent }, "\(deliveries)")
  }

  /// By its own clock, although nobody has taken the job yet: it may be taken at any moment.
  @Test func whoseTimeIsOverSendsNothing() throws {
    let (world, mail) = try confirmed()
    let limit = WorkLimit(certainUntil: world.stored.time.monotonic() + .seconds(55))
    world.stored.time.advance(.seconds(55))
    world.runAndDie(mail, limit)
    #expect(world.outbox.messages.isEmpty)
    #expect(try world.stored.store.holds(mail.lease))
    limit.makeCertain(until: world.stored.time.monotonic() + .seconds(55))
    world.runAndDie(mail, limit)
    #expect(world.outbox.messages.count == 1)
  }

  /// What an operator has ended is not sent, if it has not left yet.
  @Test func whatWasGivenUpIsNotSent() throws {
    let (world, mail) = try confirmed()
    let limit = WorkLimit()
    world.records.afterRecording(.handing) { limit.cancel() }
    world.runAndDie(mail, limit)
    #expect(world.outbox.messages.isEmpty)
  }
}
