import Bookings
import Core
import Crypto
import Dispatch

import Intake
import Queue
import Testing

@testable import HTTPServer
@testable import Web

/// An organization with two hosts, Ana and Ben, and a stranger's organization beside it; everything in
/// memory, the time standing at Monday 2 March 2026, noon UTC.
struct AgentWorld {
  static let organization = OrganizationID("org_ours")
  static let ana = HostRecord(
    id: HostID("hst_ana"), organization: organization, name: "Ana", email: "ana@example.com",
    timeZone: "Europe/Berlin")
  static let ben = HostRecord(
    id: HostID("hst_ben"), organization: organization, name: "Ben", email: "ben@example.com",
    timeZone: "America/New_York")
  static let eve = HostRecord(
    id: HostID("hst_eve"), organization: OrganizationID("org_theirs"), name: "Eve",
    email: "eve@example.com", timeZone: "UTC")
  static let now = Timestamp(rfc3339: "2026-03-02T12:00:00Z") ?? Timestamp(seconds: 0)

  /// Keys by what they act for; each has every scope.
  static let organizationKey = "key-of-the-organization"
  static let anaKey = "key-of-ana"
  static let benKey = "key-of-ben"
  static let strangersKey = "key-of-eve"

  let records = AgentWorldRecords()
  let accounts = ScriptedAccounts()
  let ledger: AgentWorldLedger
  let parts: WebParts
  private let routes: [KeyedRoute]

  init(isReady: Bool = true) {
    let records = records
    let time = StandingTime(instant: Self.now)
    let zones = ZoneDatabase()
    let randomness = Randomness(seed: 1)
    ledger = AgentWorldLedger(records)
    let intake = Intake(
      ledger: ledger, busyTimes: AlwaysFree(), zones: zones, time: time, randomness: randomness)
    parts = WebParts(
      intake: intake, records: records, changes: ChangeFeed(), zones: zones, time: time,
      randomness: randomness, log: .discarded,
      tokens: BookingTokens(key: Redacted([1, 2, 3])), accounts: accounts,
      limits: RateLimits(proxies: TrustedProxies([]), records: nil, time: time),
      publicURL: { (try? records.read { $0.publicURL }) ?? "" },
      isReady: { isReady })
    let connections = ConnectionRoutes(parts)
    routes =
      AgentRoutes(parts).routes + OperatorRoutes(parts).routes + connections.routes
      + connections.slowRoutes

    records.change { state in
      state.hosts = [Self.ana, Self.ben, Self.eve]
      for host in state.hosts { state.connect(host) }
    }
    addKey(Self.organizationKey, host: nil)
    addKey(Self.anaKey, host: Self.ana.id)
    addKey(Self.benKey, host: Self.ben.id)
    addKey(Self.strangersKey, organization: Self.eve.organization, host: nil)
  }

  func addKey(
    _ secret: String, organization: OrganizationID = AgentWorld.organization, host: HostID?,
    scopes: [APIKey.Scope] = APIKey.Scope.allCases
  ) {
    let key = APIKey(
      id: Identifier("key_\(secret)"), organization: organization, host: host, name: secret,
      scopes: Set(scopes))
    records.change { $0.keys[sha256(secret.utf8)] = key }
  }

  /// What the routes answer; a request that no route has, or none answers, fails the test.
  func send(
    _ method: Method, _ path: String, key: String? = AgentWorld.anaKey,
    query: [Request.QueryItem] = [], headers: KeyValuePairs<String, String> = [:],
    body: String? = nil
  ) throws -> Answered {
    var request = Request(method: method, path: path, query: query)
    var fields = headers.map { ($0.key, $0.value) }
    if let key { fields.append(("Authorization", "Bearer \(key)")) }
    if body != nil, headers.allSatisfy({ $0.key != "Content-Type" }) {
      fields.append(("Content-Type", "application/json; charset=utf-8"))
    }
    request.headers = RequestHeaders(fields: fields)
    request.body = Array((body ?? "").utf8)
    return try send(request)
  }

  func send(_ request: Request) throws -> Answered {
    let (route, parameters) = try #require(find(request))
    let slot = AnswerSlot()
    route.handle(RoutedRequest(request: request, parameters: parameters), parts) { slot.put($0) }
    return Answered(try #require(slot.take(), "no answer within ten seconds"))
  }

  private func find(_ request: Request) -> (KeyedRoute, [String])? {
    let parts = request.path.split(separator: "/")
    for route in routes where route.method == request.method {
      let pattern = route.pattern.description.split(separator: "/")
      guard pattern.count == parts.count else { continue }
      let pairs = zip(pattern, parts)
      guard pairs.allSatisfy({ $0.hasPrefix("{") || $0 == $1 }) else { continue }
      return (route, pairs.filter { $0.0.hasPrefix("{") }.map { String($0.1) })
    }
    return nil
  }
}

extension RequestHeaders {
  init(fields: [(String, String)]) {
    self.init()
    for field in fields { append(name: Array(field.0.utf8), value: Array(field.1.utf8)) }
  }
}

/// An answer with its body read.
struct Answered {
  let status: Int
  let headers: [Response.Header]
  let text: String
  let json: JSON

  init(_ response: Response) {
    status = response.status
    headers = response.headers
    guard case .bytes(let bytes) = response.body else { fatalError("no stream is expected") }
    text = String(decoding: bytes, as: UTF8.self)
    json = (try? JSON.parse(bytes)) ?? .null
  }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// `/problems/…`
  var problem: String? { json["type"]?.string.map { String($0.dropFirst("/problems/".count)) } }
  var pointers: [String] {
    (json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string }
  }
  /// The ids of a page.
  var ids: [String] { (json["data"]?.array ?? []).compactMap { $0["id"]?.string } }
}

/// Takes the one answer from whatever thread it comes.
// Unchecked: the semaphore puts the one write before the one read.
private final class AnswerSlot: @unchecked Sendable {
  private var response: Response?
  private let isThere = DispatchSemaphore(value: 0)

  func put(_ response: Response) {
    self.response = response
    isThere.signal()
  }

  func take() -> Response? {
    isThere.wait(timeout: .now() + .seconds(10)) == .success ? response : nil
  }
}

private struct StandingTime: TimeSource {
  let instant: Timestamp
  func now() -> Timestamp { instant }
  func monotonic() -> MonotonicInstant { MonotonicInstant(nanoseconds: 0) }
}

private struct AlwaysFree: BusyTimes {
  func read(
    _ calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?,
    maximumAge: Duration?, completion: @escaping @Sendable (BusyReading) -> Void
  ) {
    let busy = Dictionary(uniqueKeysWithValues: calendars.map { ($0, [BusyInterval]()) })
    completion(BusyReading(busy: busy, unreadable: [], asOf: AgentWorld.now))
  }
}
