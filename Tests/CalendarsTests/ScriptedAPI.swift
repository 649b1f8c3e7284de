import Bookings
import Calendars
import Core
import HTTPClient
import ProviderTestSupport
import TestSupport

/// A provider's interface that answers what a test says, byte for byte: for what no server does on demand,
/// and to see what was sent.
struct ScriptedAPI {
  let server: RawHTTPServer
  let tokens: TokensInHand
  let time = StoppedTime()
  private let http = HTTPClient()

  init(
    tokens: [String] = ["first-token"], _ script: @escaping RawHTTPServer.Script
  ) throws {
    server = try RawHTTPServer(script)
    self.tokens = TokensInHand(tokens)
  }

  var google: GoogleProvider { google(mailbox: nil) }

  func google(mailbox: String?) -> GoogleProvider {
    GoogleProvider(
      ConnectedAccount(
        connection: .sample(provider: .google), password: Redacted(""), mailbox: mailbox),
      baseURL: "\(server.url)/calendar/v3", http: http, tokens: tokens,
      zones: CalDAVProvider.zones, time: time, defaultTimeZone: "UTC", deadlines: .short)
  }

  var outlook: OutlookProvider { outlook(mailbox: nil) }

  func outlook(mailbox: String?) -> OutlookProvider {
    OutlookProvider(
      ConnectedAccount(
        connection: .sample(provider: .outlook), password: Redacted(""), mailbox: mailbox),
      baseURL: "\(server.url)/v1.0", http: http, tokens: tokens,
      zones: CalDAVProvider.zones, time: time, defaultTimeZone: "UTC", deadlines: .short)
  }

  /// `GET /calendar/v3/…` of each request so far, its path as it was sent.
  var calls: [String] { server.requests.map { "\($0.method) \($0.path)" } }

  func body(_ index: Int) throws -> JSON {
    try JSON.parse(Array(server.requests[index].body.utf8))
  }
}

extension RESTDeadlines {
  /// No test waits longer for an answer that does not come.
  static var short: RESTDeadlines {
    var deadlines = RESTDeadlines()
    deadlines.read = .seconds(5)
    deadlines.write = .seconds(5)
    return deadlines
  }
}
