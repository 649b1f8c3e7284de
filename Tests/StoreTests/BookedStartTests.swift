import Bookings
import Core
import Store
import TestSupport
import Testing

/// What a link's caps are counted from.
struct BookedStartTests {
  let world: StoreWorld
  let link: Link
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    link = try world.addLink()
  }

  private func add(_ id: String, at minutes: Int, _ state: BookingState) throws {
    try world.add(
      world.booking(id, of: link, at: StoreWorld.slot(minutes), state: state), of: link)
  }

  private func period(_ from: Int, _ to: Int) -> Interval {
    Interval(start: HandTurnedTime.start + .minutes(from), duration: .minutes(to - from))
  }

  private func count(_ from: Int, _ to: Int, excluding booking: String? = nil) throws -> Int {
    let (link, period) = (link.id, period(from, to))
    return try store.transact { ledger in
      try ledger.bookings(
        of: link, startingIn: period, excluding: booking.map { BookingID($0) })
    }
  }

  @Test func whatKeepsTimeCounts() throws {
    let states: [BookingState] = [
      .pending, .confirmed, .cancelling, .needsOwner, .cancelled, .rejected, .failed,
    ]
    for (number, state) in states.enumerated() {
      try add("bkg_\(number)", at: number * 60, state)
    }
    let starts = try store.bookedStarts(of: link.id, in: period(0, 600), excluding: nil)
    #expect(starts.map(\.booking.text).sorted() == ["bkg_0", "bkg_1", "bkg_2", "bkg_3"])
    #expect(try count(0, 600) == 4)
    #expect(try count(60, 120) == 1)
    #expect(try count(60, 60) == 0)
    #expect(try count(61, 180) == 1)
    #expect(try count(0, 600, excluding: "bkg_1") == 3)
    #expect(
      try store.bookedStarts(of: LinkID("lnk_9"), in: period(0, 600), excluding: nil).isEmpty)
  }

  @Test func aBookingThatIsMovedCountsForBothItsTimes() throws {
    try world.add(
      world.booking(of: link, at: StoreWorld.slot(60), state: .rescheduling), of: link,
      asking: StoreWorld.slot(300))
    #expect(try count(0, 120) == 1)
    #expect(try count(240, 360) == 1)
    #expect(try count(0, 360) == 1)
    #expect(try count(0, 360, excluding: "bkg_1") == 0)
    let starts = try store.bookedStarts(of: link.id, in: period(0, 360), excluding: nil)
    #expect(starts.map(\.start) == [StoreWorld.slot(60).start, StoreWorld.slot(300).start])
  }

  @Test func aGuestsBookingsAheadAreCountedWhateverTheCase() throws {
    try add("bkg_1", at: 60, .confirmed)
    try add("bkg_2", at: 180, .cancelled)
    let link = link.id
    func ahead(_ email: String) throws -> Int {
      try store.transact { try $0.bookingsAhead(of: email, under: link) }
    }
    #expect(try ahead("grace@EXAMPLE.com") == 1)
    #expect(try ahead("ada@example.com") == 0)
    world.time.advance(.minutes(90))
    #expect(try ahead("grace@example.com") == 0)
  }
}
