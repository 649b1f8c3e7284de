import Core
import Synchronization
import TestSupport
import Testing

/// Several do the same at once: the work is done once, and each hears what its provider would say.
@Suite struct RaceTests {
  private static func race(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> JSON
  ) -> [JSON] {
    let replies = Mutex<[JSON]>([])
    inThreads(count) { number in
      let reply = (try? body(number)) ?? .null
      replies.withLock { $0.append(reply) }
    }
    return replies.withLock { $0 }
  }

  @Test func oneOfManyInsertsOfOneIdWins() throws {
    let sandbox = try SandboxUnderTest()
    let (port, token) = (sandbox.port, sandbox.googleToken)
    let statuses = RaceTests.race(12) { _ in
      let response = try HTTPTestClient(port: port).request(
        "POST", "/calendar/v3/" + googleEvents + "?sendUpdates=all",
        headers: [("Authorization", "Bearer \(token)")], body: googleEvent().serialized())
      return .integer(Int64(response.status))
    }
    #expect(statuses.filter { $0 == 200 }.count == 1)
    #expect(statuses.filter { $0 == 409 }.count == 11)
    #expect(try sandbox.mails.count == 1)
  }

  @Test func oneTransactionIsOneEventForAll() throws {
    let sandbox = try SandboxUnderTest()
    let (port, token) = (sandbox.port, sandbox.graphToken)
    let ids = RaceTests.race(4) { _ in
      let response = try HTTPTestClient(port: port).request(
        "POST", "/v1.0/me/events", headers: [("Authorization", "Bearer \(token)")],
        body: graphEvent().serialized())
      return try JSON.parse(response.body)["id"] ?? .null
    }
    #expect(Set(ids.compactMap(\.string)).count == 1)
    #expect(ids.count == 4)
    #expect(try sandbox.mails.count == 1)
  }

  @Test func fiveCallsOfOneMailboxAtOnceAreOneTooMany() throws {
    let sandbox = try SandboxUnderTest()
    // Each is answered late, so that the next ones find it under way.
    try sandbox.control(
      "POST", "faults", ["kind": "slow", "milliseconds": 60_000, "times": 4, "commits": "last"])
    let waiting = try (0..<4).map { _ in
      let client = try HTTPTestClient(port: sandbox.port)
      try client.send(
        "GET /v1.0/me/calendars HTTP/1.1\r\nHost: a\r\n"
          + "Authorization: Bearer \(sandbox.graphToken)\r\n\r\n")
      // The ledger has a call when it has begun.
      while try sandbox.calls.last?["status"] != .null {}
      return client
    }
    while try sandbox.calls.count < 4 {}
    let fifth = try sandbox.graph("GET", "me/calendars")
    #expect(fifth.status == 429)
    #expect(fifth.code == "ApplicationThrottled")
    #expect(fifth.headers.contains { $0.name == "retry-after" && $0.value == "1" })
    #expect(try sandbox.calls.map { $0["concurrent"] } == [1, 2, 3, 4, 5])
    let other = try sandbox.addAccount("outlook", "olga@example.com")
    #expect(
      try sandbox.call(
        "GET", "/v1.0/me/calendars", nil, [("Authorization", "Bearer \(other)")]
      ).status == 200, "another mailbox has its own four")
    #expect(waiting.count == 4)
  }
}
