import Bookings
import Core
import HTTPServer
import Intake
import Queue

/// The host's side of moving and cancelling: the guests' use cases, and the same jobs.
struct AgentBookingChanges: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let waiting: Waiting

  /// What guests read: a paragraph.
  private static let reasonCharacters = 0...1000

  init(_ parts: WebParts) {
    self.parts = parts
    json = BookingJSON(parts)
    waiting = Waiting(parts)
  }

  func cancel(
    _ booking: Booking, _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    // There is nothing that a body must say.
    let body: JSON = request.request.body.isEmpty ? [:] : try request.request.json()
    let reason = try FieldReader.read(body) { fields in
      Optional.some(fields.optionalString("reason", length: Self.reasonCharacters))
    }
    let change = try change(of: booking, because: reason, request)
    parts.intake.cancel(change) { result in
      switch result {
      case .success(.accepted(let accepted)): respond(accepted, request, answer)
      case .success(.already(let booking)):
        answer(.json(200, json.document(booking, for: .agent)))
      case .failure(let error):
        answer(parts.problem(error, at: "/v1/bookings/{id}/cancel").response)
      }
    }
  }

  func reschedule(
    _ booking: Booking, _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    let (start, reason) = try FieldReader.read(try request.request.json()) { fields in
      let start = fields.instant("start")
      let reason = fields.optionalString("reason", length: Self.reasonCharacters)
      return start.map { ($0, reason) }
    }
    let change = try change(of: booking, because: reason, request)
    parts.intake.reschedule(change, to: start) { result in
      switch result {
      case .success(let accepted): respond(accepted, request, answer)
      case .failure(let error):
        answer(parts.problem(error, at: "/v1/bookings/{id}/reschedule").response)
      }
    }
  }

  private func change(
    of booking: Booking, because reason: String?, _ request: KeyedRequest
  ) throws -> ChangeRequest {
    let json = json
    return ChangeRequest(
      booking: booking.id, reason: reason,
      idempotency: try request.request.idempotency(scope: "key:\(request.caller.key.id)"),
      render: { json.accepted($0, $1, for: .agent) })
  }

  /// 202, or what became of it where the sender prefers to wait and it has ended meanwhile.
  private func respond(
    _ accepted: Accepted, _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) {
    let location = ("Location", "\(parts.publicURL)/v1/bookings/\(accepted.booking)")
    let pending = Response.json(
      202, json.answer(accepted.body, for: accepted.booking), headers: [location])
    guard let seconds = request.request.preferredWaitSeconds else { return answer(pending) }
    waiting.untilEnded(accepted.job, seconds: seconds) { hasEnded in
      guard hasEnded, let booking = try? parts.records.booking(accepted.booking) else {
        return answer(pending)
      }
      let ended = Response.json(200, json.document(booking, for: .agent), headers: [location])
      answer(ended.preferenceApplied(waitSeconds: seconds))
    }
  }
}
