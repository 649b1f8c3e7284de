import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

extension StoredWorld {
  /// A booking of 10 March, 17:00, that has come to stand in `state`; its time is kept where that state
  /// keeps it.
  func booking(in state: BookingState) throws -> BookingID {
    let booking = try book("2026-03-10T17:00:00Z")
    switch state {
    case .pending: break
    case .confirmed: try settle(booking, .confirmed)
    case .rescheduling:
      try settle(booking, .confirmed)
      try reschedule(booking, to: "2026-03-10T19:00:00Z")
    case .needsOwner: try settle(booking, .waitsForOwner)
    case .rejected: try settle(booking, .rejected)
    case .failed: try settle(booking, .failed)
    case .cancelling, .cancelled:
      try settle(booking, .confirmed)
      try cancel(booking)
      if state == .cancelled { try settle(booking, .cancelled) }
    }
    #expect(try self.booking(booking).state == state)
    return booking
  }
}

@Suite struct CancelTests {
  @Test(arguments: [BookingState.confirmed, .rescheduling, .needsOwner])
  func aBookingThatKeepsTimeIsCancelled(_ state: BookingState) throws {
    let world = try StoredWorld()
    try world.addLink()
    let id = try world.booking(in: state)
    let revision = try world.booking(id).revision
    guard case .accepted(let accepted) = try world.cancel(id) else {
      Issue.record("not accepted")
      return
    }
    let booking = try world.booking(id)
    #expect(booking.state == .cancelling)
    #expect(booking.revision == revision + 1)
    #expect(booking.reason == "Ill")
    #expect(booking.requestedTime == nil)
    // Nobody gets the time before the calendar has let go of it.
    #expect(try world.claims() == [booking.time])
    let job = try world.job(accepted.job)
    #expect(job.kind == .cancel)
    #expect(job.payload.contains("\"revision\":\(booking.revision)"))
    #expect(job.deadline == nil)
    // A move that had not begun is not waited for.
    #expect(job.obstacle == nil)
  }

  /// Nothing is on the calendar and nobody was told anything: both jobs end, and nothing is sent.
  @Test func aBookingThatHadNotBegunIsCancelledAtOnce() throws {
    let world = try StoredWorld()
    try world.addLink()
    let id = try world.booking(in: .pending)
    guard case .accepted(let accepted) = try world.cancel(id) else {
      Issue.record("not accepted")
      return
    }
    #expect(try world.booking(id).state == .cancelled)
    #expect(try world.claims() == [])
    #expect(try world.job(accepted.job).state == .completed)
    let jobs = try world.store.jobs(JobQuery(organization: nil, limit: 10))
    #expect(jobs.map(\.state) == [.completed, .cancelled])
    #expect(jobs.map(\.kind) == [.cancel, .booking])
  }

  @Test("S16 A repeated cancel answers as it stands and makes no second job")
  func repeated() throws {
    for state in [BookingState.cancelling, .cancelled] {
      let world = try StoredWorld()
      try world.addLink()
      let id = try world.booking(in: state)
      let before = try world.kept()
      guard case .already(let booking) = try world.cancel(id) else {
        Issue.record("accepted again in \(state)")
        return
      }
      #expect(booking.state == state)
      #expect(try world.kept() == before)
    }
  }

  @Test(arguments: [BookingState.rejected, .failed])
  func whatCameToNothingIsOver(_ state: BookingState) throws {
    let world = try StoredWorld()
    try world.addLink()
    let id = try world.booking(in: state)
    let before = try world.kept()
    #expect(refusal { try world.cancel(id) } == .bookingOver)
    #expect(try world.kept() == before)
  }

  @Test func whatHasBegunIsOverAndAStrangerIsNotFound() throws {
    let world = try StoredWorld()
    try world.addLink()
    let id = try world.booking(in: .confirmed)
    #expect(error { try world.cancel(BookingID("bkg_x")) }?.isNotFound == true)
    world.time.advance(to: instant("2026-03-10T17:00:00Z"))
    #expect(refusal { try world.cancel(id) } == .bookingOver)
    #expect(try world.booking(id).state == .confirmed)
  }

  @Test func theTimeIsFreeOnceTheCalendarHasLetGo() throws {
    let world = try StoredWorld()
    try world.addLink()
    let id = try world.booking(in: .cancelling)
    #expect(refusal { try world.book("2026-03-10T17:00:00Z") } == .slotTaken)
    try world.settle(id, .cancelled)
    #expect(try world.claims().isEmpty)
    try world.book("2026-03-10T17:00:00Z")
  }

  @Test func aCancelledSingleUseLinkStaysSpent() throws {
    let world = try StoredWorld()
    try world.addLink(kind: .singleUse)
    _ = try world.booking(in: .cancelled)
    #expect(try world.link().state == .spent)
    #expect(try world.count("SELECT count(*) FROM spends WHERE released_at IS NULL") == 1)
  }
}
