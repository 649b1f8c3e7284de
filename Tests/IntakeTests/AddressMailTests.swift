import Bookings
import Core
import Intake
import Queue
import StoreTestSupport
import TestSupport
import Testing

/// "Mail me my booking": which booking is meant, and how often.
@Suite struct AddressMailTests {
  private let world: StoredWorld

  init() throws {
    world = try StoredWorld()
    try world.addLink()
  }

  /// Asks, and waits until everything that follows is on the disk.
  private func ask(_ email: String, under slug: String = "intro") throws {
    world.intake.mailAddress(under: slug, to: email)
    let lookedUp = Awaited<Bool>()
    world.store.aside { lookedUp.give(true) }
    _ = try lookedUp.take()
    try world.run("SELECT 1")
  }

  private func mails() throws -> [JSON] {
    try world.jobs(.invitation).map { try JSON.parse(Array($0.payload.utf8)) }
  }

  @Test func theGuestWhoBookedIsMailedOnceAnHour() throws {
    let id = try world.book(BookingRequest("2026-03-10T17:00:00Z", guest: "sam@guest.example"))
      .booking
    try ask("Sam@Guest.example")
    let mail = try #require(try mails().first)
    #expect(mail["message"] == "manageLink" && mail["recipient"] == "guest")
    #expect(mail["bookingId"]?.string == id.text)
    for _ in 0..<3 { try ask("sam@guest.example") }
    world.time.advance(.minutes(59))
    try ask("sam@guest.example")
    #expect(try mails().count == 1)
    world.time.advance(.minutes(1))
    try ask("sam@guest.example")
    #expect(try mails().count == 2)
    // Two mails that say the same are two.
    #expect(Set(try mails().map { $0["askedAt"]?.string }).count == 2)
  }

  @Test func nobodyElseIs() throws {
    try world.book(BookingRequest("2026-03-10T17:00:00Z", guest: "sam@guest.example"))
    try world.addLink("other")
    try ask("eve@guest.example")
    try ask("sam@guest.example", under: "other")
    try ask("sam@guest.example", under: "never-was")
    #expect(try mails().isEmpty)
    // What was asked for in vain does not use up the hour.
    try ask("sam@guest.example")
    #expect(try mails().count == 1)
  }

  @Test func theNextOneAheadIsMeantElseTheLast() throws {
    func book(_ start: String) throws -> BookingID {
      try world.book(BookingRequest(start, guest: "sam@guest.example")).booking
    }
    let first = try book("2026-03-03T09:00:00Z")
    let second = try book("2026-03-05T09:00:00Z")
    let third = try book("2026-03-09T09:00:00Z")
    func meant() throws -> BookingID? {
      try world.store.bookingToFind(
        under: world.link(), of: "sam@guest.example", now: world.time.now())
    }
    #expect(try meant() == first)
    world.time.advance(to: instant("2026-03-04T09:00:00Z"))
    #expect(try meant() == second)
    try world.cancel(second)
    try world.run("UPDATE bookings SET state = 'cancelled' WHERE id = '\(second)'")
    #expect(try meant() == third)
    world.time.advance(to: instant("2026-03-10T09:00:00Z"))
    #expect(try meant() == third)
  }

  @Test func aClockThatWasSetBackSilencesNobody() throws {
    try world.book(BookingRequest("2026-03-10T17:00:00Z", guest: "sam@guest.example"))
    try ask("sam@guest.example")
    try world.run("UPDATE address_mails SET sent_at = sent_at + 86400000")
    try ask("sam@guest.example")
    #expect(try mails().count == 2)
  }
}
