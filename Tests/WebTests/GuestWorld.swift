import Bookings
import Core
import HTTPServer
import Intake
import Synchronization
import TestSupport

@testable import Web

/// A clock that stands where the test has put it; what is measured goes on.
final class StandingClock: TimeSource {
  private let instant: Mutex<Timestamp>

  init(_ text: String) { instant = Mutex(instantOf(text)) }

  func now() -> Timestamp { instant.withLock { $0 } }
  func monotonic() -> MonotonicInstant { SystemTime().monotonic() }
  func stand(at text: String) { instant.withLock { $0 = instantOf(text) } }
}

func instantOf(_ text: String) -> Timestamp {
  guard let instant = Timestamp(rfc3339: text) else { fatalError("no instant: \(text)") }
  return instant
}

/// Whether the server takes requests.
final class Readiness: Sendable {
  private let state = Mutex(true)

  var isReady: Bool { state.withLock { $0 } }
  func drain() { state.withLock { $0 = false } }
}

/// A server with the guest's routes over a ledger in memory, on a port of the system's choice. It
/// is Monday, 2 March 2026, midnight in Los Angeles.
final class GuestWorld {
  let clock = StandingClock("2026-03-02T08:00:00Z")
  let changes = ChangeFeed()
  let ledger: GuestLedger
  let parts: WebParts
  let readiness = Readiness()
  let accounts = ScriptedAccounts()
  private let server: HTTPServer
  let port: UInt16

  init(publicURL: String = "https://book.example", _ links: Link...) throws {
    ledger = GuestLedger(time: clock, changes: changes)
    ledger.state.withLock { state in for link in links { state.links[link.id] = link } }
    let zones = ZoneDatabase()
    let randomness = Randomness(seed: 7)
    let ledger = ledger
    let readiness = readiness
    parts = WebParts(
      intake: Intake(
        ledger: ledger, busyTimes: ledger, zones: zones, time: clock, randomness: randomness),
      records: ledger, changes: changes, zones: zones, time: clock, randomness: randomness,
      log: .discarded,
      tokens: BookingTokens(key: Redacted(Array("a key for tests alone, nothing else".utf8))),
      accounts: accounts,
      publicURL: { publicURL }, isReady: { readiness.isReady },
      invite: { id in
        let wasConfirmed = ledger.state.withLock { state in
          state.history[id]?.contains { $0.change == .confirmed } ?? false
        }
        return wasConfirmed ? Array("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".utf8) : nil
      })
    let web = Web(parts)
    server = HTTPServer(configuration: .init(), handler: web.handle, log: .discarded)
    try server.start()
    port = server.boundPort ?? 0
  }

  deinit { server.stop(by: SystemTime().monotonic()) }

  func client() throws -> HTTPTestClient { try HTTPTestClient(port: port) }

  func get(
    _ target: String, accept: String = "application/json", _ headers: [(String, String)] = []
  ) throws -> HTTPTestResponse {
    try client().request("GET", target, headers: [("Accept", accept)] + headers)
  }

  func page(_ target: String, _ headers: [(String, String)] = []) throws -> HTTPTestResponse {
    try get(target, accept: "text/html,*/*;q=0.8", headers)
  }

  func post(
    _ target: String, _ body: JSON, _ headers: [(String, String)] = []
  ) throws -> HTTPTestResponse {
    try client().request(
      "POST", target, headers: [("Content-Type", "application/json")] + headers,
      body: body.serialized())
  }

  func postForm(
    _ target: String, _ fields: KeyValuePairs<String, String?>, _ headers: [(String, String)] = []
  ) throws -> HTTPTestResponse {
    let query = pageAddress("", fields).dropFirst()
    return try client().request(
      "POST", target,
      headers: [("Content-Type", "application/x-www-form-urlencoded")] + headers,
      body: Array(query.utf8))
  }

  /// Books a slot of the first link and answers the booking's id and path.
  func book(
    _ start: String = "2026-03-02T18:00:00Z", slug: String = "intro", zone: String = "Europe/London"
  ) throws -> (id: BookingID, path: String) {
    let answer = try post("/b/\(slug)/bookings", .booking(start, zone: zone))
    let body = try JSON.parse(answer.body)
    return (BookingID(body["id"]?.string ?? "no id"), answer["location"] ?? "no location")
  }
}

extension JSON {
  static func booking(
    _ start: String, zone: String = "Europe/London", name: String = "Ana",
    email: String = "ana@example.com", duration: Int64? = nil
  ) -> JSON {
    [
      "start": .string(start), "timeZone": .string(zone),
      "guest": ["name": .string(name), "email": .string(email)],
      "durationMinutes": duration.map { .integer($0) } ?? .null,
    ]
  }
}

extension HTTPTestResponse {
  var json: JSON { (try? JSON.parse(body)) ?? .null }
  /// A page without its tags, as it is read.
  var words: String {
    text.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }
  /// The last part of a problem's type.
  var problem: String? { json["type"]?.string.map { String($0.dropFirst("/problems/".count)) } }
  /// The pointers of what is wrong.
  var pointers: [String] { json["errors"]?.array?.compactMap { $0["pointer"]?.string } ?? [] }
}

extension Link {
  /// Los Angeles, weekdays 10 to 16, thirty minutes on a grid of thirty: the design's example.
  static func example(
    _ slug: String = "intro", kind: Kind = .recurring, state: State = .active,
    settings change: (inout LinkSettings) -> Void = { _ in }
  ) -> Link {
    var settings = LinkSettings(
      title: "Intro call", description: "A first talk.", timeZone: "America/Los_Angeles",
      weekly: [
        WeeklyWindow(days: [.mon, .tue, .wed, .thu, .fri], fromMinute: 600, toMinute: 960)
      ], location: .phone("+1 555 0100"))
    change(&settings)
    return Link(
      id: LinkID("lnk_\(slug)"), organization: OrganizationID("org_1"),
      host: LinkHost(id: HostID("hst_1"), name: "Hanna Host", email: "hanna@example.com"),
      slug: slug, kind: kind, state: state, settings: settings,
      destination: CalendarID("cal_1"), conflicts: [],
      createdAt: Timestamp(seconds: 0), updatedAt: Timestamp(seconds: 0))
  }
}
