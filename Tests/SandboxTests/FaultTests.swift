import Core
import TestSupport
import Testing

@Suite struct FaultTests {
  @Test func aFaultMeetsTheCallsItIsMeantForAndNoOthers() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control(
      "POST", "faults",
      [
        "kind": "serverError", "status": 502, "provider": "google", "method": "GET",
        "path": "*/events", "skip": 1, "times": 2, "account": "Alex@Example.com",
      ])
    let other = try sandbox.addAccount("google", "olga@example.com")
    let asOlga = {
      try sandbox.call(
        "GET", "/calendar/v3/" + googleEvents, nil, [("Authorization", "Bearer \(other)")])
    }
    #expect(try asOlga().status == 200)
    #expect(try sandbox.graph("GET", "me/events").status == 200)
    #expect(try sandbox.google("GET", "users/me/calendarList").status == 200)
    #expect(try sandbox.google("POST", googleEvents, googleEvent()).status == 200)
    let statuses = try (0..<4).map { _ in try sandbox.google("GET", googleEvents).status }
    #expect(statuses == [200, 502, 502, 200])
    #expect(try sandbox.calls.filter { $0["fault"] == "serverError" }.count == 2)
  }

  @Test func faultsAreMetInTheOrderInWhichTheyWereArmed() throws {
    let sandbox = try SandboxUnderTest()
    for status in [500, 501] {
      try sandbox.control(
        "POST", "faults", ["kind": "answer", "status": .integer(Int64(status)), "body": ["a": 1]])
    }
    #expect(try sandbox.control("GET", "faults").json["faults"]?.array?.count == 2)
    #expect(try sandbox.google("GET", googleEvents).status == 500)
    #expect(try sandbox.google("GET", googleEvents).json == ["a": 1])
    #expect(try sandbox.google("GET", googleEvents).status == 200)
  }

  @Test func aFaultWithoutEndLastsUntilItIsDisarmed() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("POST", "faults", ["kind": "unauthorized", "times": 0])
    for _ in 0..<3 { #expect(try sandbox.google("GET", googleEvents).status == 401) }
    #expect(try sandbox.graph("GET", "me").code == "InvalidAuthenticationToken")
    try sandbox.control("DELETE", "faults")
    #expect(try sandbox.google("GET", googleEvents).status == 200)
  }

  @Test(arguments: [(false, 0), (true, 1)])
  func aCutComesBeforeOrAfterTheCommit(_ afterCommit: Bool, _ stored: Int) throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("POST", "faults", ["kind": "cut", "afterCommit": .bool(afterCommit)])
    #expect(throws: HTTPTestClient.Failure.closed(partial: 0)) {
      try sandbox.google("POST", googleEvents + "?sendUpdates=all", googleEvent())
    }
    #expect(try sandbox.mails.count == stored)
    #expect(try sandbox.google("GET", googleEvents).json["items"]?.array?.count == stored)
    #expect(try sandbox.calls.first?["status"] == .null)
  }

  @Test(arguments: [(false, 0), (true, 1)])
  func aServerErrorComesBeforeOrAfterTheCommit(_ afterCommit: Bool, _ stored: Int) throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control(
      "POST", "faults",
      ["kind": "serverError", "afterCommit": .bool(afterCommit), "retryAfterSeconds": 9])
    let reply = try sandbox.graph("POST", "me/events", graphEvent())
    #expect(reply.status == 503)
    #expect(reply.code == "serviceNotAvailable")
    #expect(reply.headers.contains { $0.name == "retry-after" && $0.value == "9" })
    #expect(try sandbox.mails.count == stored)
    #expect(try sandbox.calls.first?["status"] == 503)
  }

  @Test func aTruncatedBodyBreaksOffWhereItIsToldTo() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("POST", "faults", ["kind": "truncated", "bytes": 12])
    let client = try HTTPTestClient(port: sandbox.port)
    try client.send(
      "GET /calendar/v3/\(googleEvents) HTTP/1.1\r\nHost: a\r\n"
        + "Authorization: Bearer \(sandbox.googleToken)\r\n\r\n")
    let head = try client.head()
    #expect(head.status == 200)
    #expect((Int(head["content-length"] ?? "") ?? 0) > 12)
    #expect(try client.rest().count == 12)
  }

  @Test(arguments: [
    ("throttled", 429, "rate_limit_exceeded"), ("serverError", 503, "temporarily_unavailable"),
    ("unauthorized", 400, "invalid_grant"),
  ])
  func tokenEndpointsFailInTheirOwnWords(_ kind: String, _ status: Int, _ error: String) throws {
    let sandbox = try SandboxUnderTest()
    var fault = JSONObject([("kind", .string(kind)), ("provider", "google"), ("path", "/token")])
    if kind == "throttled" { fault["form"] = "rateLimitExceeded429" }
    try sandbox.control("POST", "faults", .object(fault))
    let reply = try sandbox.form("/token", "grant_type=refresh_token&refresh_token=x")
    #expect(reply.status == status)
    #expect(reply.json["error"] == .string(error))
    #expect(try sandbox.form("/token", "grant_type=none").json["error"] == "unsupported_grant_type")
  }

  @Test func aStopDoesNotWaitForSlowAnswers() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("POST", "faults", ["kind": "slow", "milliseconds": 600_000])
    let client = try HTTPTestClient(port: sandbox.port)
    try client.send(
      "GET /calendar/v3/\(googleEvents) HTTP/1.1\r\nHost: a\r\n"
        + "Authorization: Bearer \(sandbox.googleToken)\r\n\r\n")
    while try sandbox.calls.isEmpty {}
    sandbox.sandbox.stop(by: sandbox.time.monotonic())
    #expect(sandbox.sandbox.baseURL == nil)
    // A 503 if there was time for it, else the connection's end; not the slow answer.
    let late = try? client.response()
    #expect(late == nil || late?.status == 503)
  }
}
