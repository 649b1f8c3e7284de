import Bookings
import Core
import Queue
import SQLite
import Store
import TestSupport
import Testing

/// What a worker found out, applied to its booking together with the end of its job: every state with every
/// change.
struct SettleTests {
  let world: StoreWorld
  let link: Link
  let old = StoreWorld.slot(600)
  let new = StoreWorld.slot(900)
  var store: Store { world.store }

  init() throws {
    world = try StoreWorld()
    link = try world.addLink(kind: .singleUse)
  }

  /// Everything that a settlement may touch.
  private struct Picture: Equatable {
    let booking: Booking?
    let history: [BookingHistoryEntry]
    let claims: [Interval]
    let spends: [StoreWorld.Spend]
    let linkState: Link.State?
    let jobs: Int
  }

  private func picture(_ id: BookingID) throws -> Picture {
    Picture(
      booking: try store.booking(id), history: try store.history(of: id),
      claims: try world.claims(), spends: try world.spends(),
      linkState: try store.link(link.id)?.state,
      jobs: try store.jobs(JobQuery(organization: nil, limit: 100)).count)
  }

  @Test(arguments: BookingState.allCases, BookingChange.allCases)
  func everyStateWithEveryChange(_ state: BookingState, _ change: BookingChange) throws {
    let stored = world.booking(of: link, at: old, state: state)
    let booking = try world.add(stored, of: link, asking: new)
    _ = try store.enqueue(.plain(sequence: "s"))
    let held = try store.enqueue(.plain(sequence: "s"))
    let job = try store.claimOne()
    let before = try picture(booking.id)
    world.time.advance(.seconds(5))

    func settle() throws {
      try store.finish(
        job, .completed,
        record: Settlement(
          booking: booking.id, change: change, reason: "because", found: found(change)),
        followUps: [.plain("follow")])
    }
    guard let next = state.after(change) else {
      try settle()
      #expect(try picture(booking.id) == before)
      #expect(try store.job(job.lease.job, of: nil)?.state == .completed)
      #expect(try store.claim().jobs.map(\.lease.job) == [held])
      return
    }
    if next == .rescheduling {
      // Only a guest can ask for that, with a time; the schema refuses it without one.
      #expect(throws: SQLiteError.self) { try settle() }
      #expect(try picture(booking.id) == before)
      #expect(try store.job(job.lease.job, of: nil)?.state == .executing)
      return
    }
    try settle()
    try expect(booking, before, became: next, by: change)
    #expect(try store.job(job.lease.job, of: nil)?.state == .completed)
    #expect(try store.claim().jobs.map(\.kind.rawValue).sorted() == ["chore", "follow"])
  }

  /// How the event was found, of a change that the host has made in the calendar.
  private func found(_ change: BookingChange) -> FoundEvent? {
    switch change {
    case .movedInCalendar: FoundEvent(revision: 0, time: new)
    case .cancelledInCalendar: FoundEvent(revision: 0, time: nil)
    default: nil
    }
  }

