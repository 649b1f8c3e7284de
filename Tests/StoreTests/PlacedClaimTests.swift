import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// A host who puts one meeting upon another: both stand, and what is taken is claimed once.
struct PlacedClaimTests {
  let world: StoreWorld
  let link: Link
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    link = try world.addLink()
  }

  private func add(_ id: String, at slot: Interval) throws -> Booking {
    try world.add(world.booking(id, of: link, at: slot, state: .confirmed), of: link)
  }

  private func settle(
    _ booking: Booking, _ change: BookingChange, _ time: Interval? = nil
  ) throws {
    _ = try store.enqueue(.plain())
    let revision = try #require(try store.booking(booking.id)).revision
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(
        booking: booking.id, change: change, found: FoundEvent(revision: revision, time: time)),
      followUps: [])
  }

  private func place(_ booking: Booking, _ time: Interval) throws {
    try settle(booking, .movedInCalendar, time)
    #expect(try store.booking(booking.id)?.time == time)
  }

  /// Each with the 5 minutes before and the 10 after it.
  private func kept(_ slot: Interval) -> Interval {
    slot.widened(before: .minutes(5), after: .minutes(10))
  }

  private func expectClaimed(_ slots: Interval...) throws {
    let claims = try world.claims()
    #expect(IntervalSet(claims) == IntervalSet(slots.map(kept)))
    for (one, next) in zip(claims, claims.dropFirst()) { #expect(one.end <= next.start) }
    for slot in slots {
      let isClaimed = try store.transact {
        try $0.isClaimed(slot, on: [StoreWorld.calendar], excluding: nil)
      }
      #expect(isClaimed)
    }
  }

  @Test("each keeps what it claimed first, and gets what the other lets go of")
  func uponAnother() throws {
    let first = try add("bkg_1", at: StoreWorld.slot(600))
    let second = try add("bkg_2", at: StoreWorld.slot(900))
    // Half of it lies upon the other.
    try place(second, StoreWorld.slot(615))
    try expectClaimed(StoreWorld.slot(600), StoreWorld.slot(615))
    try settle(first, .cancelledInCalendar)
    try expectClaimed(StoreWorld.slot(615))
    #expect(try world.claims() == [kept(StoreWorld.slot(615))])
    try settle(second, .cancelledInCalendar)
    #expect(try world.claims() == [])
  }

  @Test("wholly upon another it claims nothing, and is followed all the same")
  func wholly() throws {
    let first = try add("bkg_1", at: StoreWorld.slot(600))
    let second = try add("bkg_2", at: StoreWorld.slot(900))
    try place(second, first.time)
    #expect(try world.claims() == [kept(first.time)])
    #expect(
      try store.bookingsAhead(on: StoreWorld.calendar).map(\.id) == [first.id, second.id])
    // Away again: as any other.
    try place(second, StoreWorld.slot(900))
    #expect(try world.claims() == [kept(first.time), kept(StoreWorld.slot(900))])
  }

  @Test("around others it claims the pieces between them, also where it is longer than any slot")
  func pieces() throws {
    let slots = [600, 700, 9000].map { StoreWorld.slot($0) }
    for (number, slot) in slots.enumerated() { _ = try add("bkg_\(number)", at: slot) }
    let long = try add("bkg_9", at: StoreWorld.slot(20_000))
    let week = Interval(start: StoreWorld.slot(500).start, duration: .days(7))
    try place(long, week)
    try expectClaimed(week)
    // What reaches far is found by who asks for a time in its middle.
    #expect(
      try store.claims(
        on: [StoreWorld.calendar], during: StoreWorld.slot(5000), excluding: nil
      ).isEmpty == false)
  }

  @Test("a guest can move what the host has placed, and others cannot take its time")
  func movedByGuest() throws {
    _ = try add("bkg_1", at: StoreWorld.slot(600))
    var second = try add("bkg_2", at: StoreWorld.slot(900))
    try place(second, StoreWorld.slot(615))
    second = try #require(try store.booking(second.id))
    second.state = .rescheduling
    second.requestedTime = StoreWorld.slot(655)
    let asked = second
    try store.transact { try $0.update(asked, after: .rescheduleRequested, by: .guest) }
    try expectClaimed(StoreWorld.slot(600), StoreWorld.slot(615), StoreWorld.slot(655))
    try settle(second, .moved)
    try expectClaimed(StoreWorld.slot(600), StoreWorld.slot(655))
    #expect(throws: (any Error).self) { try add("bkg_3", at: StoreWorld.slot(660)) }
  }

  @Test("a comparison with a booking that has gone on since is void")
  func void() throws {
    let booking = try add("bkg_1", at: StoreWorld.slot(600))
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(
        booking: booking.id, change: .movedInCalendar,
        found: FoundEvent(revision: 3, time: StoreWorld.slot(700))),
      followUps: [.plain("follow")])
    #expect(try store.booking(booking.id) == booking)
    #expect(try store.claim().jobs == [])
  }
}
