import Bookings
import Core
import Dispatch
import Intake
import StoreTestSupport
import TestSupport
import Testing

/// How many bookings a link takes, by day, week and guest.
@Suite struct CapTests {
  private func world(_ change: (inout LinkSettings) -> Void) throws -> StoredWorld {
    let world = try StoredWorld()
    var settings = LinkSettings.open()
    change(&settings)
    try world.addLink("intro", settings)
    return world
  }

  @Test func aFullDayIsRefusedAndNotListed() throws {
    let world = try world { $0.maximumPerDay = 2 }
    let first = try world.book("2026-03-10T17:00:00Z")
    try world.book("2026-03-10T18:00:00Z")
    #expect(try world.slots(on: "2026-03-10") == [])
    #expect(try world.slots(on: "2026-03-11").count == 48)
    #expect(refusal { try world.book("2026-03-10T20:00:00Z") } == .limitReached)
    try world.book("2026-03-11T20:00:00Z")

    // What comes to nothing makes room again.
    try world.settle(first, .rejected)
    #expect(try world.slots(on: "2026-03-10").count == 47)
    try world.book("2026-03-10T20:00:00Z")
  }

  @Test func anotherLinksBookingsDoNotCount() throws {
    let world = try world { $0.maximumPerDay = 1 }
    try world.addLink("other")
    try world.book("2026-03-10T17:00:00Z", on: "other")
    try world.book("2026-03-10T18:00:00Z")
  }

  @Test(
    "S1 Fifty guests, a day of three: three are accepted, whatever slot each wants",
    arguments: [(Int?.some(3), Int?.none), (nil, 3)])
  func theCapHoldsUnderRaces(perDay: Int?, perWeek: Int?) throws {
    let world = try world {
      $0.maximumPerDay = perDay
      $0.maximumPerWeek = perWeek
    }
    // All have read the calendar, and the day as empty, before the first is accepted.
    world.busy.hold(until: 40)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    DispatchQueue.concurrentPerform(iterations: 40) { number in
      let start = instant("2026-03-10T00:00:00Z") + .minutes(30 * number)
      let request = BookingRequest(start.rfc3339, guest: "guest\(number)@example.com")
      world.intake.book(request) { answers.give($0) }
    }
    let refusals = try answers.take(40).compactMap(\.refusal)
    #expect(refusals == Array(repeating: .limitReached, count: 37))
    #expect(try world.kept()[0...2] == [3, 3, 3])
  }

  @Test func aMoveCountsWhereItGoesTo() throws {
    let world = try world { $0.maximumPerDay = 1 }
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    try world.settle(world.book("2026-03-11T17:00:00Z"), .confirmed)
    #expect(refusal { try world.reschedule(booking, to: "2026-03-11T19:00:00Z") } == .limitReached)
    // Within its own day it takes no second place.
    #expect(try world.slots(on: "2026-03-10", moving: booking).count == 47)
    try world.reschedule(booking, to: "2026-03-10T19:00:00Z")
    #expect(refusal { try world.book("2026-03-10T12:00:00Z") } == .limitReached)
    try world.settle(booking, .moved)
    try world.reschedule(booking, to: "2026-03-12T19:00:00Z")
    #expect(refusal { try world.book("2026-03-12T12:00:00Z") } == .limitReached)
    #expect(refusal { try world.book("2026-03-10T12:00:00Z") } == .limitReached)
    try world.settle(booking, .moved)
    try world.book("2026-03-10T12:00:00Z")
  }

  @Test func movesToOneDayAtOnceMeetItsCap() throws {
    let world = try world { $0.maximumPerDay = 2 }
    let bookings = try (1...6).map { day in
      let booking = try world.book("2026-03-2\(day)T10:00:00Z")
      try world.settle(booking, .confirmed)
      return booking
    }
    world.busy.hold(until: 6)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    DispatchQueue.concurrentPerform(iterations: 6) { number in
      let start = instant("2026-03-10T10:00:00Z") + .hours(number)
      world.intake.reschedule(
        ChangeRequest(bookings[number], body: "\(number)"), to: start
      ) { answers.give($0) }
    }
    #expect(
      try answers.take(6).compactMap(\.refusal) == Array(repeating: .limitReached, count: 4))
  }

  @Test func aGuestHasSoManyAhead() throws {
    let world = try world { $0.maximumPerGuest = 1 }
    let first = try world.book(BookingRequest("2026-03-10T17:00:00Z", guest: "Sam@guest.example"))
    #expect(
      refusal { try world.book(BookingRequest("2026-03-11T17:00:00Z", guest: "sam@Guest.example")) }
        == .limitReached)
    try world.book(BookingRequest("2026-03-11T17:00:00Z", guest: "ana@guest.example"))
    try world.settle(first.booking, .confirmed)
    world.time.advance(to: instant("2026-03-10T17:30:00Z"))
    try world.book(BookingRequest("2026-03-12T17:00:00Z", guest: "sam@guest.example"))
  }
}
