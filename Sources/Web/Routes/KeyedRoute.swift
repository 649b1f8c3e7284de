import Bookings
import Core
import HTTPServer

/// A request whose sender is known.
struct KeyedRequest: Sendable {
  let request: Request
  /// The values of its path's `{…}` parts, in order.
  let parameters: [String]
  let caller: Caller

  /// The body as JSON. Throws `Problem.unsupportedMediaType` or `Problem.malformed`.
  func json() throws(Problem) -> JSON {
    guard request.bodyKind == .json else { throw .unsupportedMediaType }
    return try request.json()
  }
}

/// A route of `/v1`: open to those whose API key has its scope.
struct KeyedRoute: Sendable {
  typealias Answer = @Sendable (Response) -> Void
  /// Answers once, now or later; or throws, and then does not answer.
  typealias Action = @Sendable (KeyedRequest, @escaping Answer) throws -> Void

  let method: Method
  let pattern: StaticString
  let scope: APIKey.Scope
  private let action: Action

  init(
    _ method: Method, _ pattern: StaticString, needs scope: APIKey.Scope,
    later action: @escaping Action
  ) {
    self.method = method
    self.pattern = pattern
    self.scope = scope
    self.action = action
  }

  init(
    _ method: Method, _ pattern: StaticString, needs scope: APIKey.Scope,
    _ action: @escaping @Sendable (KeyedRequest) throws -> Response
  ) {
    self.init(method, pattern, needs: scope, later: { $1(try action($0)) })
  }

  /// Blocks for reads and commits; never for a provider.
  func handle(_ request: RoutedRequest, _ parts: WebParts, answer: @escaping Answer) {
    do {
      let caller = try parts.caller(of: request.request, needing: scope)
      if method != .get { try parts.requireReady() }
      try action(
        KeyedRequest(request: request.request, parameters: request.parameters, caller: caller),
        answer)
    } catch {
      answer(Problem(error, log: parts.log).response)
    }
  }
}

extension Router {
  /// Adds routes that do their work at `desk`.
  mutating func on(_ routes: [KeyedRoute], _ parts: WebParts, at desk: Desk) {
    for route in routes {
      on(route.method, route.pattern) { request, responder in
        desk.run { route.handle(request, parts) { responder.send($0) } }
      }
    }
  }
}
