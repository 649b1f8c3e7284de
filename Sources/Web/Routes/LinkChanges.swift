import Bookings
import Core
import HTTPServer
import Intake

/// Changes of a link that is there: update, pause, resume and delete. Each is made on the revision that was
/// read; where somebody else was quicker, it is made again on theirs, unless `If-Match` said which one was
/// meant.
struct LinkChanges: Sendable {
  private let parts: WebParts

  /// Several programs that change one link at once are rare, and each round one of them succeeds.
  private static let rounds = 10

  init(_ parts: WebParts) { self.parts = parts }

  func update(_ request: KeyedRequest) throws -> Response {
    let patch = try LinkPatch(parts, try request.json())
    return try change(request, .update) { link in
      guard let host = try parts.host(link.host.id, of: request.caller) else {
        throw Problem.notFound
      }
      return try patch.applied(to: link, host: host)
    }
  }

  /// No new bookings; those made stay.
  func pause(_ request: KeyedRequest) throws -> Response {
    try change(request, .pause) { try $0.with(.paused) }
  }

  func resume(_ request: KeyedRequest) throws -> Response {
    try change(request, .resume) { try $0.with(.active) }
  }

  /// Bookings made under it stay and go on.
  func delete(_ request: KeyedRequest) throws -> Response {
    try change(request, .delete) { link in
      var link = link
      link.state = .deleted
      return link
    }
  }

  private func change(
    _ request: KeyedRequest, _ verb: LinkOperation.Verb, _ apply: (Link) throws -> Link
  ) throws -> Response {
    let key = try request.request.idempotency(scope: "links")
    let caller = request.caller
    if let key, let earlier = try parts.linkAnswer(to: key, of: caller) {
      return response(verb, earlier.body)
    }
    for _ in 0..<LinkChanges.rounds {
      let link = try parts.link(request.parameters[0], of: caller)
      guard link.entityTag.isAllowed(byIfMatch: request.request) else {
        throw Problem.preconditionFailed
      }
      var changed = try apply(link)
      // Nothing that a guest or an agent could see has changed: nobody's tag goes stale.
      if changed == link, verb != .delete { return response(verb, link.json(parts), link) }
      changed.revision += 1
      changed.updatedAt = parts.time.now()
      let body = verb == .delete ? [] : changed.json(parts)
      do {
        let earlier = try parts.records.keepLink(
          changed, replacing: link.revision, as: LinkOperation(verb, by: caller.key.id.text),
          request: key, answer: body)
        if let earlier { return response(verb, earlier.body) }
        return response(verb, body, changed)
      } catch WebRecordsError.linkChanged {
        continue
      } catch WebRecordsError.slugTaken {
        throw Problem.invalid([.slugTaken])
      } catch WebRecordsError.requestDiffers {
        throw Problem(IntakeError.idempotencyMismatch)
      }
    }
    throw Problem.storageUnavailable
  }

  /// The tag is left out of a repeat: the link may have changed since.
  private func response(
    _ verb: LinkOperation.Verb, _ body: [UInt8], _ link: Link? = nil
  ) -> Response {
    if verb == .delete { return Response(status: 204) }
    return .json(200, body, headers: link.map { [("ETag", $0.entityTag.description)] } ?? [])
  }
}

extension Link {
  /// Throws `link-spent` for a link that takes no bookings any more, whatever one does.
  fileprivate func with(_ state: Link.State) throws(Problem) -> Link {
    if self.state == .spent { throw Problem(.linkSpent) }
    var link = self
    link.state = state
    return link
  }
}

extension WebParts {
  /// What an equal request about a link was answered before: it is answered so again, before anything else
  /// is looked at.
  func linkAnswer(
    to key: IdempotentRequest, of caller: Caller
  ) throws -> (link: LinkID, body: [UInt8])? {
    do {
      return try records.linkAnswer(to: key, of: caller.organization)
    } catch WebRecordsError.requestDiffers {
      throw Problem(IntakeError.idempotencyMismatch)
    }
  }

  /// Throws `Problem.notFound` for a link that is deleted or that this caller may not see.
  func link(_ id: String, of caller: Caller) throws -> Link {
    guard let link = try records.link(LinkID(id)), link.state != .deleted, caller.mayReach(link)
    else { throw Problem.notFound }
    return link
  }
}

extension Problem {
  static let preconditionFailed = Problem(
    412, "precondition-failed", "Precondition failed",
    "It was changed since you read it: If-Match names another state.")
}
