import Bookings
import Core
import Dispatch
import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import Web

@Suite struct GuestWaitingTests {
  private let start = "2026-03-02T18:00:00Z"

  @Test(arguments: [
    (BookingChange.confirmed, 201, "confirmed"), (.rejected, 200, "rejected"),
    (.failed, 200, "failed"),
  ])
  func holdsTheAnswerUntilTheEnding(change: BookingChange, status: Int, state: String) throws {
    let world = try GuestWorld(.example())
    let client = try world.client()
    try client.send(posting(.booking(start), [("Prefer", "wait=20")]))
    try settle(world, change)
    let answer = try client.response()
    #expect(answer.status == status)
    #expect(answer.json["state"]?.string == state)
    #expect(answer["preference-applied"] == "wait=20")
    #expect(answer["location"].map { "https://book.example\($0)" } == answer.json["url"]?.string)
  }

  @Test func answersPendingWhenTheTimeIsUp() throws {
    let world = try GuestWorld(.example())
    let answer = try world.post("/b/intro/bookings", .booking(start), [("Prefer", "wait=1")])
    #expect(answer.status == 202)
    #expect(answer["preference-applied"] == nil)
    #expect(answer.json["state"]?.string == "pending")
  }

  @Test("S11 while the first is held, a repeat is told so; another request is a mismatch")
  func tellsInFlight() throws {
    let world = try GuestWorld(.example())
    let key = [("Idempotency-Key", "click-0001")]
    let client = try world.client()
    try client.send(posting(.booking(start), key + [("Prefer", "wait=20")]))
    try awaitBooking(world)
    var repeated = try world.post("/b/intro/bookings", .booking(start), key)
    // Between the commit and the hold a repeat is answered as after it.
    for _ in 0..<100 where repeated.status != 409 {
      repeated = try world.post("/b/intro/bookings", .booking(start), key)
    }
    #expect(repeated.problem == "idempotency-in-flight")
    let other = try world.post("/b/intro/bookings", .booking("2026-03-02T19:00:00Z"), key)
    #expect(other.problem == "idempotency-mismatch")

    try settle(world, .confirmed)
    #expect(try client.response().status == 201)
    let after = try world.post("/b/intro/bookings", .booking(start), key)
    #expect(after.status == 202)
  }

  @Test(arguments: [
    ("wait=10", 10), ("Wait = \"5\"", 5), ("respond-async, wait=7", 7), ("wait=3; x=y", 3),
    ("wait=600", 30), ("wait=0", nil), ("wait=-1", nil), ("wait", nil), ("wait=soon", nil),
    ("", nil),
  ])
  func readsThePreference(header: String, seconds: Int?) {
    let request = Request(headers: RequestHeaders(["Prefer": header]))
    #expect(request.preferredWaitSeconds == seconds)
  }

  private func posting(_ body: JSON, _ headers: [(String, String)]) -> [UInt8] {
    let bytes = body.serialized()
    var head = "POST /b/intro/bookings HTTP/1.1\r\nHost: localhost\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Type: application/json\r\nContent-Length: \(bytes.count)\r\n\r\n"
    return Array(head.utf8) + bytes
  }

  private func settle(_ world: GuestWorld, _ change: BookingChange) throws {
    world.ledger.settle(try awaitBooking(world), change)
  }

  @discardableResult
  private func awaitBooking(_ world: GuestWorld) throws -> BookingID {
    let deadline = SystemTime().monotonic() + .seconds(10)
    while SystemTime().monotonic() < deadline {
      if let id = world.ledger.state.withLock({ $0.bookings.keys.first }) { return id }
      _ = try world.get("/healthz")
    }
    throw NothingBooked()
  }
}

private struct NothingBooked: Error {}
