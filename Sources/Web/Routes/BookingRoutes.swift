import Bookings
import Core
import Crypto
import HTTPServer
import Intake

/// One booking, for whoever holds its token: `/r/{token}`.
struct BookingRoutes: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let acceptance: Acceptance

  init(_ parts: WebParts) {
    self.parts = parts
    json = BookingJSON(parts)
    acceptance = Acceptance(parts, json: json)
  }

  func add(to router: inout Router) {
    router.on(.get, "/r/{token}", show)
    router.on(.get, "/r/{token}/invite.ics", invite)
    router.on(.post, "/r/{token}/reschedule", reschedule)
    router.on(.post, "/r/{token}/cancel", cancel)
  }

  private func show(_ routed: RoutedRequest, _ responder: Responder) {
    parts.answering(responder) {
      let booking = try parts.booking(of: routed)
      let history = try parts.records.history(of: booking.id)
      let tag = booking.entityTag(history)
      let headers: [Response.Header] = [
        ("ETag", tag), ("Cache-Control", "private, no-cache"), ("Vary", "Accept"),
      ]
      if routed.request.headers.values("if-none-match").contains(where: { $0.contains(tag) }) {
        return responder.send(Response(status: 304, headers: headers))
      }
      let body = json.document(booking, for: .guest, history: history)
      responder.send(.json(200, body, headers: headers))
    }
  }

  private func invite(_ routed: RoutedRequest, _ responder: Responder) {
    parts.answering(responder) {
      guard let object = parts.invite(try parts.booking(of: routed).id) else {
        throw Problem.notFound
      }
      responder.send(
        Response(
          status: 200,
          headers: [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", #"attachment; filename="invite.ics""#),
            ("Cache-Control", "no-store"),
          ], body: object))
    }
  }
}

// MARK: Changes

extension BookingRoutes {
  private func reschedule(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    parts.answering(responder) {
      try parts.requireReady()
      let id = try parts.booking(of: routed).id
      let idempotency = try request.idempotency(scope: "booking:\(id)")
      try acceptance.held.check(idempotency)
      let fields = try RescheduleFields(try request.requiredJSON())
      let change = ChangeRequest(
        booking: id, reason: fields.reason, idempotency: idempotency,
        render: { json.accepted($0, $1) })
      parts.intake.reschedule(change, to: fields.start) { result in
        parts.answering(responder) {
          let accepted = try result.get()
          parts.changes.tell(.booking(id))
          acceptance.answer(accepted, to: request, under: idempotency, responder)
        }
      }
    }
  }

  private func cancel(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    parts.answering(responder) {
      try parts.requireReady()
      let id = try parts.booking(of: routed).id
      let idempotency = try request.idempotency(scope: "booking:\(id)")
      try acceptance.held.check(idempotency)
      let fields = try CancelFields(request.body.isEmpty ? [:] : try request.requiredJSON())
      let change = ChangeRequest(
        booking: id, reason: fields.reason, idempotency: idempotency,
        render: { json.accepted($0, $1) })
      parts.intake.cancel(change) { result in
        parts.answering(responder) {
          switch try result.get() {
          case .accepted(let accepted):
            parts.changes.tell(.booking(id))
            acceptance.answer(accepted, to: request, under: idempotency, responder)
          case .already(let booking):
            responder.send(
              .json(
                200, json.document(booking, for: .guest), headers: [("Cache-Control", "no-store")]))
          }
        }
      }
    }
  }
}

extension WebParts {
  /// The booking that a path's token names. A forged token and a booking that is gone look alike.
  func booking(of routed: RoutedRequest) throws -> Booking {
    guard let id = tokens.booking(of: routed.parameters[0]),
      let booking = try records.booking(id)
    else { throw Problem.notFound }
    return booking
  }
}

extension Request {
  fileprivate func requiredJSON() throws(Problem) -> JSON {
    guard bodyKind == .json else { throw .unsupportedMediaType }
    return try json()
  }
}

extension Booking {
  /// Names what is shown of it now: each change adds a line to the history.
  fileprivate func entityTag(_ history: [BookingHistoryEntry]) -> String {
    let what = "\(revision) \(state.rawValue) \(updatedAt.milliseconds) \(history.count)"
    return "\"\(base64url(sha256(what.utf8).prefix(12)))\""
  }
}
