import Bookings
import Core
import Crypto
import HTTPServer

/// Where providers call to say that a calendar may have changed: `/watches/google/{id}`, `/watches/outlook/{id}`.
///
/// - A call is a hint and carries no data that anybody believes: the calendar is read afterwards.
/// - It is believed by the watch that its address names and by the secret that the provider was given, of which
///   only the digest is kept here. All others are answered as if they had been believed, so that nobody learns
///   which watches there are; they are counted, and who makes many is turned away.
/// - What is answered 202 is on the disk: both providers then send it no more.
struct ProviderCallRoutes: Sendable {
  private let parts: WebParts
  private let refusals: RefusedCalls
  private let desk = Desk("providerCalls", seats: 2)

  init(_ parts: WebParts) {
    self.parts = parts
    refusals = RefusedCalls(parts.time)
  }

  func add(to router: inout Router) {
    router.on(.post, "/watches/google/{id}") { request, responder in
      desk.run { parts.answering(responder) { responder.send(try google(request)) } }
    }
    router.on(.post, "/watches/outlook/{id}") { request, responder in
      desk.run { parts.answering(responder) { responder.send(try outlook(request)) } }
    }
  }

  // MARK: - Google

  /// All that Google says stands in headers; the body is empty. The first call of a watch has the state `sync` and
  /// may come before the answer that promises it.
  @Sendable private func google(_ routed: RoutedRequest) throws -> Response {
    try require(routed.request)
    let headers = routed.request.headers
    guard let state = headers["x-goog-resource-state"], let id = headers["x-goog-channel-id"] else {
      throw Problem.malformed("The headers X-Goog-Channel-ID and X-Goog-Resource-State are needed.")
    }
    let watch = try watch(of: routed, .google)
    guard let watch, id == watch.id.text,
      isBelieved(headers["x-goog-channel-token"], by: watch, providerID: id)
    else { return refuse(1, .google, routed.request) }
    if state != "sync" {
      try parts.records.hear([ProviderCall(watch: watch.id, news: .changed)])
    }
    parts.providerCalls.count(1, believed: true, .google)
    return .accepted
  }

  // MARK: - Microsoft

  @Sendable private func outlook(_ routed: RoutedRequest) throws -> Response {
    try require(routed.request)
    if let token = routed.request.queryValue("validationToken") {
      return try handshake(token, routed)
    }
    guard routed.request.bodyKind == .json else { throw Problem.unsupportedMediaType }
    guard let notices = try routed.request.json()["value"]?.array else {
      throw Problem.malformed("The body must be an object with a list named value.")
    }
    let watch = try watch(of: routed, .outlook)
    var news: Set<ProviderCall> = []
    var refused = 0
    for notice in notices {
      guard let watch, let id = notice["subscriptionId"]?.string,
        isBelieved(notice["clientState"]?.string, by: watch, providerID: id)
      else {
        refused += 1
        continue
      }
      news.insert(ProviderCall(watch: watch.id, news: ProviderCall.News(notice)))
    }
    if !news.isEmpty {
      // The end of a watch comes last: what else was said of it counts too.
      try parts.records.hear(news.sorted { $0.news.order < $1.news.order })
    }
    parts.providerCalls.count(notices.count - refused, believed: true, .outlook)
    return refused > 0 ? refuse(refused, .outlook, routed.request) : .accepted
  }

  /// Microsoft asks each address whether it wants what was ordered for it, while it is being ordered or renewed.
  /// Only an address that we have named answers: what strangers write is not repeated.
  private func handshake(_ token: String, _ routed: RoutedRequest) throws -> Response {
    guard (1...Self.longestToken).contains(token.utf8.count) else {
      throw Problem.malformed(
        "validationToken must have 1 to \(Self.longestToken) bytes.")
    }
    guard let watch = try watch(of: routed, .outlook), watch.state != .ending else {
      _ = refuse(1, .outlook, routed.request)
      throw Problem.notFound
    }
    return Response(
      status: 200,
      headers: [
        ("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"), ("Cache-Control", "no-store"),
      ], text: token)
  }

  /// Microsoft's have a few hundred bytes.
  private static let longestToken = 2048

  // MARK: - Believing

  private func require(_ request: Request) throws(Problem) {
    try parts.requireReady()
    if let client = parts.limits.client(of: request), let wait = refusals.wait(of: client) {
      throw .rateLimited(wait: wait)
    }
  }

  private func watch(of routed: RoutedRequest, _ provider: Connection.Provider) throws -> Watch? {
    let id = routed.parameters[0]
    guard id.utf8.count <= Self.longestID else { return nil }
    return try parts.records.watch(WatchID(id), at: provider)
  }

  /// Ours have thirty characters.
  private static let longestID = 64

  /// The digest is what is compared, and in a time that tells nothing of it.
  private func isBelieved(_ secret: String?, by watch: Watch, providerID: String) -> Bool {
    let isRight = equalInConstantTime(sha256((secret ?? "").utf8), watch.secretHash)
    return isRight && watch.mayBeNamed(providerID, at: parts.time.now())
  }

  private func refuse(
    _ count: Int, _ provider: Connection.Provider, _ request: Request
  ) -> Response {
    parts.providerCalls.count(count, believed: false, provider)
    if let client = parts.limits.client(of: request) { refusals.note(client) }
    return .accepted
  }
}

extension ProviderCall.News {
  /// What one notice says. A lifecycle event that we do not know is a reason to look, too.
  fileprivate init(_ notice: JSON) {
    switch notice["lifecycleEvent"]?.string {
    case "reauthorizationRequired": self = .toBeRenewed
    case "subscriptionRemoved": self = .ended
    default: self = .changed
    }
  }

  fileprivate var order: Int {
    switch self {
    case .changed: 0
    case .toBeRenewed: 1
    case .ended: 2
    }
  }
}

extension Response {
  fileprivate static let accepted = Response(status: 202, headers: [("Cache-Control", "no-store")])
}
