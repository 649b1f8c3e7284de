import Bookings
import Core
import TestSupport
import Testing

@testable import Web

@Suite struct GuestChangesTests {
  @Test func showsTheBookingWithItsHistory() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let pending = try world.get(booking.path)
    #expect(pending.status == 200)
    #expect(pending.json["history"]?.array?.first?["change"]?.string == "booked")
    let tag = try #require(pending["etag"])
    #expect(try world.get(booking.path, [("If-None-Match", tag)]).status == 304)
    #expect(try world.get(booking.path, [("If-None-Match", "\"x\", W/\(tag)")]).status == 304)

    world.ledger.settle(booking.id, .confirmed)
    let confirmed = try world.get(booking.path, [("If-None-Match", tag)])
    #expect(confirmed.status == 200)
    #expect(confirmed.json["state"]?.string == "confirmed")
    #expect(confirmed.json["history"]?.array?.count == 2)
    #expect(try world.get("/r/" + String(repeating: "a", count: 69)).status == 404)
  }

  @Test("S8 waiting for the owner is pending to a guest, with the reason")
  func waitsForTheOwner() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    world.ledger.settle(booking.id, .waitsForOwner)
    let json = try world.get(booking.path).json
    #expect(json["state"]?.string == "pending")
    #expect(json["reason"]?.string?.contains("calendar") == true)
    #expect(try world.page(booking.path).text.contains("Waiting for the host’s calendar"))
  }

  @Test("S13 a second move is told that one is under way")
  func movesOnce() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let early = try world.post("\(booking.path)/reschedule", ["start": "2026-03-02T19:00:00Z"])
    #expect(early.problem == "change-in-progress")
    world.ledger.settle(booking.id, .confirmed)

    let moved = try world.post(
      "\(booking.path)/reschedule", ["start": "2026-03-02T19:00:00Z", "reason": "Lunch"])
    #expect(moved.status == 202)
    #expect(moved["location"] == booking.path)
    #expect(moved.json["state"]?.string == "rescheduling")
    #expect(moved.json["start"]?.string == "2026-03-02T18:00:00Z")
    #expect(moved.json["requestedStart"]?.string == "2026-03-02T19:00:00Z")
    #expect(moved.json["requestedEnd"]?.string == "2026-03-02T19:30:00Z")
    #expect(moved.json["revision"]?.integer == 1)
    let second = try world.post("\(booking.path)/reschedule", ["start": "2026-03-02T20:00:00Z"])
    #expect(second.status == 409)
    #expect(second.problem == "change-in-progress")

    world.ledger.settle(booking.id, .moved)
    #expect(try world.get(booking.path).json["start"]?.string == "2026-03-02T19:00:00Z")
  }

  @Test("S16 cancelling again answers the booking as it stands")
  func cancelsOnce() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let first = try world.client().request("POST", "\(booking.path)/cancel")
    #expect(first.status == 202)
    #expect(first.json["state"]?.string == "cancelling")
    let second = try world.post("\(booking.path)/cancel", ["reason": "again"])
    #expect(second.status == 200)
    #expect(second.json["state"]?.string == "cancelling")
    world.ledger.settle(booking.id, .cancelled)
    #expect(try world.post("\(booking.path)/cancel", [:]).json["state"]?.string == "cancelled")
    let moved = try world.post("\(booking.path)/reschedule", ["start": "2026-03-02T19:00:00Z"])
    #expect(moved.problem == "booking-cancelled")
  }

  @Test func namesWhatIsWrong() throws {
    let world = try GuestWorld(.example())
    let path = try world.book().path
    #expect(try world.post("\(path)/reschedule", [:]).pointers == ["#/start"])
    let long = JSON.string(String(repeating: "r", count: 1001))
    #expect(try world.post("\(path)/cancel", ["reason": long]).pointers == ["#/reason"])
    let plain = try world.client().request(
      "POST", "\(path)/reschedule", headers: [("Content-Type", "text/plain")], body: [0x7B, 0x7D])
    #expect(plain.status == 415)
    #expect(try world.post("/r/forged/cancel", [:]).status == 404)
  }

  @Test func sendsTheInvitationOnceConfirmed() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    #expect(try world.get("\(booking.path)/invite.ics").status == 404)
    world.ledger.settle(booking.id, .confirmed)
    let invite = try world.get("\(booking.path)/invite.ics")
    #expect(invite.status == 200)
    #expect(invite["content-type"] == "text/calendar; charset=utf-8")
    #expect(invite.text.hasPrefix("BEGIN:VCALENDAR"))
  }

  @Test func tellsEachChangeAsAnEvent() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let client = try world.client()
    try client.send("GET \(booking.path)/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.head()["content-type"] == "text/event-stream")
    #expect(try event(client).hasPrefix("id: 1\ndata: {\"url\":"))

    world.ledger.settle(booking.id, .confirmed)
    #expect(try event(client).contains(#""state":"confirmed""#))
    _ = try world.post("\(booking.path)/cancel", [:])
    #expect(try event(client).contains(#""state":"cancelling""#))
    world.ledger.settle(booking.id, .cancelled)
    let last = try event(client)
    #expect(last.hasPrefix("id: 4\n") && last.contains(#""state":"cancelled""#))
    #expect(try client.chunk() == nil)
  }

  @Test func doesNotRepeatWhatIsKnown() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let client = try world.client()
    try client.send(
      "GET \(booking.path)/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\n\r\n")
    _ = try client.head()
    world.ledger.settle(booking.id, .rejected)
    #expect(try event(client).hasPrefix("id: 2\n"))
    #expect(try client.chunk() == nil)
  }

  /// One event, which may come in several chunks.
  private func event(_ client: HTTPTestClient) throws -> String {
    var text = ""
    while !text.hasSuffix("\n\n") {
      guard let chunk = try client.chunk() else { break }
      text += String(decoding: chunk, as: UTF8.self)
    }
    return text
  }
}
