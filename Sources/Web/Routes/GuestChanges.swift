import Bookings
import Core
import HTTPServer
import Intake

/// `POST /r/{token}/reschedule` and `POST /r/{token}/cancel`: from JSON, or from the pages' forms,
/// which get 303 to the booking, or the page again with what went wrong.
struct GuestChanges: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let acceptance: Acceptance

  init(_ parts: WebParts, json: BookingJSON) {
    self.parts = parts
    self.json = json
    acceptance = Acceptance(parts, json: json)
  }

  func reschedule(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    if request.bodyKind == .form { return rescheduleFromForm(routed, responder) }
    parts.answering(responder) {
      try parts.requireReady()
      guard request.bodyKind == .json else { throw Problem.unsupportedMediaType }
      let id = try parts.booking(of: routed).id
      let idempotency = try request.idempotency(scope: "booking:\(id)")
      try acceptance.held.check(idempotency)
      let fields = try RescheduleFields(try request.json())
      parts.intake.reschedule(change(id, fields.reason, idempotency), to: fields.start) { result in
        responder.onEventLoop {
          parts.answering(responder) {
            let accepted = try result.get()
            parts.changes.tell(.booking(id))
            acceptance.answer(accepted, to: request, under: idempotency, responder)
          }
        }
      }
    }
  }

  func cancel(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    if request.bodyKind == .form { return cancelFromForm(routed, responder) }
    parts.answering(responder) {
      try parts.requireReady()
      // To cancel, nothing need be said.
      guard request.bodyKind == .json || request.body.isEmpty else {
        throw Problem.unsupportedMediaType
      }
      let id = try parts.booking(of: routed).id
      let idempotency = try request.idempotency(scope: "booking:\(id)")
      try acceptance.held.check(idempotency)
      let fields = try CancelFields(request.body.isEmpty ? [:] : try request.json())
      parts.intake.cancel(change(id, fields.reason, idempotency)) { result in
        responder.onEventLoop {
          parts.answering(responder) {
            switch try result.get() {
            case .accepted(let accepted):
              parts.changes.tell(.booking(id))
              acceptance.answer(accepted, to: request, under: idempotency, responder)
            case .already(let booking):
              let headers = [("Cache-Control", "no-store")]
              responder.send(
                .json(200, json.document(booking, for: .guest), headers: headers))
            }
          }
        }
      }
    }
  }

  private func change(
    _ booking: BookingID, _ reason: String?, _ idempotency: IdempotentRequest?
  ) -> ChangeRequest {
    ChangeRequest(
      booking: booking, reason: reason, idempotency: idempotency,
      render: { json.accepted($0, for: .guest) })
  }
}

// MARK: The pages' forms

extension GuestChanges {
  private func rescheduleFromForm(_ routed: RoutedRequest, _ responder: Responder) {
    fromForm(routed, responder) { booking, form, idempotency, ending in
      let json: JSON = ["start": form.json("start"), "reason": form.json("reason")]
      let fields = try RescheduleFields(json)
      let change = change(booking, fields.reason, idempotency)
      parts.intake.reschedule(change, to: fields.start) { ending($0.map { _ in }) }
    }
  }

  private func cancelFromForm(_ routed: RoutedRequest, _ responder: Responder) {
    fromForm(routed, responder) { booking, form, idempotency, ending in
      let fields = try CancelFields(["reason": form.json("reason")])
      parts.intake.cancel(change(booking, fields.reason, idempotency)) { ending($0.map { _ in }) }
    }
  }

  private func fromForm(
    _ routed: RoutedRequest, _ responder: Responder,
    _ ask: (
      _ booking: BookingID, _ form: Form, _ idempotency: IdempotentRequest?,
      _ ending: @escaping Intake.Completion<Void>
    ) throws -> Void
  ) {
    let request = routed.request
    parts.showing(responder) {
      try parts.requireReady()
      if request.isCrossSite(publicURL: parts.publicURL) { throw Problem.crossSite }
      let booking = try parts.booking(of: routed)
      let form = try Form(request)
      let idempotency = try form.idempotency(of: request, scope: "booking:\(booking.id)")
      try ask(booking.id, form, idempotency) { result in
        responder.onEventLoop {
          parts.showing(responder) {
            switch result {
            case .success:
              parts.changes.tell(.booking(booking.id))
              responder.send(.seeOther("/r/\(routed.parameters[0])"))
            case .failure(let error):
              let shown = try ShownBooking(try parts.booking(of: routed), request, parts)
              let problem = Problem(error, log: parts.log)
              responder.send(try shown.refused(problem, reason: form["reason"]))
            }
          }
        }
      }
    }
  }
}
