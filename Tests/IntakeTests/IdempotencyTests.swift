import Bookings
import Core
import Intake
import StoreTestSupport
import TestSupport
import Testing

@Suite struct IdempotencyTests {
  @Test("S11 Double click, and a retry an hour later: one booking, the same answer each time")
  func sameKeySameBody() throws {
    let world = try StoredWorld()
    try world.addLink()
    let request = BookingRequest("2026-03-10T17:00:00Z", key: "k1")
    world.busy.hold(until: 2)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    for _ in 0..<2 { world.intake.book(request) { answers.give($0) } }
    var accepted = try answers.take(2).map { try $0.get() }
    for _ in 0..<2 { accepted.append(try world.book(request)) }
    world.time.advance(.hours(1))
    accepted.append(try world.book(request))

    #expect(accepted.map(\.isRepeat) == [false, true, true, true, true])
    #expect(Set(accepted.map(\.booking)).count == 1)
    #expect(Set(accepted.map(\.job)).count == 1)
    #expect(Set(accepted.map(\.body)).count == 1)
    #expect(try world.kept() == [1, 1, 1, 0, 1, 1])
  }

  @Test("S11 The same key with another start is refused as such")
  func sameKeyOtherBody() throws {
    let world = try StoredWorld()
    try world.addLink()
    try world.book(BookingRequest("2026-03-10T17:00:00Z", key: "k1"))
    let other = error { try world.book(BookingRequest("2026-03-10T18:00:00Z", key: "k1")) }
    #expect(other?.isMismatch == true)
    #expect(try world.bookings().count == 1)
  }

  @Test(
    "S11 Two bodies under one key at the same moment: one is accepted, the other refused as such")
  func sameKeyOtherBodyAtOnce() throws {
    let world = try StoredWorld()
    try world.addLink()
    world.busy.hold(until: 2)
    let answers = Awaited<Result<Accepted, IntakeError>>()
    for start in ["2026-03-10T17:00:00Z", "2026-03-10T18:00:00Z"] {
      world.intake.book(BookingRequest(start, key: "k1")) { answers.give($0) }
    }
    let both = try answers.take(2)
    #expect(both.compactMap { try? $0.get() }.count == 1)
    #expect(both.compactMap { answer in error { try answer.get() } }.map(\.isMismatch) == [true])
    #expect(try world.bookings().count == 1)
  }

  @Test("S11 A refusal does not burn the key, and under another link it is another key")
  func refusalKeepsTheKey() throws {
    let world = try StoredWorld()
    try world.addLink()
    try world.addLink("home", destination: StoredWorld.home)
    try world.book("2026-03-10T17:00:00Z")
    let taken = BookingRequest("2026-03-10T17:00:00Z", key: "k1")
    #expect(refusal { try world.book(taken) } == .slotTaken)
    #expect(try world.count("SELECT count(*) FROM idempotency_keys") == 0)
    #expect(try !world.book(BookingRequest("2026-03-10T18:00:00Z", key: "k1")).isRepeat)
    #expect(
      try !world.book(BookingRequest("2026-03-10T18:00:00Z", on: "home", key: "k1")).isRepeat)
  }

  @Test func aRepeatIsAnsweredWhateverBecameOfLinkAndBooking() throws {
    let world = try StoredWorld()
    try world.addLink(kind: .singleUse)
    let request = BookingRequest("2026-03-10T17:00:00Z", key: "k1")
    let first = try world.book(request)
    try world.cancel(first.booking)
    try world.setState(.deleted)
    world.time.advance(.days(10))
    world.busy.setUnreadable([StoredWorld.work.id])
    let second = try world.book(request)
    #expect(second.isRepeat)
    #expect(second.body == first.body)
  }

  @Test func changesAreRepeatableToo() throws {
    let world = try StoredWorld()
    try world.addLink()
    let booking = try world.book("2026-03-10T17:00:00Z")
    try world.settle(booking, .confirmed)
    let moved = try world.reschedule(booking, to: "2026-03-10T18:00:00Z", key: "k1")
    let again = try world.reschedule(booking, to: "2026-03-10T18:00:00Z", key: "k1")
    #expect(!moved.isRepeat && again.isRepeat)
    #expect(moved.job == again.job)
    let other = error { try world.reschedule(booking, to: "2026-03-10T19:00:00Z", key: "k1") }
    #expect(other?.isMismatch == true)
    #expect(error { try world.cancel(booking, key: "k1") }?.isMismatch == true)

    guard case .accepted(let cancelled) = try world.cancel(booking, key: "k2"),
      case .accepted(let repeated) = try world.cancel(booking, key: "k2")
    else {
      Issue.record("a cancel, and its repeat, are accepted")
      return
    }
    #expect(repeated.isRepeat && repeated.job == cancelled.job)
    #expect(try world.booking(booking).revision == 2)
  }
}
