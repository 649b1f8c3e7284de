import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import WorkersTestSupport
import Testing

@testable import Workers

/// Random lives of a booking under a single-use link: guest and host ask for what they like, the calendar fails
/// in every way it can, the process dies. After each step the database holds together, and in the end the
/// calendar, the claims, the ledger and the mails say the same as the booking.
@Suite struct BookingLifeTests {
  private static let times = (9...15).map { "2026-03-10T\($0 < 10 ? "0" : "")\($0):00:00Z" }

  @Test(arguments: 1...40)
  func holdsTogether(seed: UInt64) throws {
    let chance = Randomness(seed: seed)
    func pick(_ count: Int) -> Int { Int(chance.next() % UInt64(count)) }
    var world = try HandlerWorld()
    try world.stored.addLink("once", kind: .singleUse)
    var booking: BookingID?
    var accepted: [BookingID] = []

    for _ in 0..<30 {
      switch pick(10) {
      case 0, 1:
        if let id = try? world.stored.book(Self.times[pick(Self.times.count)], on: "once") {
          // Another one is accepted only after the last has given the link back.
          if let booking { #expect(try !world.stored.booking(booking).state.keepsTime) }
          booking = id
          accepted.append(id)
        }
      case 2, 3:
        if let booking {
          _ = try? world.stored.reschedule(booking, to: Self.times[pick(Self.times.count)])
        }
      case 4:
        if let booking, pick(3) == 0 { _ = try? world.stored.cancel(booking) }
      case 5:
        let faults: [FakeCalendar.Fault] = [
          .refuse(.transient), .refuse(.conflict(.occupied)), .refuse(.permanent), .loseAnswer,
        ]
        let calls: [FakeCalendar.Call] = [.busy, .create, .move, .remove, .event]
        world.calendar.fail(calls[pick(calls.count)], faults[pick(faults.count)])
      case 6:
        if let job = try world.claimNext() { world.runAndDie(job) }
        world = try world.restarted()
      case 7:
        world.stored.time.advance(.seconds(pick(900)))
      default:
        try world.performNext()
      }
      try expectConsistent(world, accepted, "seed \(seed)")
    }
    world.calendar.forgetFaults()
    try world.performAll()
    try expectConsistent(world, accepted, "seed \(seed)")
    try expectAtRest(world, accepted, "seed \(seed)")
  }

  /// What holds at every moment.
  private func expectConsistent(
    _ world: HandlerWorld, _ accepted: [BookingID], _ comment: Comment
  ) throws {
    let bookings = try accepted.map { try world.stored.booking($0) }
    let kept = bookings.filter(\.state.keepsTime)
      .flatMap { [$0.time, $0.requestedTime].compactMap { $0 } }
    #expect(Set(try world.stored.claims()) == Set(kept), comment)

    let link = try world.stored.link("once")
    let spends = try world.stored.store.spends(of: link.id, before: nil, limit: 100)
    #expect(spends.map(\.booking) == accepted.reversed(), comment)
    for (spend, booking) in zip(spends.reversed(), bookings) {
      let isGivenBack = booking.state == .rejected || booking.state == .failed
      #expect((spend.release != nil) == isGivenBack, comment)
      #expect(spend.release.map(\.reason) == (isGivenBack ? booking.state.rawValue : nil), comment)
    }
    #expect((link.state == .spent) == spends.contains { $0.release == nil }, comment)

    for booking in bookings {
      let history = try world.stored.store.history(of: booking.id)
      var state = BookingState.pending
      for entry in history.dropFirst() {
        let next = try #require(state.after(entry.change), comment)
        #expect(entry.state == next, comment)
        state = next
      }
      #expect(state == booking.state, comment)
      let asked = history.filter { [.rescheduleRequested, .cancelRequested].contains($0.change) }
      #expect(booking.revision == asked.count, comment)
    }
  }

  /// What holds once there is nothing left to do.
  private func expectAtRest(
    _ world: HandlerWorld, _ accepted: [BookingID], _ comment: Comment
  ) throws {
    #expect(try world.stored.jobs().allSatisfy { $0.state.isFinal }, comment)
    let bookings = try accepted.map { try world.stored.booking($0) }
    let stuck = bookings.filter {
      ![.confirmed, .cancelled, .rejected, .failed].contains($0.state)
    }
    // A cancel that the calendar has refused for good waits for an operator.
    #expect(stuck.allSatisfy { $0.state == .cancelling }, comment)
    if !stuck.isEmpty { return }
    let confirmed = bookings.filter { $0.state == .confirmed }
    #expect(world.calendar.events.map(\.interval) == confirmed.map(\.time), comment)
  }
}
