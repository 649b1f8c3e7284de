import Bookings
import Core
import HTTPServer
import Intake

/// `POST /b/{slug}/bookings`: from JSON, or from the page's form.
struct GuestBooking: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let acceptance: Acceptance

  init(_ parts: WebParts, json: BookingJSON, acceptance: Acceptance) {
    self.parts = parts
    self.json = json
    self.acceptance = acceptance
  }

  func book(_ routed: RoutedRequest, _ responder: Responder) {
    switch routed.request.bodyKind {
    case .json: bookFromJSON(routed, responder)
    case .form: bookFromForm(routed, responder)
    case .other: responder.send(Problem.unsupportedMediaType.response)
    }
  }

  private func bookFromJSON(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    let slug = routed.parameters[0]
    parts.answering(responder) {
      try parts.requireReady()
      let idempotency = try request.idempotency(scope: "link:\(slug)")
      try acceptance.held.check(idempotency)
      let fields = try BookingFields(try request.json(), zones: parts.zones)
      parts.intake.book(fields.request(slug: slug, idempotency: idempotency, json: json)) {
        result in
        responder.onEventLoop {
          parts.answering(responder) {
            acceptance.answer(
              try result.get(), to: request, under: idempotency,
              cookiePath: pageAddress("/b/\(slug)"),
              isNew: true, responder)
          }
        }
      }
    }
  }
}

// MARK: The page's form

extension GuestBooking {
  private func bookFromForm(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    parts.showing(responder) {
      try parts.requireReady()
      if request.isCrossSite(publicURL: parts.publicURL) { throw Problem.crossSite }
      guard let link = try parts.records.link(slug: routed.parameters[0]) else {
        throw Problem.notFound
      }
      let form = try Form(request)
      let idempotency = try form.idempotency(of: request, scope: "link:\(link.slug)")
      let fields: BookingFields
      do throws(FieldProblems) {
        fields = try BookingFields(form.booking, zones: parts.zones)
      } catch {
        return responder.send(try PostedBooking(form, link, request, parts).response(error))
      }
      parts.intake.book(fields.request(slug: link.slug, idempotency: idempotency, json: json)) {
        result in
        responder.onEventLoop {
          parts.showing(responder) {
            switch result {
            case .success(let accepted):
              let token = parts.tokens.token(for: accepted.booking)
              let cookie = parts.bookingCookie(token, path: pageAddress("/b/\(link.slug)"))
              responder.send(.seeOther("/r/\(token)", headers: [("Set-Cookie", cookie)]))
            case .failure(let error):
              responder.send(try PostedBooking(form, link, request, parts).response(error))
            }
          }
        }
      }
    }
  }
}

extension Response {
  /// After a form: the browser goes on with a GET, and loading that page again sends nothing twice.
  static func seeOther(_ address: String, headers: [Header] = []) -> Response {
    Response(
      status: 303, headers: [("Location", address), ("Cache-Control", "no-store")] + headers)
  }
}
