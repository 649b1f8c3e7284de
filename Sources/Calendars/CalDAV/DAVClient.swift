import Core
import Dispatch
import Foundation
import HTTPClient

/// Sends an account's requests to its server, with its credentials, and to no other.
struct DAVClient: Sendable {
  /// The URL that the owner gave.
  let base: DAVLocation
  let time: any TimeSource
  private let http: HTTPClient
  private let authorization: Redacted<String>
  private let deadlines: CalDAVDeadlines
  private let turns = DispatchSemaphore(value: DAVClient.mostAtOnce)

  /// Requests to the server at once; further ones wait for their turn. A small server works them off one by
  /// one anyhow, and keeps no more than a handful of new connections waiting (Python's own servers five):
  /// one that knocks beyond them hears nothing, and TCP tries again after a second, then after two more.
  /// Sixteen workers that came back from a crash together were seen to lose over two seconds so.
  static let mostAtOnce = 4
  /// Discovery needs two; a ring of redirects must end.
  static let mostRedirects = 5

  init(
    base: DAVLocation, username: String, password: Redacted<String>, http: HTTPClient,
    time: any TimeSource, deadlines: CalDAVDeadlines
  ) {
    self.base = base
    self.http = http
    self.time = time
    self.deadlines = deadlines
    // RFC 7617 section 2.1: in UTF-8, which servers that say nothing expect as well.
    let pair = Data("\(username):\(password.reveal())".utf8)
    authorization = Redacted("Basic \(pair.base64EncodedString())")
  }

  /// The server's answer, whatever its status but 401, and where it was found. Redirects are followed
  /// with method, body and credentials as they were, as long as they lead to a server that may have the
  /// credentials.
  func send(
    _ method: String, to location: DAVLocation, headers: [(name: String, value: String)] = [],
    body: String = ""
  ) throws(ProviderError) -> (response: HTTPResponse, location: DAVLocation) {
    var location = location
    for _ in 0...DAVClient.mostRedirects {
      guard base.trusts(location) else {
        throw ProviderError(.permanent, "\(method) leads to another server")
      }
      let request = HTTPRequest(
        method, location.text, headers: headers, authorization: authorization,
        body: Array(body.utf8))
      let response = try send(request)
      if response.status == 401 { throw .unauthorized }
      guard [301, 302, 307, 308].contains(response.status) else { return (response, location) }
      guard let next = response.header("Location").flatMap(location.resolving) else {
        throw ProviderError(.permanent, "\(method) leads nowhere")
      }
      location = next
    }
    throw ProviderError(.transient, "\(method) is redirected in a ring")
  }

  /// PROPFIND or REPORT whose answer is a 207; any other status is an error.
  func multistatus(
    _ method: String, to location: DAVLocation, depth: Int, body: String
  ) throws(ProviderError) -> (answer: DAVMultistatus, location: DAVLocation) {
    let headers = [
      (name: "Depth", value: "\(depth)"),
      (name: "Content-Type", value: "application/xml; charset=utf-8"),
    ]
    let (response, found) = try send(method, to: location, headers: headers, body: body)
    guard response.status == 207 else { throw error(response, method) }
    guard let answer = DAVMultistatus(response.body) else {
      throw ProviderError(.transient, "the answer to \(method) cannot be read")
    }
    return (answer, found)
  }

  func error(_ response: HTTPResponse, _ method: String) -> ProviderError {
    CalDAVOutcome.error(response, to: HTTPRequest(method, base.text), now: time.now())
  }

  private func send(_ request: HTTPRequest) throws(ProviderError) -> HTTPResponse {
    let deadline = request.isSafe ? deadlines.read : deadlines.write
    let end = DispatchTime.now() + .milliseconds(Int(deadline.wholeMilliseconds))
    guard turns.wait(timeout: end) == .success else {
      throw ProviderError(.transient, "\(request.method) was not sent: its turn did not come")
    }
    defer { turns.signal() }
    let now = DispatchTime.now().uptimeNanoseconds
    let left = Duration.nanoseconds(Int64(end.uptimeNanoseconds) - Int64(now))
    do throws(HTTPClientError) {
      return try http.send(request, deadline: left)
    } catch {
      throw ProviderError(error, to: request)
    }
  }
}

extension ProviderError {
  /// Of the whole account, unlike a calendar that may not be read.
  static let unauthorized = ProviderError(
    .needsOwner, "the provider does not accept the account's credentials")

  /// Of one question, and not of the whole account: the answer to another may be had. A calendar shared as
  /// "free/busy only" forbids to look at its events (RFC 4791 section 6.1.1), many servers forbid their
  /// root to everybody.
  var isRefusal: Bool {
    self != .unauthorized && self != .privateAddress && (kind == .permanent || kind == .needsOwner)
  }
}
