import Core
import Sandbox
import TestSupport

/// A sandbox on a port of the system's choice, whose clock the test turns.
final class SandboxUnderTest {
  struct Reply {
    let status: Int
    let headers: [(name: String, value: String)]
    /// Null where there is no body.
    let json: JSON

    var reason: String? { json["error"]?["errors"]?.array?.first?["reason"]?.string }
    var code: String? { json["error"]?["code"]?.string }
  }

  let time: HandTurnedTime
  let sandbox: Sandbox
  let port: UInt16
  private(set) var googleToken = ""
  private(set) var graphToken = ""

  init(seed: UInt64 = 7) throws {
    time = HandTurnedTime()
    var options = Sandbox.Options()
    options.seed = seed
    sandbox = Sandbox(options, zones: ZoneDatabase(), log: .discarded, time: time)
    try sandbox.start()
    port = UInt16(sandbox.baseURL?.split(separator: ":").last ?? "") ?? 0
    googleToken = try addAccount("google")
    graphToken = try addAccount("outlook")
  }

  deinit { sandbox.stop(by: time.monotonic()) }

  /// Adds alex@example.com, or somebody else, and returns the access token.
  func addAccount(_ provider: String, _ email: String = "alex@example.com") throws -> String {
    let account = try control(
      "POST", "accounts",
      ["provider": .string(provider), "email": .string(email), "timeZone": "Europe/Berlin"])
    return account.json["accessToken"]?.string ?? ""
  }

  @discardableResult
  func control(_ method: String, _ path: String, _ body: JSON? = nil) throws -> Reply {
    try call(method, "/sandbox/" + path, body)
  }

  @discardableResult
  func google(_ method: String, _ path: String, _ body: JSON? = nil) throws -> Reply {
    try call(
      method, "/calendar/v3/" + path, body, [("Authorization", "Bearer \(googleToken)")])
  }

  @discardableResult
  func graph(
    _ method: String, _ path: String, _ body: JSON? = nil, prefer: String = "IdType=\"ImmutableId\""
  ) throws -> Reply {
    try call(
      method, "/v1.0/" + path, body,
      [("Authorization", "Bearer \(graphToken)"), ("Prefer", prefer)])
  }

  /// Sends a form, as token endpoints take it.
  func form(_ path: String, _ fields: String) throws -> Reply {
    try reply(
      to: HTTPTestClient(port: port).request(
        "POST", path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
        body: Array(fields.utf8)))
  }

  /// On a connection of its own, so that one that was cut harms no other.
  func call(
    _ method: String, _ path: String, _ body: JSON? = nil, _ headers: [(String, String)] = []
  ) throws -> Reply {
    try reply(
      to: HTTPTestClient(port: port).request(
        method, path, headers: headers + [("Content-Type", "application/json")],
        body: body?.serialized() ?? []))
  }

  private func reply(to response: HTTPTestResponse) -> Reply {
    Reply(
      status: response.status, headers: response.headers.map { (name: $0.0, value: $0.1) },
      json: (try? JSON.parse(response.body)) ?? .null)
  }

  var calls: [JSON] {
    get throws { try control("GET", "calls").json["calls"]?.array ?? [] }
  }

  var mails: [JSON] {
    get throws { try control("GET", "mails").json["mails"]?.array ?? [] }
  }
}

/// An event as Google takes it, half an hour from 10:00 in Berlin.
func googleEvent(_ id: String = "bkaaaaa", _ more: JSON = [:]) -> JSON {
  let event: JSON = [
    "id": .string(id), "summary": "Intro call",
    "start": ["dateTime": "2027-01-15T10:00:00", "timeZone": "Europe/Berlin"],
    "end": ["dateTime": "2027-01-15T10:30:00", "timeZone": "Europe/Berlin"],
    "attendees": [["email": "sam@guest.example"]],
  ]
  return more.object?.members.reduce(event) { adding($0, $1.key, $1.value) } ?? event
}

/// The same as Graph takes it.
func graphEvent(_ transaction: String = "k1", _ more: JSON = [:]) -> JSON {
  let event: JSON = [
    "transactionId": .string(transaction), "subject": "Intro call",
    "start": ["dateTime": "2027-01-15T09:00:00", "timeZone": "UTC"],
    "end": ["dateTime": "2027-01-15T09:30:00", "timeZone": "UTC"],
    "attendees": [["emailAddress": ["address": "sam@guest.example"]]],
  ]
  return more.object?.members.reduce(event) { adding($0, $1.key, $1.value) } ?? event
}

private func adding(_ json: JSON, _ key: String, _ value: JSON) -> JSON {
  var object = json.object ?? JSONObject()
  object[key] = value
  return .object(object)
}

let googleEvents = "calendars/primary/events"
