import Bookings
import Core
import HTTPServer
import Intake

/// What has become of a single-use link, for its owner: `/v1/links/{id}/spends`, and `/reopen`.
struct LinkSpends: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/links/{id}/spends", needs: .linksRead, list),
      KeyedRoute(.post, "/v1/links/{id}/reopen", needs: .linksWrite, reopen),
    ]
  }

  /// Every use, and every release with its reason and who did it; the latest first.
  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let link = try found(request)
    let page = try QueryReader.read(request.request) { query in
      try PageRequest(query) { Int64($0).flatMap { $0 > 0 ? $0 : nil } }
    }
    let spends = try parts.records.spends(
      of: link.id, before: page.cursor, limit: page.fetched)
    return page.response(spends, cursor: \.number) { $1.write(to: &$0) }
  }

  /// Takes bookings under a spent link again. The booking that has spent it stays as it is: whoever wants it
  /// gone cancels it.
  @Sendable private func reopen(_ request: KeyedRequest) throws -> Response {
    let link = try found(request)
    let http = request.request
    if !http.body.isEmpty {
      // Nothing need be said, and what would be lost without a word is refused.
      try FieldReader.read(try request.json()) { _ in () }
    }
    guard link.entityTag.isAllowed(byIfMatch: http) else { throw Problem.preconditionFailed }
    let wish = Reopening(
      link: link.id, organization: request.caller.organization, host: request.caller.host,
      by: request.caller.key.id.text,
      revision: http.headers["If-Match"] == nil ? nil : link.revision)
    do {
      let reopened = try parts.records.reopen(
        wish, request: try http.idempotency(scope: "links")
      ) { [parts] in $0.json(parts) }
      return .json(200, reopened.answer, headers: [("ETag", reopened.link.entityTag.description)])
    } catch WebRecordsError.notFound {
      throw Problem.notFound
    } catch WebRecordsError.linkChanged {
      throw Problem.preconditionFailed
    } catch WebRecordsError.notSpent(let state) {
      throw Problem.notSpent(state)
    } catch WebRecordsError.requestDiffers {
      throw Problem(IntakeError.idempotencyMismatch)
    }
  }

  private func found(_ request: KeyedRequest) throws -> Link {
    guard let link = try parts.records.link(LinkID(request.parameters[0])),
      link.state != .deleted, request.caller.mayReach(link)
    else { throw Problem.notFound }
    return link
  }
}

extension Problem {
  fileprivate static func notSpent(_ state: Link.State) -> Problem {
    Problem(
      409, "invalid", "Link is \(state.rawValue)", "Only a link that is spent can be reopened.")
  }
}