  private func expect(
    _ booking: Booking, _ before: Picture, became next: BookingState, by change: BookingChange
  ) throws {
    let after = try picture(booking.id)
    var expected = booking
    expected.state = next
    expected.time = change == .moved || change == .movedInCalendar ? new : old
    expected.revision = found(change)?.nextRevision ?? 0
    expected.requestedTime = nil
    expected.reason = "because"
    expected.updatedAt = world.time.now()
    #expect(after.booking == expected)
    #expect(
      after.history == before.history + [
        BookingHistoryEntry(
          at: world.time.now(), change: change, state: next, time: expected.time,
          reason: "because")
      ])
    #expect(after.claims == (next.keepsTime ? [booking.details.kept(expected.time)] : []))
    let isReleased = next == .rejected || next == .failed
    #expect(
      after.spends == [
        StoreWorld.Spend(
          link: link.id.text, booking: booking.id.text,
          reason: isReleased ? change.rawValue : nil)
      ])
    #expect(after.linkState == (isReleased ? .active : .spent))
    #expect(after.jobs == before.jobs + 1)
  }

  @Test("a video meeting's address is the first that is heard of, for the booking's life")
  func conference() throws {
    var booking = try world.add(world.booking(of: link, at: old), of: link)
    func settle(_ change: BookingChange, _ address: String?) throws {
      _ = try store.enqueue(.plain())
      try store.finish(
        try store.claimOne(), .completed,
        record: Settlement(booking: booking.id, change: change, conferenceURL: address),
        followUps: [])
    }
    try settle(.confirmed, "https://meet.example/a")
    booking = try #require(try store.booking(booking.id))
    #expect(booking.conferenceURL == "https://meet.example/a")
    booking.state = .rescheduling
    booking.requestedTime = new
    let asked = booking
    try store.transact { try $0.update(asked, after: .rescheduleRequested, by: .guest) }
    try settle(.moved, "https://meet.example/b")
    #expect(try store.booking(booking.id)?.conferenceURL == "https://meet.example/a")
    #expect(
      try store.bookings(BookingQuery(organization: StoreWorld.organization, limit: 1))
        .first?.conferenceURL == "https://meet.example/a")
  }

  @Test func aReschedulingBookingKeepsBothTimes() throws {
    let booking = try world.add(
      world.booking(of: link, at: old, state: .rescheduling), of: link, asking: new)
    #expect(try world.claims() == [old, new].map { booking.details.kept($0) })
  }

  /// S15: the times of a move by half a slot overlap each other.
  @Test func s15MoveByHalfASlot() throws {
    let half = StoreWorld.slot(615)
    let booking = try world.add(
      world.booking(of: link, at: old, state: .rescheduling), of: link, asking: half)
    #expect(try world.claims().count == 2)
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: booking.id, change: .moved), followUps: [])
    #expect(try world.claims() == [booking.details.kept(half)])
  }

  @Test func aLostLeaseSettlesNothing() throws {
    let booking = try world.add(world.booking(of: link, at: old), of: link)
    _ = try store.enqueue(.plain())
    let job = try store.claimOne()
    try store.finish(job, .retry(at: world.time.now()))
    let before = try picture(booking.id)
    #expect(throws: JobStoreError.leaseLost(job.lease)) {
      try store.finish(
        job, .completed, record: Settlement(booking: booking.id, change: .confirmed),
        followUps: [.plain("follow")])
    }
    #expect(try picture(booking.id) == before)
  }

  @Test func aBookingThatIsNotThereEndsItsJobAllTheSame() throws {
    let id = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: BookingID("bkg_9"), change: .confirmed),
      followUps: [.plain("follow")])
    #expect(try store.job(id, of: nil)?.state == .completed)
    #expect(try store.claim().jobs == [])
  }

  /// Released once, a link can be spent by another booking; the ledger keeps both rows.
  @Test func aReleasedLinkIsSpentAgain() throws {
    let first = try world.add(world.booking("bkg_1", of: link, at: old), of: link)
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: first.id, change: .rejected), followUps: [])
    try world.add(world.booking("bkg_2", of: link, at: old), of: link)
    #expect(
      try world.spends() == [
        StoreWorld.Spend(link: "lnk_1", booking: "bkg_1", reason: "rejected"),
        StoreWorld.Spend(link: "lnk_1", booking: "bkg_2", reason: nil),
      ])
    #expect(try store.link(link.id)?.state == .spent)
  }

  @Test func aDeletedLinkStaysDeletedWhenItsSpendIsReleased() throws {
    let booking = try world.add(world.booking(of: link, at: old), of: link)
    try store.delete(try #require(try store.link(link.id)))
    _ = try store.enqueue(.plain())
    try store.finish(
      try store.claimOne(), .completed,
      record: Settlement(booking: booking.id, change: .failed), followUps: [])
    #expect(try world.spends().first?.reason == "failed")
    #expect(try store.link(link.id)?.state == .deleted)
  }
}
