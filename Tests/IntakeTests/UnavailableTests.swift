import Bookings
import Core
import Intake
import SQLite
import StoreTestSupport
import TestSupport
import Testing

/// What cannot be known or kept is refused, and nothing of it stays.
@Suite struct UnavailableTests {
  @Test func aCalendarThatCannotBeReadIsNotFree() throws {
    let world = try StoredWorld()
    try world.addLink("intro", conflicts: [StoredWorld.work, StoredWorld.home])
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    let before = try world.kept()
    world.busy.setUnreadable([StoredWorld.home.id])

    #expect(refusal { try world.book("2026-03-10T18:00:00Z") } == .calendarUnreadable)
    #expect(refusal { try world.slots(on: "2026-03-10") } == .calendarUnreadable)
    #expect(
      refusal { try world.reschedule(booking, to: "2026-03-10T19:00:00Z") } == .calendarUnreadable)
    #expect(try world.kept() == before)
    // To cancel asks no calendar.
    try world.cancel(booking)
    world.busy.setUnreadable([])
    try world.book("2026-03-10T18:00:00Z")
  }

  @Test func aRefusalStandsWhereItsAlternativesCannotBeRead() throws {
    let world = try StoredWorld()
    try world.addLink()
    try world.book("2026-03-10T17:00:00Z")
    world.busy.beforeAnswering {}
    world.busy.beforeAnswering { world.busy.setUnreadable([StoredWorld.work.id]) }
    guard
      case .refused(.slotTaken, let alternatives) = error({
        try world.book("2026-03-10T17:00:00Z")
      })
    else {
      Issue.record("the slot is taken, whatever else is not known")
      return
    }
    #expect(alternatives.isEmpty)
  }

  @Test func aFullMailboxRefusesAndTheNextOneIsTaken() throws {
    var options = GroupCommitWriter.Options()
    options.mailboxLimit = 1
    let world = try StoredWorld(writer: options)
    try world.addLink()
    let (gate, begun) = (Gate(), Awaited<Bool>())
    world.database.writer.submit({ _ in
      begun.give(true)
      try gate.pass()
    }) { _ in }
    _ = try begun.take()
    let waiting = Awaited<Result<Accepted, IntakeError>>()
    world.intake.book(BookingRequest("2026-03-10T17:00:00Z")) { waiting.give($0) }
    #expect(error { try world.book("2026-03-10T18:00:00Z") }?.isUnavailable == true)
    gate.open()
    _ = try waiting.take().get()
    #expect(try world.bookings().count == 1)
    try world.book("2026-03-10T18:00:00Z")
  }

  @Test func aClosedStoreRefuses() throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    let before = try world.kept()
    world.store.close()
    #expect(error { try world.book("2026-03-10T18:00:00Z") }?.isUnavailable == true)
    #expect(
      error { try world.reschedule(booking, to: "2026-03-10T18:00:00Z") }?.isUnavailable == true)
    #expect(error { try world.cancel(booking) }?.isUnavailable == true)
    #expect(try world.restarted().kept() == before)
  }

  @Test func aFullDiskKeepsNothingOfWhatItCouldNotTake() throws {
    let world = try StoredWorld()
    try world.addLink()
    try world.database.writer.perform { transaction in
      let pages = try transaction.connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
      try transaction.connection.execute("PRAGMA max_page_count = \(pages + 3)")
    }
    var accepted = 0
    var refused = 0
    for number in 0..<40 {
      let start = instant("2026-03-10T00:00:00Z") + .minutes(30 * number)
      var request = BookingRequest(start.rfc3339, key: "k\(number)")
      request.notes = String(repeating: "n", count: 1500)
      do {
        try world.book(request)
        accepted += 1
      } catch IntakeError.unavailable {
        refused += 1
      }
    }
    #expect(accepted > 0 && refused > 0)
    #expect(try world.kept() == [accepted, accepted, accepted, 0, accepted, accepted])
    #expect(try world.restarted().kept() == [accepted, accepted, accepted, 0, accepted, accepted])
  }
}
