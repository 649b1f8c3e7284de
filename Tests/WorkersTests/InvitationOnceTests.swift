import Bookings
import Core
import Intake
import Mail
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// Each message once for each key, in order, through whatever happens on the way to the mail server.
@Suite struct InvitationOnceTests {
  private func booked() throws -> (world: HandlerWorld, id: BookingID) {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    #expect(try world.performNext())
    return (world, id)
  }

  private func delivery(_ world: HandlerWorld, _ id: BookingID, _ message: String) throws
    -> Delivery?
  {
    try world.stored.store.deliveries(of: id)
      .first { $0.recipient == "guest" && $0.message == message }
  }

  @Test("S35 A death between the server's answer and our commit: the same mail again")
  func deathAfterHandover() throws {
    let (world, id) = try booked()
    let job = try #require(try world.claimNext())
    world.records.refuse(.sent)
    world.runAndDie(job)
    #expect(try delivery(world, id, "confirmed")?.state == .handing)
    let next = try world.restarted()
    try next.performAll()
    let sent = next.toGuests
    #expect(sent.count == 2 && sent[0] == sent[1])
    let known = try #require(try delivery(next, id, "confirmed"))
    #expect(known.state == .sent && known.handovers == 2 && known.detail == "250 taken")
  }

  @Test func aDeathBeforeTheJobsEndDoesNotSendAgain() throws {
    let (world, id) = try booked()
    world.runAndDie(try #require(try world.claimNext()))
    let next = try world.restarted()
    try next.performAll()
    #expect(next.toGuests.count == 1)
    #expect(try delivery(next, id, "confirmed")?.handovers == 1)
  }

  @Test func aSentMessageThatCannotBeRecordedIsNotSentAgain() throws {
    let (world, id) = try booked()
    world.records.refuse(.sent)
    try world.performAll()
    #expect(world.toGuests.count == 1)
    #expect(try world.guestJobs().map(\.state) == [.completed])
    #expect(try delivery(world, id, "confirmed")?.state == .handing)
  }

  @Test func whatCannotBeRecordedIsNotHandedOver() throws {
    let (world, _) = try booked()
    world.records.refuse(.handing)
    try world.performNext()
    #expect(world.outbox.messages.isEmpty)
    try world.performAll()
    #expect(world.toGuests.count == 1)
  }

  @Test func aServerThatSaysLaterIsAskedLater() throws {
    let (world, id) = try booked()
    world.outbox.refuse(.transient(reason: "451"), .transient(reason: "451"))
    try world.performNext()
    #expect(try delivery(world, id, "confirmed")?.state == .notTaken)
    try world.performAll()
    #expect(world.toGuests.count == 1)
    // The second refusal was for the host's.
    #expect(try world.guestJobs().map(\.attempt) == [2])
  }

  @Test func aServerThatSaysNeverIsNotAskedAgain() throws {
    let (world, id) = try booked()
    world.outbox.refuse(.refused(reason: "550 5.1.1", answer: "550 5.1.1 <…>: unknown"))
    try world.performNext()
    let job = try #require(try world.guestJobs().first)
    #expect(job.state == .discarded && job.error?.message == "550 5.1.1")
    #expect(try delivery(world, id, "confirmed")?.detail == "550 5.1.1 <…>: unknown")
    // The booking stands, and the host hears of it.
    try world.performAll()
    #expect(try world.stored.booking(id).state == .confirmed)
    #expect(world.letters(to: "host").count == 1)

    try world.retry(job.id)
    try world.performAll()
    #expect(world.toGuests.count == 1)
  }

  @Test func waitingForAConnectionCostsNoAttempt() throws {
    let (world, _) = try booked()
    world.outbox.refuse(.busy, .busy)
    try world.performAll()
    #expect(world.toGuests.count == 1)
    #expect(try world.guestJobs().map(\.attempt) == [1])
  }

  @Test("A lost answer: a change is told again, a reminder rather not")
  func unknownOutcome() throws {
    let (world, id) = try booked()
    world.outbox.loseAnswer()
    try world.performAll()
    #expect(world.toGuests.map(\.id).count == 2 && world.subjects.count == 1)
    #expect(try delivery(world, id, "confirmed")?.state == .sent)

    let other = try HandlerWorld(reminders: [60])
    let booking = try other.confirmed(until: "2026-03-10T15:00:00Z")
    other.outbox.forget()
    other.outbox.loseAnswer()
    other.stored.time.advance(to: instant("2026-03-10T16:00:00Z"))
    try other.performReady()
    #expect(other.toGuests.count == 1)
    #expect(try delivery(other, booking, "reminder-60")?.state == .held)
    let held = try #require(try other.guestJobs().last)
    #expect(held.state == .discarded)
    // Only an operator says that it is to be sent after all.
    try other.retry(held.id)
    try other.performReady()
    #expect(other.toGuests.count == 2)
    #expect(try delivery(other, booking, "reminder-60")?.state == .sent)
  }

  @Test("No \"moved\" before \"confirmed\", through retries")
  func order() throws {
    let (world, id) = try booked()
    world.outbox.refuse(.transient(reason: "451"))
    try world.performNext()
    // The host's mail is of another sequence.
    try world.performReady()
    try world.stored.reschedule(id, to: "2026-03-11T17:00:00Z")
    #expect(world.toGuests.isEmpty)
    try world.performAll()
    let letters = world.letters(to: "guest").map { $0.subject.prefix(6) }
    #expect(letters == ["Moved:"], "the confirmation was of a time that no longer holds")
    #expect(try delivery(world, id, "confirmed")?.state == .skipped)
  }

  @Test func aConfirmationThatStillHoldsIsSentAlthoughAMoveWasRefused() throws {
    let (world, id) = try booked()
    world.outbox.refuse(.transient(reason: "451"))
    try world.performNext()
    let new = Interval(start: instant("2026-03-11T17:00:00Z"), duration: .minutes(30))
    world.calendar.add(new, on: StoredWorld.work)
    try world.stored.reschedule(id, to: "2026-03-11T17:00:00Z")
    try world.performAll()
    #expect(world.subjects.map { $0.prefix(9) } == ["Confirmed", "Not moved"])
  }

  @Test func aCancelledBookingIsNotConfirmedAnyMore() throws {
    let (world, id) = try booked()
    world.outbox.refuse(.transient(reason: "451"))
    try world.performNext()
    try world.stored.cancel(id)
    try world.performAll()
    #expect(world.subjects.map { $0.prefix(9) } == ["Cancelled"])
    let skipped = try #require(try delivery(world, id, "confirmed"))
    #expect(skipped.state == .skipped && skipped.detail.contains("cancel"))
  }

  @Test func nobodyIsToldOfAMeetingThatHasBegun() throws {
    let world = try HandlerWorld()
    try world.stored.book("2026-03-02T14:00:00Z")
    for _ in 0..<200 { world.outbox.refuse(.transient(reason: "451")) }
    try world.performAll()
    let job = try #require(try world.guestJobs().first)
    #expect(job.state == .discarded && (10..<20).contains(job.attempt))
    #expect(world.stored.time.now() < instant("2026-03-02T14:00:00Z"))
    #expect(world.outbox.messages.isEmpty)
  }

  @Test("S6 The provider drops the answer to a write: one event, one message to each")
  func lostResponse() throws {
    let world = try HandlerWorld()
    let id = try world.stored.book("2026-03-10T17:00:00Z")
    world.calendar.fail(.create, .loseAnswer)
    try world.performAll()
    #expect(world.calendar.effects == [.create])
    #expect(world.outbox.messages.count == 2)
    #expect(try world.stored.store.deliveries(of: id).map(\.handovers) == [1, 1])
  }
}
