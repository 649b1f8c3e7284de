import Bookings
import Core
import HTTPClient

/// Sends an account's requests to the JSON interface of its provider, with its bearer token, and to no other
/// server.
struct RESTClient: Sendable {
  /// Without a slash at the end.
  let base: String
  let connection: ConnectionID
  let http: HTTPClient
  let tokens: any AccessTokens
  let time: any TimeSource
  /// What goes with every request.
  var headers: [(name: String, value: String)] = []
  var query: [(name: String, value: String)] = []
  var deadlines = RESTDeadlines()
  let outcomes: OutcomeTable
  /// What an error calls itself, in lower case.
  let names: @Sendable (JSON) -> Set<String>

  /// The answer, whatever its status but a 401 that is about the token. A token that the provider does not
  /// accept is replaced once; a 401 has done nothing, so a write may go out again with the new one.
  ///
  /// Throws `unauthorized` where the new one is not accepted either, or where the provider asks for more
  /// than a token can give.
  func send(_ request: RESTRequest) throws(ProviderError) -> RESTAnswer {
    let token = try tokens.token(for: connection)
    let answer = try send(request, token)
    guard isAboutTheToken(answer) else { return answer }
    tokens.rejected(token, for: connection)
    // A claims challenge: only a person's signing in again answers it.
    if answer.response.header("WWW-Authenticate")?.contains("claims=") == true {
      throw .unauthorized
    }
    let fresh = try tokens.token(for: connection)
    guard fresh.reveal() != token.reveal() else { throw .unauthorized }
    let second = try send(request, fresh)
    guard isAboutTheToken(second) else { return second }
    tokens.rejected(fresh, for: connection)
    throw .unauthorized
  }

  private func isAboutTheToken(_ answer: RESTAnswer) -> Bool {
    answer.status == 401
      && outcomes.row(status: 401, names: names(answer.json))?.meaning == .needsOwner
  }

  /// The object that a success holds; any other status is an error.
  func object(_ request: RESTRequest) throws(ProviderError) -> JSON {
    let answer = try send(request)
    guard (200...299).contains(answer.status) else { throw error(answer, request) }
    return try object(of: answer, request)
  }

  /// A success that cannot be read may be a proxy's page; a write may have landed behind it.
  func object(of answer: RESTAnswer, _ request: RESTRequest) throws(ProviderError) -> JSON {
    guard case .object = answer.json else {
      throw ProviderError(
        request.isSafe ? .transient : .unknownOutcome,
        "the answer to \(request.method) cannot be read")
    }
    return answer.json
  }

  func isExpired(_ answer: RESTAnswer) -> Bool {
    outcomes.isExpired(answer.response, names: names(answer.json))
  }

  func error(_ answer: RESTAnswer, _ request: RESTRequest) -> ProviderError {
    outcomes.error(
      answer.response, names: names(answer.json), to: request.method, isSafe: request.isSafe,
      now: time.now())
  }

  /// What lies behind a URL that the provider gave for going on, which it wants back as it is; nil where it
  /// leads to somebody who may not have the token.
  func next(_ url: String) -> RESTRequest? {
    guard url.hasPrefix("\(base)/") else { return nil }
    return RESTRequest("GET", String(url.dropFirst(base.count)))
  }

  private func send(
    _ request: RESTRequest, _ token: Redacted<String>
  ) throws(ProviderError) -> RESTAnswer {
    var headers = headers
    for header in request.headers {
      // A list may be sent in one field or in several (RFC 9110 section 5.3); not everybody heeds a second.
      if let index = headers.firstIndex(where: { $0.name == header.name }) {
        headers[index].value += ", \(header.value)"
      } else {
        headers.append(header)
      }
    }
    if request.body != nil { headers.append(("Content-Type", "application/json")) }
    var request = request
    request.query += query
    let sent = HTTPRequest(
      request.method, base + request.target, headers: headers,
      authorization: Redacted("Bearer \(token.reveal())"), body: request.body?.serialized() ?? [],
      isSafe: request.isSafe)
    let response: HTTPResponse
    do throws(HTTPClientError) {
      response = try http.send(
        sent, deadline: request.isSafe ? deadlines.read : deadlines.write)
    } catch {
      throw ProviderError(error, to: sent)
    }
    return RESTAnswer(
      response: response,
      json: (try? JSON.parse(response.body, limits: RESTClient.limits)) ?? .null)
  }

  /// A month of a crowded calendar is a few megabytes.
  private static let limits = JSON.Limits(maximumBytes: 16 << 20)
}
