import Bookings
import Calendars
import Core
import HTTPClient
import Sandbox

/// One account at a Google or Microsoft of its own, what its host and others do there, and what the provider
/// has seen and sent.
final class SandboxAccount: Sendable {
  let kind: Connection.Provider
  let calendar: Calendar
  let provider: any CalendarProvider
  private let sandbox: Sandbox
  private let base: String
  private static let http = HTTPClient()
  static let email = "alex@example.com"

  init(
    _ kind: Connection.Provider, timeZone: String = "Europe/Berlin", isPersonal: Bool = false
  ) throws {
    self.kind = kind
    sandbox = Sandbox(zones: CalDAVProvider.zones, log: .discarded)
    try sandbox.start()
    guard let base = sandbox.baseURL else { throw SandboxRefused(what: "no port") }
    self.base = base
    let made = try SandboxAccount.control(
      base, "POST", "accounts",
      [
        "provider": .string(kind.rawValue), "email": .string(SandboxAccount.email),
        "timeZone": .string(timeZone), "personal": .bool(isPersonal),
      ])
    guard let calendar = made["calendars"]?.array?.first?["id"]?.string,
      let token = made["accessToken"]?.string
    else { throw SandboxRefused(what: "no account") }
    self.calendar = .sample(url: calendar, timeZone: timeZone)
    provider = SandboxAccount.provider(kind, base, TokensInHand([token]))
  }

  deinit {
    sandbox.stop(by: SystemTime().monotonic() + .seconds(5))
  }

  private static func provider(
    _ kind: Connection.Provider, _ base: String, _ tokens: TokensInHand
  ) -> any CalendarProvider {
    let account = ConnectedAccount(
      connection: .sample(provider: kind), password: Redacted(""))
    if kind == .google {
      return GoogleProvider(
        account, baseURL: "\(base)/calendar/v3", http: HTTPClient(), tokens: tokens,
        zones: CalDAVProvider.zones, time: SystemTime(), defaultTimeZone: "UTC",
        deadlines: .short)
    }
    return OutlookProvider(
      account, baseURL: "\(base)/v1.0", http: HTTPClient(), tokens: tokens,
      zones: CalDAVProvider.zones, time: SystemTime(), defaultTimeZone: "UTC", deadlines: .short)
  }

  /// The same account with other tokens.
  func provider(tokens: [String]) -> any CalendarProvider {
    SandboxAccount.provider(kind, base, TokensInHand(tokens))
  }

  // MARK: - The host's hands, and others'

  func addCalendar(_ name: String, timeZone: String, access: String = "owner") throws -> Calendar {
    let added = try control(
      "POST", "calendars",
      [
        "name": .string(name), "timeZone": .string(timeZone), "access": .string(access),
      ])
    return .sample(name, url: added["id"]?.string ?? "", timeZone: timeZone)
  }

  func deleteCalendar(_ calendar: Calendar) throws {
    try control("DELETE", "calendars", ["calendar": .string(calendar.remoteID)])
  }

  /// Somebody else's event, made by the host's hand; `more` is in the provider's own words.
  @discardableResult
  func addEvent(
    _ interval: Interval, id: String? = nil, more: [(String, JSON)] = [],
    in calendar: Calendar? = nil
  ) throws -> String {
    var event = times(interval)
    event += kind == .google ? [("summary", "Stranger")] : [("subject", "Stranger")]
    if let id { event.append(("id", .string(id))) }
    let made = try control(
      "POST", "events",
      [
        "calendar": .string((calendar ?? self.calendar).remoteID),
        "event": .object(JSONObject(event + more)),
      ])
    return made["id"]?.string ?? ""
  }

  func dragEvent(_ key: EventKey, to interval: Interval) throws {
    try change(key, times(interval))
  }

  func change(_ key: EventKey, _ members: [(String, JSON)]) throws {
    try control(
      "PATCH", "events",
      [
        "calendar": .string(calendar.remoteID), "id": .string(try id(of: key)),
        "event": .object(JSONObject(members)),
      ])
  }

  func deleteEvent(_ key: EventKey) throws {
    try control(
      "DELETE", "events",
      ["calendar": .string(calendar.remoteID), "id": .string(try id(of: key))])
  }

