import Bookings
import Core
import TestSupport
import Testing

@testable import Web

/// A calendar that does not answer in time, while what it said a while ago is good enough.
@Suite struct SlowCalendarTests {
  private let day = "/b/intro/slots?from=2026-03-02&to=2026-03-02"
  private let since = instantOf("2026-03-02T07:57:00Z")

  @Test func theJSONSaysAsOfWhen() throws {
    let world = try GuestWorld(.example())
    let current = try world.get(day).json
    #expect(current["isCurrent"] == true && current["asOf"] == "2026-03-02T08:00:00Z")
    world.ledger.state.withLock { $0.standsInSince = since }
    let earlier = try world.get(day).json
    #expect(earlier["isCurrent"] == false && earlier["asOf"] == "2026-03-02T07:57:00Z")
    #expect(earlier["slots"] == current["slots"])
  }

  @Test func thePagesSayItToo() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    world.ledger.settle(booking.id, .confirmed)
    let pages = ["/b/intro?timeZone=Europe%2FLondon", "\(booking.path)?reschedule=1"]
    let words = "slow to answer. These times are as of 07:57"
    for page in pages { #expect(try !world.page(page).words.contains(words)) }
    world.ledger.state.withLock { $0.standsInSince = since }
    for page in pages { #expect(try world.page(page).words.contains(words), "\(page)") }
  }

  @Test("a slot that was booked is gone at once, whatever the calendar said before")
  func ourOwnBookings() throws {
    let world = try GuestWorld(.example())
    world.ledger.state.withLock { $0.standsInSince = since }
    let before = try world.get(day).json["slots"]?.array?.count
    _ = try world.book("2026-03-02T18:00:00Z")
    let slots = try #require(try world.get(day).json["slots"]?.array)
    #expect(slots.count + 1 == before)
    #expect(!slots.contains { $0["start"] == "2026-03-02T18:00:00Z" })
  }

  @Test("no times in the days shown are as old as the older of the two readings behind them")
  func theOlderCounts() throws {
    let world = try GuestWorld(.example())
    world.ledger.state.withLock { $0.standsInSince = since }
    let weekend = try world.get("/b/intro/slots?from=2026-03-07&to=2026-03-07").json
    #expect(weekend["slots"] == [] && weekend["nextAvailable"] != .null)
    #expect(weekend["isCurrent"] == false && weekend["asOf"] == "2026-03-02T07:57:00Z")
  }
}
