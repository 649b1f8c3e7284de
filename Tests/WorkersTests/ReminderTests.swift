import Bookings
import Calendars
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// Reminders are jobs for a time to come, and follow the meeting.
@Suite struct ReminderTests {
  private func reminders(_ world: HandlerWorld) -> [String] {
    world.toGuests.filter { $0.subject.hasPrefix("Reminder") }.map(\.id.text)
  }

  @Test func theyComeWhenTheyShould() throws {
    let world = try HandlerWorld(reminders: [24 * 60, 60])
    try world.confirmed(until: "2026-03-09T16:59:59Z")
    #expect(reminders(world).isEmpty)
    try world.pass(until: "2026-03-09T17:00:00Z")
    #expect(reminders(world).count == 1)
    try world.pass(until: "2026-03-10T15:59:59Z")
    #expect(reminders(world).count == 1)
    try world.pass(until: "2026-03-10T16:00:00Z")
    #expect(reminders(world).count == 2)
    try world.performAll()
    #expect(Set(reminders(world)).count == 2 && reminders(world).count == 2)
  }

  @Test func oneWhoseTimeIsPastWhenBookedIsNone() throws {
    let world = try HandlerWorld(reminders: [24 * 60, 60])
    try world.stored.book("2026-03-02T20:00:00Z")
    try world.performAll()
    #expect(reminders(world).count == 1)
  }

  @Test func theyMoveWithTheMeeting() throws {
    let world = try HandlerWorld(reminders: [60])
    let id = try world.confirmed(until: "2026-03-09T00:00:00Z")
    try world.stored.reschedule(id, to: "2026-03-12T17:00:00Z")
    try world.pass(until: "2026-03-10T17:00:00Z")
    #expect(reminders(world).isEmpty, "the meeting is not then any more")
    try world.pass(until: "2026-03-12T16:00:00Z")
    #expect(reminders(world).count == 1)
  }

  @Test func thereAndBackAgainIsRemindedOfOnce() throws {
    let world = try HandlerWorld(reminders: [60])
    let id = try world.confirmed(until: "2026-03-09T00:00:00Z")
    try world.stored.reschedule(id, to: "2026-03-12T17:00:00Z")
    try world.pass(until: "2026-03-09T01:00:00Z")
    try world.stored.reschedule(id, to: "2026-03-10T17:00:00Z")
    try world.performAll()
    #expect(reminders(world).count == 1)
  }

  @Test func aCancelledMeetingIsNotRemindedOf() throws {
    let world = try HandlerWorld(reminders: [60])
    let id = try world.confirmed(until: "2026-03-09T00:00:00Z")
    try world.stored.cancel(id)
    try world.performAll()
    #expect(reminders(world).isEmpty)
    let skipped = try world.stored.store.deliveries(of: id).filter { $0.state == .skipped }
    #expect(skipped.map(\.message) == ["reminder-60"])
  }

  @Test func whileAMoveWaitsForTheCalendarTheOldTimeIsRemindedOf() throws {
    let world = try HandlerWorld(reminders: [60])
    let id = try world.confirmed(until: "2026-03-10T15:00:00Z")
    try world.stored.reschedule(id, to: "2026-03-12T17:00:00Z")
    world.calendar.setOutage(.transient)
    try world.pass(until: "2026-03-10T16:00:00Z")
    #expect(reminders(world).count == 1)
  }

  @Test("Who has declined is not reminded; the host hears of it once, and nothing is cancelled")
  func declined() throws {
    let world = try HandlerWorld(reminders: [24 * 60, 60])
    let id = try world.confirmed(until: "2026-03-09T00:00:00Z")
    world.calendar.schedule(
      StoredGuest(email: "sam@guest.example", answer: .declined, isTold: true),
      StoredGuest(email: "stranger@guest.example", answer: .declined, isTold: true))
    try world.performAll()
    #expect(reminders(world).isEmpty)
    #expect(try world.stored.booking(id).state == .confirmed)
    let answers = try world.stored.store.answers(of: id)
    #expect(answers.map(\.email) == ["sam@guest.example"] && answers.map(\.word) == [.declined])
    let told = world.letters(to: "host").filter { $0.subject.hasPrefix("Declined") }
    #expect(told.count == 1)
    #expect(told[0].plainText.contains("Sam Guest has declined your meeting."))
    #expect(told[0].plainText.contains("/r/"), "the way to cancel it")
  }

  @Test func aCalendarThatCannotBeAskedKeepsNoReminderBack() throws {
    let world = try HandlerWorld(reminders: [60])
    try world.confirmed(until: "2026-03-09T00:00:00Z")
    world.calendar.setOutage(.transient)
    try world.performAll()
    #expect(reminders(world).count == 1)
  }

  /// A server that was down until the meeting had begun.
  @Test func oneThatComesTooLateIsNotSent() throws {
    let world = try HandlerWorld(reminders: [60])
    try world.confirmed(until: "2026-03-09T00:00:00Z")
    world.stored.time.advance(to: instant("2026-03-10T17:00:00Z"))
    try world.performReady()
    #expect(reminders(world).isEmpty)
  }

  @Test func theyWaitForNothingAndNothingForThem() throws {
    let world = try HandlerWorld(reminders: [60])
    let id = try world.confirmed(until: "2026-03-09T00:00:00Z")
    let waiting = try world.stored.jobs(.invitation).filter { $0.state == .available }
    #expect(waiting.map(\.sequence) == [nil])
    try world.stored.cancel(id)
    try world.performReady()
    #expect(world.subjects.last?.hasPrefix("Cancelled") == true)
  }
}

extension HandlerWorld {
  /// A booking at 17:00 on the 10th of March, and everything that happens until then.
  @discardableResult
  func confirmed(until end: String) throws -> BookingID {
    let booking = try stored.book("2026-03-10T17:00:00Z")
    try pass(until: end)
    return booking
  }

  /// Runs what becomes due up to an instant, and puts the clock there.
  func pass(until end: String) throws {
    for _ in 0..<200 {
      try performReady()
      guard let next = try claim().nextRunAt, next <= instant(end) else {
        stored.time.advance(to: instant(end))
        return try performReady()
      }
      stored.time.advance(to: next)
    }
    throw NeverEnds()
  }
}