  func respond(_ key: EventKey, guest: String, _ response: String) throws {
    try control(
      "POST", "responses",
      [
        "calendar": .string(calendar.remoteID), "id": .string(try id(of: key)),
        "guest": .string(guest), "response": .string(response),
      ])
  }

  private func times(_ interval: Interval) -> [(String, JSON)] {
    zip(["start", "end"], [interval.start, interval.end]).map { name, instant in
      let text = kind == .google ? instant.rfc3339 : String(instant.rfc3339.dropLast())
      return (name, ["dateTime": .string(text), "timeZone": "UTC"])
    }
  }

  // MARK: - Faults

  func fault(_ kind: String, _ more: [(String, JSON)] = []) throws {
    try control("POST", "faults", .object(JSONObject([("kind", .string(kind))] + more)))
  }

  func set(_ settings: JSON) throws { try control("PATCH", "settings", settings) }
  func advance(seconds: Int64) throws {
    try control("POST", "clock", ["advanceSeconds": .integer(seconds)])
  }

  func newToken(scopes: [String]? = nil) throws -> String {
    var order: [(String, JSON)] = []
    if let scopes { order.append(("scopes", .array(scopes.map(JSON.string)))) }
    let made = try control("POST", "tokens", .object(JSONObject(order)))
    return made["accessToken"]?.string ?? ""
  }

  func revokeTokens() throws { try control("POST", "tokens/revoke", ["what": "access"]) }

  // MARK: - What the provider has

  /// Every event of the calendar as it stands, deleted ones too.
  func events(in calendar: Calendar? = nil) throws -> [JSON] {
    let query = formEncoded([
      ("provider", kind.rawValue), ("account", SandboxAccount.email),
      ("calendar", (calendar ?? self.calendar).remoteID),
    ])
    return try control("GET", "events?\(query)")["events"]?.array ?? []
  }

  func liveEvents(in calendar: Calendar? = nil) throws -> [JSON] {
    try events(in: calendar).filter {
      $0["status"]?.string != "cancelled" && $0["isDeleted"]?.bool != true
    }
  }

  /// `POST`, `PATCH`, `DELETE` and `GET` as they arrived.
  func methods() throws -> [String] {
    try calls().compactMap { $0["method"]?.string }
  }

  func calls() throws -> [JSON] { try control("GET", "calls")["calls"]?.array ?? [] }
  func forgetCalls() throws { try control("DELETE", "calls") }

  /// What guests were sent: `invitation to sam@guest.example`.
  func mails() throws -> [String] {
    let mails = try control("GET", "mails")["mails"]?.array ?? []
    return mails.map { "\($0["kind"]?.string ?? "") to \($0["to"]?.string ?? "")" }
  }

  private func id(of key: EventKey) throws -> String {
    if kind == .google { return key.text }
    let found = try events().first { $0["transactionId"]?.string == key.text }
    guard let id = found?["id"]?.string else { throw SandboxRefused(what: "no event \(key)") }
    return id
  }

  @discardableResult
  private func control(_ method: String, _ path: String, _ body: JSON = [:]) throws -> JSON {
    var body = body.object ?? JSONObject()
    if ["calendars", "events", "responses", "tokens", "tokens/revoke"].contains(path) {
      body["provider"] = .string(kind.rawValue)
      body["account"] = .string(SandboxAccount.email)
    }
    if path == "faults" { body["provider"] = .string(kind.rawValue) }
    return try SandboxAccount.control(base, method, path, .object(body))
  }

  private static func control(
    _ base: String, _ method: String, _ path: String, _ body: JSON
  ) throws -> JSON {
    let response = try http.send(
      HTTPRequest(
        method, "\(base)/sandbox/\(path)", headers: [("Content-Type", "application/json")],
        body: method == "GET" ? [] : body.serialized()), deadline: .seconds(10))
    guard (200...299).contains(response.status) else {
      throw SandboxRefused(what: String(decoding: response.body, as: UTF8.self))
    }
    return response.body.isEmpty ? .null : try JSON.parse(response.body)
  }
}

struct SandboxRefused: Error {
  let what: String
}
