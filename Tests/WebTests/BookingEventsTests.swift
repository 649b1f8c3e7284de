import Bookings
import Core
import TestSupport
import Testing

@testable import Web

/// `GET /r/{token}/events`, as a browser's EventSource meets it.
@Suite struct BookingEventsTests {
  private func listen(
    _ world: GuestWorld, _ path: String, lastEvent: String? = nil
  ) throws -> HTTPTestClient {
    let client = try world.client()
    let known = lastEvent.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    try client.send("GET \(path)/events HTTP/1.1\r\nHost: localhost\r\n\(known)\r\n")
    return client
  }

  /// The next event, heartbeats left out.
  private func event(_ client: HTTPTestClient) throws -> (id: String, state: String?)? {
    while let chunk = try client.chunk() {
      let lines = String(decoding: chunk, as: UTF8.self).split(separator: "\n")
      guard let id = lines.first(where: { $0.hasPrefix("id: ") }) else { continue }
      let data = lines.first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? ""
      return (String(id.dropFirst(4)), try JSON.parse(Array(data.utf8))["state"]?.string)
    }
    return nil
  }

  @Test func everyChangeIsAnEventAndTheEndEndsIt() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let client = try listen(world, booking.path)
    #expect(try client.head()["content-type"] == "text/event-stream")
    #expect(try event(client)?.state == "pending")
    world.ledger.settle(booking.id, .confirmed)
    #expect(try event(client)?.state == "confirmed")
    _ = try world.post("\(booking.path)/cancel", [:])
    #expect(try event(client)?.state == "cancelling")
    world.ledger.settle(booking.id, .cancelled)
    let last = try #require(try event(client))
    #expect(last.state == "cancelled" && last.id == "4")
    #expect(try client.chunk() == nil)
  }

  @Test("a video meeting's address that comes late is told, and once")
  func lateConference() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let client = try listen(world, booking.path)
    _ = try client.head()
    #expect(try event(client)?.state == "pending")
    world.ledger.settle(booking.id, .confirmed)
    #expect(try event(client)?.id == "2")
    world.ledger.learn("https://meet.example/abc", of: booking.id)
    world.ledger.learn("https://meet.example/abc", of: booking.id)
    #expect(try event(client)?.id == "2+")
    world.ledger.settle(
      booking.id, .movedInCalendar,
      to: Interval(start: instant("2026-03-03T19:00:00Z"), duration: .minutes(30)))
    #expect(try event(client)?.id == "3+")
  }

  @Test func whoComesBackIsToldOnlyWhatIsNew() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    let client = try listen(world, booking.path, lastEvent: "1")
    #expect(try client.head().status == 200)
    world.ledger.settle(booking.id, .confirmed)
    // The first that comes is the second of the booking's life.
    #expect(try event(client)?.id == "2")
    // One who knows of nothing of the kind is told how things are.
    for id in ["0", "nonsense", "999"] {
      let stranger = try listen(world, booking.path, lastEvent: id)
      _ = try stranger.head()
      #expect(try event(stranger)?.state == "confirmed", "\(id)")
    }
  }

  @Test("whoever knows the end is told not to come back")
  func theEndIsKnown() throws {
    let world = try GuestWorld(.example())
    let booking = try world.book()
    world.ledger.settle(booking.id, .rejected, reason: "taken")
    let answer = try world.get(
      "\(booking.path)/events", accept: "text/event-stream", [("Last-Event-ID", "2")])
    #expect(answer.status == 204)
    let late = try listen(world, booking.path, lastEvent: "1")
    #expect(try late.head().status == 200)
    #expect(try event(late)?.state == "rejected")
    #expect(try late.chunk() == nil)
  }

  @Test func silenceIsBrokenByAHeartbeat() throws {
    let world = try GuestWorld(heartbeat: .milliseconds(50), .example())
    let booking = try world.book()
    let client = try listen(world, booking.path)
    _ = try client.head()
    _ = try event(client)
    for _ in 0..<3 {
      let chunk = try #require(try client.chunk())
      #expect(String(decoding: chunk, as: UTF8.self) == ": still here\n\n")
    }
  }

  @Test func aHeadIsAnsweredAndLeavesNothingOpen() throws {
    let world = try GuestWorld(.example())
    let path = try world.book().path
    let answer = try world.client().request("HEAD", "\(path)/events")
    #expect(answer.status == 200 && answer["content-type"] == "text/event-stream")
    #expect(answer["connection"] == "close")
  }

  @Test func aForgedTokenHasNoEvents() throws {
    let world = try GuestWorld(.example())
    let path = try world.book().path
    #expect(try world.get("\(path.dropLast())A/events").status == 404)
  }
}
