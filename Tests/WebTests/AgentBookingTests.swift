import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct AgentBookingTests {
  private let world = AgentWorld()

  init() {
    world.records.change { state in
      state.links = [
        .fixture(1), .fixture(2, host: AgentWorld.ben), .fixture(3, host: AgentWorld.eve),
      ]
      state.bookings = [
        .fixture(1), .fixture(2, link: 2, host: AgentWorld.ben),
        .fixture(3, link: 3, host: AgentWorld.eve), .fixture(4, state: .needsOwner),
      ]
    }
  }

  private func booking(_ number: Int) throws -> Booking {
    try #require(try world.records.booking(BookingID("bkg_\(number)")))
  }

  // MARK: Reading

  @Test func aListIsTheOrganizationsNewestFirst() throws {
    let answer = try world.send(.get, "/v1/bookings", key: AgentWorld.organizationKey)
    #expect(answer.status == 200)
    #expect(answer.ids == ["bkg_4", "bkg_2", "bkg_1"])
    #expect(answer.json["nextCursor"] == .null)
    // The host reads what only the host can mend; a guest reads pending.
    #expect(answer.json["data"]?.array?.first?["state"] == "needsOwner")
  }

  @Test func filtersReachTheRecords() throws {
    let answer = try world.send(
      .get, "/v1/bookings",
      query: [
        ("link", "lnk_1"), ("from", "2026-03-02T00:00:00Z"), ("to", "2026-03-09T00:00:00+01:00"),
        ("state", "confirmed"), ("guest", "gil@example.com"), ("cursor", "bkg_4"),
      ])
    #expect(answer.status == 200)
    let asked = try #require(try world.records.read { $0.bookingQuery })
    #expect(asked.organization == AgentWorld.organization)
    #expect(asked.host == AgentWorld.ana.id)
    #expect(asked.link == LinkID("lnk_1"))
    #expect(asked.from == Timestamp(rfc3339: "2026-03-02T00:00:00Z"))
    #expect(asked.to == Timestamp(rfc3339: "2026-03-08T23:00:00Z"))
    #expect(asked.state == .confirmed)
    #expect(asked.guestEmail == "gil@example.com")
    #expect(asked.before == BookingID("bkg_4"))
    #expect(asked.limit == 51)
  }

  @Test(arguments: [
    ([("from", "2026-03-02")], "?from"), ([("to", "tomorrow")], "?to"),
    ([("from", "2026-03-02T00:00:00Z"), ("to", "2026-03-02T00:00:00Z")], "?to"),
    ([("state", "done")], "?state"), ([("limit", "-1")], "?limit"),
    ([("email", "a@b.c")], "?email"),
  ])
  func aQueryAtFaultIsNamed(_ query: [Request.QueryItem], _ pointer: String) throws {
    let answer = try world.send(.get, "/v1/bookings", query: query)
    #expect(answer.status == 422)
    #expect(answer.pointers == [pointer])
  }

  @Test func aCursorOfSomebodysMakingIsMalformed() throws {
    let answer = try world.send(.get, "/v1/bookings", query: [("cursor", "lnk_1")])
    #expect(answer.status == 400)
  }

  @Test func oneBookingComesWithItsHistory() throws {
    world.records.change { state in
      state.history[BookingID("bkg_1")] = [
        BookingHistoryEntry(
          at: AgentWorld.now, change: .booked, state: .pending,
          time: Interval(start: AgentWorld.now, duration: .minutes(30)), reason: nil)
      ]
    }
    let answer = try world.send(.get, "/v1/bookings/bkg_1")
    #expect(answer.status == 200)
    #expect(answer.json["guest"] == ["name": "Gil", "email": "gil@example.com"])
    #expect(answer.json["history"]?.array?.count == 1)
    #expect(answer.json["history"]?.array?.first?["change"] == "booked")
  }

  @Test func aKeyThatMayOnlyReadIsNotHandedTheGuestsCapability() throws {
    world.addKey("reader", host: nil, scopes: [.bookingsRead])
    for path in ["/v1/bookings", "/v1/bookings/bkg_1"] {
      let token = world.parts.tokens.token(for: BookingID("bkg_1"))
      let read = try world.send(.get, path, key: "reader")
      #expect(read.status == 200)
      #expect(read.text.contains("bkg_1") && !read.text.contains(token))
      #expect(try world.send(.get, path).text.contains("https://book.example/r/\(token)"))
    }
  }

  @Test func theServersAddressMayBeKnownOnlyLater() throws {
    world.records.change { $0.publicURL = "http://127.0.0.1:4711" }
    for path in ["/v1/bookings", "/v1/bookings/bkg_1"] {
      #expect(try world.send(.get, path).text.contains("\"http://127.0.0.1:4711/r/"), "\(path)")
    }
    let answer = try world.send(.post, "/v1/bookings/bkg_1/cancel")
    #expect(answer.json["url"]?.string?.hasPrefix("http://127.0.0.1:4711/r/") == true)
  }

  @Test(arguments: ["/v1/bookings/bkg_2", "/v1/bookings/bkg_3"])
  func somebodyElsesBookingIsAsIfItWereNotThere(_ path: String) throws {
    let missing = try world.send(.get, "/v1/bookings/bkg_none")
    #expect(missing.status == 404)
    #expect(try world.send(.get, path).text == missing.text)
    let cancel = try world.send(.post, path + "/cancel")
    #expect(cancel.text == missing.text)
    let move = try world.send(
      .post, path + "/reschedule", body: #"{"start":"2026-03-04T09:00:00Z"}"#)
    #expect(move.text == missing.text)
    #expect(try world.records.read { $0.jobs.isEmpty })
  }

  // MARK: Changing

  @Test func aHostCancels() throws {
    let answer = try world.send(
      .post, "/v1/bookings/bkg_1/cancel", body: #"{"reason":"I am ill"}"#)
    #expect(answer.status == 202)
    #expect(answer.json["state"] == "cancelling")
    #expect(answer.json["reason"] == "I am ill")
    #expect(answer.json["job"] == ["id": "job_1", "state": "available"])
    #expect(answer.header("Location") == "https://book.example/v1/bookings/bkg_1")
    #expect(try booking(1).state == .cancelling)

    let again = try world.send(.post, "/v1/bookings/bkg_1/cancel")
    #expect(again.status == 200)
    #expect(again.json["state"] == "cancelling")
    #expect(try world.records.read { $0.jobs.count } == 1)
  }

  @Test func aHostMovesABooking() throws {
    let answer = try world.send(
      .post, "/v1/bookings/bkg_1/reschedule", body: #"{"start":"2026-03-04T09:00:00Z"}"#)
    #expect(answer.status == 202)
    #expect(answer.json["state"] == "rescheduling")
    #expect(answer.json["start"] == "2026-03-03T12:00:00Z")
    #expect(answer.json["requestedStart"] == "2026-03-04T09:00:00Z")
  }

  @Test func aMoveThatTheLinkDoesNotOfferIsRefused() throws {
    let answer = try world.send(
      .post, "/v1/bookings/bkg_1/reschedule", body: #"{"start":"2026-03-04T09:10:00Z"}"#)
    #expect(answer.status == 422)
    #expect(answer.problem == "not-on-grid")
    #expect(try booking(1).state == .confirmed)
  }

  @Test(arguments: [
    ("reschedule", #"{}"#, "#/start"), ("reschedule", #"{"start":"soon"}"#, "#/start"),
    ("reschedule", #"{"start":"2026-03-04T09:00:00Z","end":1}"#, "#/end"),
    ("cancel", #"{"reason":7}"#, "#/reason"), ("cancel", #"{"why":"so"}"#, "#/why"),
  ])
  func aBodyAtFaultIsNamed(_ change: String, _ body: String, _ pointer: String) throws {
    let answer = try world.send(.post, "/v1/bookings/bkg_1/\(change)", body: body)
    #expect(answer.status == 422)
    #expect(answer.pointers == [pointer])
    #expect(try booking(1).state == .confirmed)
  }

  @Test func anAnswerCanBeWaitedFor() throws {
    world.ledger.endsJobs.withLock { $0 = true }
    let answer = try world.send(
      .post, "/v1/bookings/bkg_1/cancel", headers: ["Prefer": "wait=5"])
    #expect(answer.status == 200)
    #expect(answer.header("Preference-Applied") == "wait=5")
    #expect(answer.json["job"] == nil)
  }

  @Test func aWaitThatIsTooShortAnswersAsWithoutIt() throws {
    let answer = try world.send(
      .post, "/v1/bookings/bkg_1/cancel", headers: ["Prefer": "wait=1"])
    #expect(answer.status == 202)
    #expect(answer.header("Preference-Applied") == nil)
  }

  @Test func theSameKeyAndBodyGiveTheSameAnswer() throws {
    func cancel(_ key: String, _ body: String) throws -> Answered {
      try world.send(
        .post, "/v1/bookings/bkg_1/cancel", headers: ["Idempotency-Key": key], body: body)
    }
    let first = try cancel("key-number-1", #"{"reason":"ill"}"#)
    #expect(first.status == 202)
    #expect(try cancel("key-number-1", #"{"reason":"ill"}"#).text == first.text)
    let other = try cancel("key-number-1", #"{"reason":"well"}"#)
    #expect(other.status == 422)
    #expect(other.problem == "idempotency-mismatch")
    #expect(try cancel("short", #"{"reason":"ill"}"#).status == 400)
  }
}
