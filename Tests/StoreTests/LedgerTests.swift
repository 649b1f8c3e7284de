import Bookings
import Core
import Intake
import SQLite
import Store
import Synchronization
import TestSupport
import Testing

/// The verbs inside a transaction, and what they leave in the file.
struct LedgerTests {
  private struct Oops: Error {}

  let world: StoreWorld
  let link: Link
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    link = try world.addLink(kind: .singleUse)
  }

  @Test func aBookingComesBackAsItWasStored() throws {
    let booking = world.booking(of: link, at: StoreWorld.slot(60))
    try world.add(booking, of: link)
    #expect(try store.booking(booking.id) == booking)
    #expect(try store.booking(BookingID("bkg_9")) == nil)
    #expect(
      try store.history(of: booking.id) == [
        BookingHistoryEntry(
          at: world.time.now(), change: .booked, state: .pending, time: booking.time, reason: nil)
      ])
    #expect(try world.claims() == [booking.details.kept(booking.time)])
  }

  @Test func aTransactionThatFailsLeavesNothing() throws {
    let booking = world.booking(of: link, at: StoreWorld.slot(60))
    #expect(throws: Oops.self) {
      try store.transact { [link] ledger in
        _ = try ledger.spend(link.id, for: booking.id)
        try ledger.insert(booking)
        _ = try ledger.enqueue(.plain())
        throw Oops()
      }
    }
    #expect(try store.booking(booking.id) == nil)
    #expect(try store.history(of: booking.id) == [])
    #expect(try world.claims() == [])
    #expect(try world.spends() == [])
    #expect(try store.link(link.id) == link)
  }

  /// A spend whose booking is never stored, which only a programmer can bring about.
  @Test func aSpendWithoutItsBookingIsRefused() throws {
    #expect(throws: SQLiteError.self) {
      try store.transact { [link] in try $0.spend(link.id, for: BookingID("bkg_9")) }
    }
    #expect(try world.spends() == [])
    #expect(try store.link(link.id)?.state == .active)
  }

  @Test func s3ASingleUseLinkIsSpentOnce() throws {
    try world.add(world.booking("bkg_1", of: link, at: StoreWorld.slot(60)), of: link)
    #expect(try store.link(link.id)?.state == .spent)
    #expect(try store.link(link.id)?.revision == 2)
    let isSpent = try store.transact { [link] in
      try $0.spend(link.id, for: BookingID("bkg_2"))
    }
    #expect(!isSpent)
    #expect(try world.spends().count == 1)
    let standing = try store.transact { [link] in try $0.standing(of: link.id) }
    #expect(standing == LinkStanding(state: .spent, revision: 2))
  }

  @Test func aLinkThatIsNotThereHasNoStanding() throws {
    let standing = try store.transact { try $0.standing(of: LinkID("lnk_9")) }
    #expect(standing == nil)
  }

  @Test func aClaimIsSeenWithItsBuffers() throws {
    let booking = world.booking(of: link, at: StoreWorld.slot(60))
    try world.add(booking, of: link)
    func isClaimed(_ minutes: Int, excluding: BookingID? = nil) throws -> Bool {
      try store.transact {
        try $0.isClaimed(
          StoreWorld.slot(minutes), on: [StoreWorld.otherCalendar, StoreWorld.calendar],
          excluding: excluding)
      }
    }
    // 00:55 to 01:40 is kept.
    #expect(try !isClaimed(25))
    #expect(try isClaimed(26))
    #expect(try isClaimed(99))
    #expect(try !isClaimed(100))
    #expect(try !isClaimed(60, excluding: booking.id))
    let elsewhere = try store.transact {
      try $0.isClaimed(StoreWorld.slot(60), on: [StoreWorld.otherCalendar], excluding: nil)
    }
    #expect(!elsewhere)
  }

  /// A claim may be as long as the longest meeting with the longest buffers: a reader looks back that far.
  @Test func theLongestClaimIsFound() throws {
    var booking = world.booking(
      of: link, at: Interval(start: HandTurnedTime.start, duration: .days(1)))
    booking = Booking(
      id: booking.id, organization: booking.organization, link: booking.link,
      calendar: booking.calendar, state: .pending, revision: 0, time: booking.time,
      details: BookingDetails(
        title: "Long", location: "", guestTimeZone: "UTC", hostTimeZone: "UTC",
        guest: booking.details.guest, bufferBeforeMinutes: 1440, bufferAfterMinutes: 1440),
      createdAt: booking.createdAt, updatedAt: booking.updatedAt)
    try world.add(booking, of: link)
    let last = Interval(start: HandTurnedTime.start + .days(2) - .minutes(1), duration: .hours(1))
    #expect(
      try store.claims(on: [StoreWorld.calendar], during: last, excluding: nil)
        == [booking.details.kept(booking.time)])
    #expect(
      try store.claims(on: [StoreWorld.calendar], during: last, excluding: booking.id) == [])
  }

  /// Two that have both looked before either writes: the schema decides.
  @Test func s1OfFiftyOneGetsTheSlot() throws {
    let won = Atomic(0)
    let refused = Atomic(0)
    let (store, booking) = (store, world.booking(of: try world.addLink("lnk_2"), at: slot))
    inThreads(10) { thread in
      for number in 0..<5 {
        let own = booking.renamed("bkg_\(thread)_\(number)")
        do {
          try store.transact { try $0.insert(own) }
          won.wrappingAdd(1, ordering: .relaxed)
        } catch let error as SQLiteError where error.kind == .constraint {
          refused.wrappingAdd(1, ordering: .relaxed)
        } catch {}
      }
    }
    #expect(won.load(ordering: .relaxed) == 1)
    #expect(refused.load(ordering: .relaxed) == 49)
    #expect(try world.claims().count == 1)
    #expect(try world.rows("SELECT count(*) FROM bookings") { $0.int(0) } == [1])
  }

  private let slot = StoreWorld.slot(60)
}

extension Booking {
  func renamed(_ id: String) -> Booking {
    Booking(
      id: BookingID(id), organization: organization, link: link, calendar: calendar, state: state,
      revision: revision, time: time, details: details, createdAt: createdAt,
      updatedAt: updatedAt)
  }
}
