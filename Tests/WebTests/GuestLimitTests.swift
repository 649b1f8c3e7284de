import Core
import TestSupport
import Testing

@testable import Web

/// Limits as guests behind a proxy meet them.
@Suite struct GuestLimitTests {
  private func options(perAddressAndLink: Int = 60, perEmail: Int = 20, perLink: Int = 600)
    -> RateLimits.Options
  {
    var options = RateLimits.Options()
    options.perAddressAndLink = perAddressAndLink
    options.perEmail = perEmail
    options.perLink = perLink
    return options
  }

  private let start = "2026-03-02T18:00:00Z"
  private let from = [("X-Forwarded-For", "203.0.113.7")]

  @Test func oneAddressIsToldWhenToComeAgainAndOthersBook() throws {
    let world = try GuestWorld(limits: options(perAddressAndLink: 2), .example())
    for _ in 0..<2 {
      let refused = try world.post("/b/intro/bookings", .booking("2026-03-03T03:00:00Z"), from)
      #expect(refused.problem == "outside-window")
    }
    let stopped = try world.post("/b/intro/bookings", .booking(start), from)
    #expect(stopped.status == 429)
    #expect(stopped.problem == "rate-limited")
    #expect(stopped["retry-after"] == "1800")
    #expect(world.ledger.state.withLock { $0.bookings.isEmpty })
    let other = try world.post(
      "/b/intro/bookings", .booking(start), [("X-Forwarded-For", "203.0.113.8")])
    #expect(other.status == 202)
  }

  @Test func whatCannotBeReadCostsNothing() throws {
    let world = try GuestWorld(limits: options(perAddressAndLink: 1), .example())
    for _ in 0..<5 {
      #expect(try world.post("/b/intro/bookings", ["start": 1], from).status == 422)
    }
    #expect(try world.post("/b/intro/bookings", .booking(start), from).status == 202)
  }

  @Test func aTakenTimeIsNotCountedAgainstTheGuest() throws {
    let world = try GuestWorld(limits: options(perEmail: 1), .example())
    _ = try world.book(start)
    for _ in 0..<3 {
      let taken = try world.post("/b/intro/bookings", .booking(start, email: "b@c.example"), from)
      #expect(taken.problem == "slot-taken")
    }
    let next = JSON.booking("2026-03-02T19:00:00Z", email: "b@c.example")
    #expect(try world.post("/b/intro/bookings", next, from).status == 202)
    let third = JSON.booking("2026-03-02T20:00:00Z", email: "b@c.example")
    #expect(try world.post("/b/intro/bookings", third, from).status == 429)
  }

  @Test func movesCountAndCancelsNever() throws {
    let world = try GuestWorld(limits: options(perEmail: 1), .example())
    let booking = try world.book(start)
    world.ledger.settle(booking.id, .confirmed)
    let times = ["2026-03-02T19:00:00Z", "2026-03-02T20:00:00Z"]
    let moved = try world.post(
      "\(booking.path)/reschedule", ["start": .string(times[0])], from)
    #expect(moved.status == 202)
    world.ledger.settle(booking.id, .moved)
    let again = try world.post(
      "\(booking.path)/reschedule", ["start": .string(times[1])], from)
    #expect(again.status == 429)
    #expect(try world.post("\(booking.path)/cancel", [:], from).status == 202)
  }

  @Test func thePageSaysItAndKeepsWhatWasTyped() throws {
    let world = try GuestWorld(limits: options(perAddressAndLink: 1), .example())
    let form: KeyValuePairs<String, String?> = [
      "start": start, "timeZone": "UTC", "name": "Ana", "email": "ana@example.com",
      "key": "0123456789",
    ]
    #expect(try world.postForm("/b/intro/bookings", form, from).status == 303)
    let page = try world.postForm("/b/intro/bookings", form, from)
    #expect(page.status == 429)
    #expect(page["retry-after"] != nil)
    #expect(page.words.contains("There were too many requests."))
    #expect(page.text.contains("ana@example.com"))
  }

  @Test func aProgramBesideTheProxyIsNotLimited() throws {
    let world = try GuestWorld(limits: options(perAddressAndLink: 1), .example())
    for _ in 0..<5 {
      #expect(try world.post("/b/intro/bookings", .booking("2026-03-03T03:00:00Z")).status == 422)
    }
  }
}
