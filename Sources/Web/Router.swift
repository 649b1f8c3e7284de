import HTTPServer

/// What a route is given: the request and the values of its path's `{…}` parts, in order.
struct RoutedRequest: Sendable {
  let request: Request
  let parameters: [String]
}

/// Finds the one route of a method and path. Paths that no route has are 404, methods that a path does not
/// take are 405 with `Allow`.
struct Router: Sendable {
  typealias Action = @Sendable (RoutedRequest, Responder) -> Void

  private struct Route: Sendable {
    let method: Method
    let pattern: String
    let parts: [Substring]
    let action: Action
  }

  private var routes: [Route] = []

  /// `pattern` is a path such as `/b/{slug}/slots`; a part in braces matches any one part.
  mutating func on(_ method: Method, _ pattern: StaticString, _ action: @escaping Action) {
    let text = pattern.description
    routes.append(
      Route(method: method, pattern: text, parts: Router.parts(of: text), action: action))
  }

  /// Every route as it was added, for the document that describes them.
  var table: [(method: Method, pattern: String)] { routes.map { ($0.method, $0.pattern) } }

  func handle(_ request: Request, _ responder: Responder) {
    let parts = Router.parts(of: request.path)
    var allowed: [Method] = []
    for route in routes {
      guard let parameters = Router.match(route.parts, parts) else { continue }
      if route.method == request.method {
        return route.action(
          RoutedRequest(request: request, parameters: parameters), responder)
      }
      allowed.append(route.method)
    }
    let problem: Problem = allowed.isEmpty ? .notFound : .methodNotAllowed(allowed)
    responder.send(problem.response)
  }

  /// By bytes and not by characters, of which a path's slashes are none else.
  private static func parts(of path: String) -> [Substring] {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { Substring($0) }
  }

  private static func match(_ pattern: [Substring], _ parts: [Substring]) -> [String]? {
    guard pattern.count == parts.count else { return nil }
    var parameters: [String] = []
    for (expected, part) in zip(pattern, parts) {
      if expected.utf8.first == UInt8(ascii: "{") {
        if part.isEmpty { return nil }
        parameters.append(String(part))
      } else if expected != part {
        return nil
      }
    }
    return parameters
  }
}
