import Bookings
import Core
import HTTPServer
import Intake

/// Links for agents: `/v1/links`.
struct LinkRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.post, "/v1/links", needs: .linksWrite, create),
      KeyedRoute(.get, "/v1/links", needs: .linksRead, list),
      KeyedRoute(.get, "/v1/links/{id}", needs: .linksRead, show),
      KeyedRoute(.delete, "/v1/links/{id}", needs: .linksWrite, delete),
      KeyedRoute(.post, "/v1/links/{id}/send", needs: .linksWrite) {
        try LinkSending(parts).send($0, of: try found($0))
      },
    ]
  }

  @Sendable private func create(_ request: KeyedRequest) throws -> Response {
    let key = try request.request.idempotency(scope: "links")
    let link = try LinkCreation(parts, request.caller).link(request.json())
    let answer = link.json(publicURL: parts.publicURL)
    do {
      if let earlier = try parts.records.addLink(link, request: key, answer: answer) {
        return created(earlier.link, earlier.answer)
      }
    } catch WebRecordsError.slugTaken {
      throw Problem.invalid([.slugTaken])
    } catch WebRecordsError.requestDiffers {
      throw Problem(IntakeError.idempotencyMismatch)
    }
    return created(link.id, answer, tag: link.entityTag)
  }

  /// The tag is left out of a repeat: the link may have changed since.
  private func created(_ link: LinkID, _ answer: [UInt8], tag: EntityTag? = nil) -> Response {
    var headers: [Response.Header] = [("Location", "\(parts.publicURL)/v1/links/\(link)")]
    if let tag { headers.append(("ETag", tag.description)) }
    return .json(201, answer, headers: headers)
  }

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, wanted) = try QueryReader.read(request.request) { query in
      let page = try PageRequest(query) { LinkID(cursor: $0, prefix: LinkCreation.idPrefix) }
      var wanted = LinkQuery(organization: request.caller.organization, limit: page.fetched)
      wanted.host = try parts.host(query, of: request.caller)
      wanted.state = query.choice("state", among: Link.State.allCases.filter { $0 != .deleted })
      wanted.kind = query.choice("kind", among: Link.Kind.allCases)
      wanted.text = query.text("q", length: LinkRoutes.searchCharacters)
      wanted.before = page.cursor
      return (page, wanted)
    }
    let links = try parts.records.links(wanted)
    return page.response(links, cursor: \.id) { $1.write(to: &$0, publicURL: parts.publicURL) }
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    let link = try found(request)
    let tag = [("ETag", link.entityTag.description)]
    if request.request.hasSeen(link.entityTag.description) {
      return Response(status: 304, headers: tag)
    }
    return .json(200, link.json(publicURL: parts.publicURL), headers: tag)
  }

  /// Bookings made under it stay and go on.
  @Sendable private func delete(_ request: KeyedRequest) throws -> Response {
    let link = try found(request)
    guard link.entityTag.isAllowed(byIfMatch: request.request) else {
      throw Problem.preconditionFailed
    }
    let isConditional = request.request.headers["If-Match"] != nil
    let caller = request.caller
    let isDeleted = try parts.records.deleteLink(
      link.id, of: caller.organization, host: caller.host,
      revision: isConditional ? link.revision : nil)
    guard isDeleted else {
      // It was there a moment ago.
      throw isConditional ? Problem.preconditionFailed : Problem.notFound
    }
    return Response(status: 204)
  }

  private func found(_ request: KeyedRequest) throws -> Link {
    guard let link = try parts.records.link(LinkID(request.parameters[0])),
      link.state != .deleted, request.caller.mayReach(link)
    else { throw Problem.notFound }
    return link
  }

  /// The longest title.
  private static let searchCharacters = 1...LinkSettings.Limit.titleCharacters.upperBound
}

extension WebParts {
  /// The host whose things a list is to show: the key's own, or the one that the query names.
  func host(_ query: QueryReader, of caller: Caller) throws -> HostID? {
    guard let text = query.text("host", length: 1...Caller.longestID) else { return caller.host }
    if let host = try host(HostID(text), of: caller) { return host.id }
    query.report("host", Caller.noSuchHost)
    return nil
  }

  /// That host, where the caller may act for it.
  func host(_ id: HostID, of caller: Caller) throws -> HostRecord? {
    guard caller.host == nil || caller.host == id else { return nil }
    return try records.hosts(of: caller.organization, host: id).first
  }
}

extension Caller {
  /// Ours have thirty characters.
  static let longestID = 100
  static let noSuchHost = "is no host that this key acts for"
}

extension Problem {
  fileprivate static let preconditionFailed = Problem(
    412, "precondition-failed", "Precondition failed",
    "It was changed since you read it: If-Match names another state.")
}
