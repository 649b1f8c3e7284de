import Core
import HTTPServer
import Queue

/// What operators have done: `/v1/actions`.
struct ActionRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/actions", needs: .jobsRead, list),
      KeyedRoute.kept("/v1/actions/{id}/undo", needs: .jobsWrite, parts, undo),
    ]
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let limit = try QueryReader.read(request.request) {
      $0.integer("limit", in: Pages.limits) ?? Pages.usualLimit
    }
    let actions = try parts.records.actions(of: request.caller.organization.text, limit: limit)
    var writer = JSONWriter()
    writer.object { $0.field("data", actions) }
    return .json(200, writer.bytes)
  }

  /// Puts back those jobs that have not begun since.
  @Sendable private func undo(_ request: KeyedRequest) throws -> Response {
    guard let number = Int64(request.parameters[0]) else { throw Problem.notFound }
    let caller = request.caller
    let undoing = try parts.patiently {
      try parts.records.undo(
        action: number, of: caller.organization.text, by: "key \(caller.key.name)")
    }
    guard let undoing else { throw Problem.notFound }
    var writer = JSONWriter()
    writer.value(undoing)
    return .json(200, writer.bytes)
  }
}
