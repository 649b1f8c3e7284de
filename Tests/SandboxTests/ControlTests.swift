import Core
import Testing

/// What is said wrongly to the sandbox is refused with the field's name, and nothing happens.
@Suite struct ControlTests {
  struct Mistake: CustomTestStringConvertible {
    let call: (method: String, path: String)
    let body: JSON
    let status: Int
    let pointer: String

    init(_ method: String, _ path: String, _ body: JSON, _ status: Int, _ pointer: String) {
      call = (method, path)
      self.body = body
      self.status = status
      self.pointer = pointer
    }

    var testDescription: String { "\(call.method) \(call.path) \(pointer)" }
  }

  static let mistakes = [
    Mistake("POST", "accounts", [:], 400, "#/provider"),
    Mistake("POST", "accounts", ["provider": "apple", "email": "a@b.example"], 400, "#/provider"),
    Mistake(
      "POST", "accounts", ["provider": "google", "email": "alex@example.com"], 409, "#/email"),
    Mistake(
      "POST", "accounts", ["provider": "google", "email": "a@b.example", "timeZone": "Mars/Base"],
      400, "#/timeZone"),
    Mistake(
      "POST", "accounts", ["provider": "google", "email": "a@b.example", "name2": "x"], 400,
      "#/name2"),
    Mistake(
      "POST", "tokens", ["provider": "google", "account": "nobody@example.com"], 404, "#/account"),
    Mistake("POST", "tokens", ["provider": "google", "appOnly": true], 400, "#/appOnly"),
    Mistake("POST", "faults", ["kind": "flood"], 400, "#/kind"),
    Mistake("POST", "faults", ["kind": "throttled", "form": "x"], 400, "#/provider"),
    Mistake(
      "POST", "faults", ["kind": "throttled", "provider": "outlook", "form": "quotaExceeded"], 400,
      "#/form"),
    Mistake("POST", "faults", ["kind": "slow"], 400, "#/milliseconds"),
    Mistake(
      "POST", "faults", ["kind": "slow", "milliseconds": 1, "commits": "x"], 400, "#/commits"),
    Mistake("POST", "faults", ["kind": "answer", "status": 100], 400, "#/status"),
    Mistake("POST", "clock", [:], 400, "#"),
    Mistake("POST", "clock", ["now": "soon"], 400, "#/now"),
    Mistake("PATCH", "settings", ["latencyMilliseconds": -1], 400, "#/latencyMilliseconds"),
    Mistake("PATCH", "settings", ["duplicateTransaction": "x"], 400, "#/duplicateTransaction"),
    Mistake(
      "DELETE", "calendars",
      ["provider": "outlook", "account": "alex@example.com", "calendar": "x"], 400, "#/calendar"),
    Mistake(
      "PATCH", "events", ["provider": "google", "account": "alex@example.com", "id": "bkzzzzz"],
      404, "#/id"),
    Mistake(
      "POST", "responses",
      [
        "provider": "google", "account": "alex@example.com", "id": "x", "guest": "a@b.example",
        "response": "maybe",
      ], 400, "#/response"),
    Mistake("POST", "nowhere", [:], 404, "path"),
  ]

  @Test(arguments: mistakes) func aMistakeNamesItsField(_ mistake: Mistake) throws {
    let sandbox = try SandboxUnderTest()
    let before = try sandbox.control("GET", "").json
    let reply = try sandbox.control(mistake.call.method, mistake.call.path, mistake.body)
    #expect(reply.status == mistake.status)
    let pointers = reply.json["errors"]?.array?.compactMap { $0["pointer"]?.string } ?? []
    #expect(pointers.contains(mistake.pointer), "\(reply.json)")
    #expect(try sandbox.control("GET", "").json == before)
  }

  @Test func whatIsNoJSONIsRefused() throws {
    let sandbox = try SandboxUnderTest()
    let reply = try sandbox.form("/sandbox/accounts", "provider=google")
    #expect(reply.status == 400)
    #expect(reply.json["errors"]?.array?.first?["pointer"] == "#")
  }

  @Test func theOverviewSaysWhereEverythingIs() throws {
    let sandbox = try SandboxUnderTest()
    let json = try sandbox.control("GET", "").json
    #expect(json["google"]?["apiBaseUrl"]?.string?.hasSuffix("/calendar/v3") == true)
    #expect(json["outlook"]?["tokenUrl"]?.string?.hasSuffix("/common/oauth2/v2.0/token") == true)
    #expect(json["calls"] == 0)
  }

  @Test func noTokenOrCodeStandsInTheLedger() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.google("GET", googleEvents)
    _ = try sandbox.form("/token", "grant_type=refresh_token&refresh_token=secret-token")
    let ledger = String(decoding: JSON.array(try sandbox.calls).serialized(), as: UTF8.self)
    #expect(!ledger.contains("secret-token"))
    #expect(!ledger.contains(sandbox.googleToken))
  }
}
