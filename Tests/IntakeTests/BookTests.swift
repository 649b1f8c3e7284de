import Bookings
import Core
import Dispatch
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

@Suite struct BookTests {
  @Test("S1 Two guests, one slot: one is accepted, 49 are offered others")
  func oneSlot() throws {
    let world = try StoredWorld()
    try world.addLink()
    world.busy.hold(until: 50)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    DispatchQueue.concurrentPerform(iterations: 50) { number in
      let request = BookingRequest("2026-03-10T17:00:00Z", guest: "guest\(number)@example.com")
      world.intake.book(request) { answers.give($0) }
    }

    let slot = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))
    var accepted: [Accepted] = []
    for answer in try answers.take(50) {
      switch answer {
      case .success(let one): accepted.append(one)
      case .failure(.refused(.slotTaken, let alternatives)):
        #expect(alternatives.count == 5)
        #expect(!alternatives.contains { $0.overlaps(slot) })
      case .failure(let error): Issue.record("\(error)")
      }
    }
    #expect(accepted.count == 1)
    #expect(try world.bookings().map(\.id) == accepted.map(\.booking))
    #expect(try world.bookings().map(\.state) == [.pending])
    #expect(try world.jobs().map(\.kind) == [.booking])
    #expect(try world.claims() == [slot])
  }

  @Test("S2 Overlap across links: what one link has taken is taken for all on that calendar")
  func acrossLinks() throws {
    let world = try StoredWorld()
    try world.addLink("hour", .open(durations: [60]))
    try world.addLink("half")
    try world.book("2026-03-10T17:00:00Z", on: "hour")

    for start in ["17:00", "17:30"] {
      #expect(
        refusal { try world.book("2026-03-10T\(start):00Z", on: "half") } == .slotTaken)
    }
    try world.book("2026-03-10T16:30:00Z", on: "half")
    try world.book("2026-03-10T18:00:00Z", on: "half")
    #expect(refusal { try world.book("2026-03-10T16:00:00Z", on: "hour") } == .slotTaken)
  }

  @Test("S2 A buffer of the first booking keeps the second away, and the other way round")
  func buffers() throws {
    let world = try StoredWorld()
    try world.addLink("hour", .open(durations: [60], bufferAfter: 15))
    try world.addLink("quarter", .open(step: 15))
    try world.addLink("careful", .open(step: 15, bufferBefore: 30))
    try world.book("2026-03-10T17:00:00Z", on: "hour")

    #expect(refusal { try world.book("2026-03-10T18:00:00Z", on: "quarter") } == .slotTaken)
    #expect(!(try world.slots(on: "2026-03-10", of: "quarter").contains("2026-03-10T18:00:00Z")))
    #expect(refusal { try world.book("2026-03-10T18:30:00Z", on: "careful") } == .slotTaken)
    try world.book("2026-03-10T18:15:00Z", on: "quarter")
    // 18:15 to 18:45, and half an hour clear before the next.
    try world.book("2026-03-10T19:15:00Z", on: "careful")
    #expect(refusal { try world.book("2026-03-10T18:45:00Z", on: "quarter") } == .slotTaken)
  }

  @Test("S2 A calendar counts for every link that names it, wherever that link's own events go")
  func acrossCalendars() throws {
    let world = try StoredWorld()
    try world.addLink("work")
    try world.addLink(
      "both", destination: StoredWorld.home, conflicts: [StoredWorld.work, StoredWorld.home])
    try world.addLink("home", destination: StoredWorld.home)
    try world.book("2026-03-10T17:00:00Z", on: "work")
    #expect(refusal { try world.book("2026-03-10T17:00:00Z", on: "both") } == .slotTaken)
    try world.book("2026-03-10T17:00:00Z", on: "home")

    try world.book("2026-03-10T19:00:00Z", on: "both")
    #expect(refusal { try world.book("2026-03-10T19:00:00Z", on: "home") } == .slotTaken)
    // It does not look at the home calendar, and nothing has been put on the one at work.
    try world.book("2026-03-10T19:00:00Z", on: "work")
  }

  @Test("S3 Single-use, different slots at once: one is accepted, for the other the link is spent")
  func singleUse() throws {
    let world = try StoredWorld()
    try world.addLink(kind: .singleUse)
    world.busy.hold(until: 2)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    for start in ["2026-03-10T17:00:00Z", "2026-03-10T18:00:00Z"] {
      world.intake.book(BookingRequest(start)) { answers.give($0) }
    }
    let (first, second) = (try answers.take(), try answers.take())
    let accepted = [first, second].compactMap { try? $0.get() }
    #expect(accepted.count == 1)
    #expect([first, second].compactMap(\.refusal) == [.linkSpent])
    #expect(try world.count("SELECT count(*) FROM spends") == 1)
    #expect(try world.link().state == .spent)
    #expect(try world.bookings().count == 1)
    #expect(refusal { try world.book("2026-03-10T20:00:00Z") } == .linkSpent)
  }

  @Test(arguments: [BookingChange.rejected, .failed])
  func aSpendIsGivenBackWhenItsBookingComesToNothing(_ change: BookingChange) throws {
    let world = try StoredWorld()
    try world.addLink(kind: .singleUse)
    let first = try world.book("2026-03-10T17:00:00Z")
    try world.settle(first, change)
    #expect(try world.link().state == .active)
    try world.book("2026-03-10T18:00:00Z")
    #expect(try world.count("SELECT count(*) FROM spends") == 2)
    #expect(try world.count("SELECT count(*) FROM spends WHERE released_at IS NULL") == 1)
  }

  @Test func anAcceptedBookingIsOnTheDiskWithItsJob() throws {
    let world = try StoredWorld()
    try world.addLink("intro", .open(bufferBefore: 10, bufferAfter: 5))
    let accepted = try world.book(BookingRequest("2026-03-10T17:00:00Z"))
    let later = try world.restarted()
    let booking = try later.booking(accepted.booking)
    let job = try later.job(accepted.job)

    #expect(booking.state == .pending)
    #expect(booking.revision == 0)
    #expect(booking.time.start == instant("2026-03-10T17:00:00Z"))
    #expect(
      try later.claims() == [
        Interval(start: instant("2026-03-10T16:50:00Z"), end: instant("2026-03-10T17:35:00Z"))
      ])
    #expect(job.state == .available)
    #expect(job.deadline == booking.time.start)
    #expect(job.sequence == "booking:\(booking.id)")
    #expect(job.payload.contains(booking.id.text))
    #expect(accepted.body == Array("\(booking.id) \(job.id)".utf8))
    #expect(try later.store.history(of: booking.id).map(\.change) == [.booked])
  }
}
