import Bookings
import Core
import HTTPServer

/// Where people connect an account in the browser: `/connect/…`. The page says for whom, its form sets out
/// to the provider, and the provider sends the browser back.
struct SignInRoutes: Sendable {
  private let parts: WebParts
  private let tickets: SignInTickets
  /// Who comes back waits for the provider's answers.
  private let desk = Desk("signIn", seats: 4)

  /// The address on a page of failure leads to a new try; who holds it has had the old one.
  private static let retryLifetime = Duration.minutes(10)

  init(_ parts: WebParts) {
    self.parts = parts
    tickets = SignInTickets(parts.tokens)
  }

  func add(to router: inout Router) {
    router.on(.get, "/connect/{ticket}") { request, responder in
      desk.run { parts.showing(responder) { responder.send(try show(request)) } }
    }
    router.on(.post, "/connect/{ticket}") { request, responder in
      desk.run { parts.showing(responder) { responder.send(try begin(request)) } }
    }
    router.on(.get, "/connect/{provider}/callback") { request, responder in
      desk.run { parts.showing(responder) { responder.send(try finish(request)) } }
    }
  }

  private func show(_ routed: RoutedRequest) throws -> Response {
    let (wish, host) = try opened(routed)
    let again = try wish.connection.flatMap { id in
      try parts.records.connections(of: wish.organization, host: wish.host).first { $0.id == id }
    }
    return SignInPages.begin(
      wish.provider, host: host, again: again,
      purposes: parts.accounts.purposes(at: wish.provider), ticket: routed.parameters[0],
      origin: parts.accounts.signInOrigin(at: wish.provider)
    ).response()
  }

  private func begin(_ routed: RoutedRequest) throws -> Response {
    try parts.requireReady()
    if routed.request.isCrossSite(publicURL: parts.publicURL) { throw Problem.crossSite }
    let (wish, _) = try opened(routed)
    let begun: BegunSignIn
    do {
      begun = try parts.accounts.beginSignIn(wish, redirect: redirect(wish.provider))
    } catch let error as AccountsError {
      throw Problem(error)
    }
    // Lax: it has to come along when the provider sends the browser back.
    let secure = parts.publicURL.hasPrefix("https:") ? "; Secure" : ""
    let seconds = begun.lifetime.components.seconds
    let cookie =
      "\(begun.cookie.name)=\(begun.cookie.value.reveal()); Path=/connect; Max-Age=\(seconds); "
      + "HttpOnly; SameSite=Lax\(secure)"
    return Response(
      status: 303,
      headers: [
        ("Location", begun.address), ("Set-Cookie", cookie), ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
      ])
  }

  private func finish(_ routed: RoutedRequest) throws -> Response {
    try parts.requireReady()
    let request = routed.request
    guard let provider = Connection.Provider(rawValue: routed.parameters[0]),
      let state = request.queryValue("state")
    else { throw Problem.notFound }
    let finished = try parts.accounts.finishSignIn(
      ReturnedSignIn(
        provider: provider, state: Redacted(state),
        code: request.queryValue("code").map { Redacted($0) }, error: request.queryValue("error"),
        cookie: { request.cookie($0) }),
      redirect: redirect(provider))
    switch finished {
    case .connected(let connection, let calendars):
      return SignInPages.connected(connection, calendars).response()
    case .refused(let wish):
      return SignInPages.refused(wish.provider, retry: retry(wish)).response(status: 403)
    case .incomplete(let wish, let missing):
      return SignInPages.incomplete(wish.provider, missing: missing, retry: retry(wish))
        .response(status: 403)
    case .failed(let wish, let reason):
      return SignInPages.failed(wish.provider, reason: reason, retry: retry(wish))
        .response(status: 502)
    case .unknown: return SignInPages.unknown.response(status: 400)
    }
  }

  private func opened(_ routed: RoutedRequest) throws -> (wish: SignInWish, host: HostRecord) {
    guard let wish = tickets.wish(of: routed.parameters[0], at: parts.time.now()),
      let host = try parts.records.hosts(of: wish.organization, host: wish.host).first,
      parts.accounts.canSignIn(at: wish.provider)
    else { throw Problem.noTicket }
    return (wish, host)
  }

  private func redirect(_ provider: Connection.Provider) -> String {
    "\(parts.publicURL)/connect/\(provider.rawValue)/callback"
  }

  private func retry(_ wish: SignInWish) -> String {
    let expiresAt = parts.time.now() + SignInRoutes.retryLifetime
    return "/connect/\(tickets.ticket(for: wish, expiresAt: expiresAt))"
  }
}

extension Problem {
  fileprivate static let noTicket = Problem(
    404, "not-found", "This address no longer works",
    "It was made for one person and for an hour. Ask whoever gave it to you for a new one.")
}
