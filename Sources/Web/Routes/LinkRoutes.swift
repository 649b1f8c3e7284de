import Bookings
import Core
import HTTPServer
import Intake

/// Links for agents: `/v1/links`.
struct LinkRoutes: Sendable {
  private let parts: WebParts
  private let changes: LinkChanges
  private let explanation: LinkExplanation

  init(_ parts: WebParts) {
    self.parts = parts
    changes = LinkChanges(parts)
    explanation = LinkExplanation(parts)
  }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.post, "/v1/links", needs: .linksWrite, create),
      KeyedRoute(.get, "/v1/links", needs: .linksRead, list),
      KeyedRoute(.get, "/v1/links/{id}", needs: .linksRead, show),
      KeyedRoute(.patch, "/v1/links/{id}", needs: .linksWrite, changes.update),
      KeyedRoute(.delete, "/v1/links/{id}", needs: .linksWrite, changes.delete),
      KeyedRoute(.post, "/v1/links/{id}/pause", needs: .linksWrite, changes.pause),
      KeyedRoute(.post, "/v1/links/{id}/resume", needs: .linksWrite, changes.resume),
      KeyedRoute(
        .get, "/v1/links/{id}/explain", needs: .linksRead, later: explanation.explain),
      KeyedRoute(.post, "/v1/links/{id}/send", needs: .linksWrite) {
        try LinkSending(parts).send($0, of: try parts.link($0.parameters[0], of: $0.caller))
      },
    ]
  }

  @Sendable private func create(_ request: KeyedRequest) throws -> Response {
    let key = try request.request.idempotency(scope: "links")
    let body = try request.json()
    if let key, let earlier = try parts.linkAnswer(to: key, of: request.caller) {
      return created(earlier.link, earlier.body)
    }
    let link = try LinkCreation(parts, request.caller).link(body)
    let answer = link.json(parts)
    do {
      let operation = LinkOperation(.create, by: request.caller.key.id.text)
      if let earlier = try parts.records.keepLink(
        link, replacing: nil, as: operation, request: key, answer: answer)
      {
        return created(earlier.link, earlier.body)
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
    let link = try parts.link(request.parameters[0], of: request.caller)
    let tag = [("ETag", link.entityTag.description)]
    if request.request.hasSeen(link.entityTag.description) {
      return Response(status: 304, headers: tag)
    }
    return .json(200, link.json(parts), headers: tag)
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
