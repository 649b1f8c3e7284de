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
    case .form: responder.send(Problem.unsupportedMediaType.response)
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
        parts.answering(responder) {
          acceptance.answer(
            try result.get(), to: request, under: idempotency, cookiePath: "/b/\(slug)",
            isNew: true, responder)
        }
      }
    }
  }
}
