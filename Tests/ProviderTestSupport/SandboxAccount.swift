import Bookings
import Calendars
import Core
import HTTPClient
import Sandbox

/// One account at a Google or Microsoft of its own, what its host and others do there, and what the provider
/// has seen and sent.
package final class SandboxAccount: Sendable {
  package let kind: Connection.Provider
  package let calendar: Calendar
  package let provider: any CalendarProvider
  private let sandbox: Sandbox
  private let base: String
  private let time: any TimeSource
  private static let zones = ZoneDatabase()
  private static let http = HTTPClient()
  package static let email = "alex@example.com"

  /// Its tokens last; `provider` gives up where one is no longer good.
  package init(
    _ kind: Connection.Provider, timeZone: String = "Europe/Berlin", isPersonal: Bool = false,
    time: any TimeSource = SystemTime()
  ) throws {
    self.kind = kind
    self.time = time
    sandbox = Sandbox(zones: SandboxAccount.zones, log: .discarded, time: time)
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
    self.calendar = SandboxAccount.calendar("cal_1", calendar, timeZone)
    provider = SandboxAccount.provider(kind, base, TokensInHand([token]), time)
  }

  deinit {
    sandbox.stop(by: SystemTime().monotonic() + .seconds(5))
  }

  private static func provider(
    _ kind: Connection.Provider, _ base: String, _ tokens: any AccessTokens,
    _ time: any TimeSource
  ) -> any CalendarProvider {
    let account = ConnectedAccount(
      connection: Connection(
        id: ConnectionID("cnn_1"), organization: OrganizationID("org_1"), host: HostID("hst_1"),
        provider: kind, name: "Work", url: "", username: email, state: .connected,
        createdAt: Timestamp(seconds: 0)),
      password: Redacted(""))
    var deadlines = RESTDeadlines()
    deadlines.read = .seconds(5)
    deadlines.write = .seconds(5)
    if kind == .google {
      return GoogleProvider(
        account, baseURL: "\(base)/calendar/v3", http: HTTPClient(), tokens: tokens, zones: zones,
        time: time, defaultTimeZone: "UTC", deadlines: deadlines)
    }
    return OutlookProvider(
      account, baseURL: "\(base)/v1.0", http: HTTPClient(), tokens: tokens, zones: zones,
      time: time, defaultTimeZone: "UTC", deadlines: deadlines)
  }

  private static func calendar(_ id: String, _ remoteID: String, _ timeZone: String) -> Calendar {
    Calendar(
      id: CalendarID(id), connection: ConnectionID("cnn_1"), remoteID: remoteID, name: id,
      timeZone: timeZone, isWritable: true)
  }

  /// The same account with other tokens.
  package func provider(tokens: any AccessTokens) -> any CalendarProvider {
    SandboxAccount.provider(kind, base, tokens, time)
  }

  // MARK: - The host's hands, and others'

  package func addCalendar(_ name: String, timeZone: String, access: String = "owner") throws
    -> Calendar
  {
    let added = try control(
      "POST", "calendars",
      [
        "name": .string(name), "timeZone": .string(timeZone), "access": .string(access),
      ])
    return SandboxAccount.calendar(name, added["id"]?.string ?? "", timeZone)
  }

  package func deleteCalendar(_ calendar: Calendar) throws {
    try control("DELETE", "calendars", ["calendar": .string(calendar.remoteID)])
  }

  /// Somebody else's event, made by the host's hand; `more` is in the provider's own words.
  @discardableResult
  package func addEvent(
    _ interval: Interval, id: String? = nil, more: [(String, JSON)] = [],
    in calendar: Calendar? = nil
  ) throws -> String {
    var event = JSONObject(times(interval))
    event[kind == .google ? "summary" : "subject"] = "Stranger"
    event["id"] = id.map(JSON.string)
    for (name, value) in more { event[name] = value }
    let made = try control(
      "POST", "events",
      [
        "calendar": .string((calendar ?? self.calendar).remoteID),
        "event": .object(event),
      ])
    return made["id"]?.string ?? ""
  }

  package func dragEvent(_ key: EventKey, to interval: Interval) throws {
    try change(key, times(interval))
  }

  package func dragEvent(id: String, to interval: Interval) throws {
    try change(id: id, times(interval))
  }

  package func change(_ key: EventKey, _ members: [(String, JSON)]) throws {
    try change(id: try id(of: key), members)
  }

  private func change(id: String, _ members: [(String, JSON)]) throws {
    try control(
      "PATCH", "events",
      [
        "calendar": .string(calendar.remoteID), "id": .string(id),
        "event": .object(JSONObject(members)),
      ])
  }

  package func deleteEvent(_ key: EventKey) throws { try deleteEvent(id: try id(of: key)) }

  package func deleteEvent(id: String) throws {
    try control(
      "DELETE", "events", ["calendar": .string(calendar.remoteID), "id": .string(id)])
  }

  package func respond(_ key: EventKey, guest: String, _ response: String) throws {
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

  package func fault(_ kind: String, _ more: [(String, JSON)] = []) throws {
    try control("POST", "faults", .object(JSONObject([("kind", .string(kind))] + more)))
  }

  /// Sync tokens and delta links are forgotten.
  package func expirePositions() throws { try control("POST", "sync/expire") }

  package func forgetFaults() throws { try control("DELETE", "faults") }

  package func set(_ settings: JSON) throws { try control("PATCH", "settings", settings) }
  package func advance(seconds: Int64) throws {
    try control("POST", "clock", ["advanceSeconds": .integer(seconds)])
  }

  package func tellLifecycle(_ event: String) throws {
    try control(
      "POST", "lifecycle",
      ["account": .string(SandboxAccount.email), "event": .string(event)])
  }

  package func newToken(scopes: [String]? = nil) throws -> String {
    var order: [(String, JSON)] = []
    if let scopes { order.append(("scopes", .array(scopes.map(JSON.string)))) }
    let made = try control("POST", "tokens", .object(JSONObject(order)))
    return made["accessToken"]?.string ?? ""
  }

  package func revokeTokens() throws { try control("POST", "tokens/revoke", ["what": "access"]) }

  // MARK: - What the provider has

  /// Every event of the calendar as it stands, deleted ones too.
  package func events(in calendar: Calendar? = nil) throws -> [JSON] {
    let query = formEncoded([
      ("provider", kind.rawValue), ("account", SandboxAccount.email),
      ("calendar", (calendar ?? self.calendar).remoteID),
    ])
    return try control("GET", "events?\(query)")["events"]?.array ?? []
  }

  package func liveEvents(in calendar: Calendar? = nil) throws -> [JSON] {
    try events(in: calendar).filter {
      $0["status"]?.string != "cancelled" && $0["isDeleted"]?.bool != true
    }
  }

  /// `POST`, `PATCH`, `DELETE` and `GET` as they arrived.
  package func methods() throws -> [String] {
    try calls().compactMap { $0["method"]?.string }
  }

  package func calls() throws -> [JSON] { try control("GET", "calls")["calls"]?.array ?? [] }
  package func forgetCalls() throws { try control("DELETE", "calls") }

  /// How many calls of ours the sandbox has set out to make.
  package func notices() throws -> Int {
    try control("GET", "notices")["notices"]?.array?.count ?? 0
  }

  /// What guests were sent: `invitation to sam@guest.example`.
  package func mails() throws -> [String] {
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

package struct SandboxRefused: Error {
  package let what: String
}
