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
  private let held = HeldRequests()

  init(_ parts: WebParts) {
    self.parts = parts
    json = BookingJSON(parts)
    waiting = Waiting(parts)
  }

  func cancel(
    _ booking: Booking, _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    // There is nothing that a body must say.
    let body: JSON = request.request.body.isEmpty ? [:] : try request.json()
    let fields = try CancelFields(body)
    let change = try change(of: booking, because: fields.reason, request)
    parts.intake.cancel(change) { result in
      switch result {
      case .success(.accepted(let accepted)):
        respond(accepted, change.idempotency, request, answer)
      case .success(.already(let booking)):
        answer(.json(200, json.document(booking, for: .agent)))
      case .failure(let error): answer(Problem(error, log: parts.log).response)
      }
    }
  }

  func reschedule(
    _ booking: Booking, _ request: KeyedRequest, _ answer: @escaping KeyedRoute.Answer
  ) throws {
    let fields = try RescheduleFields(try request.json())
    let change = try change(of: booking, because: fields.reason, request)
    parts.intake.reschedule(change, to: fields.start) { result in
      switch result {
      case .success(let accepted): respond(accepted, change.idempotency, request, answer)
      case .failure(let error): answer(Problem(error, log: parts.log).response)
      }
    }
  }

  private func change(
    of booking: Booking, because reason: String?, _ request: KeyedRequest
  ) throws -> ChangeRequest {
    let json = json
    let idempotency = try request.request.idempotency(scope: "key:\(request.caller.key.id)")
    try held.check(idempotency)
    return ChangeRequest(
      booking: booking.id, reason: reason, idempotency: idempotency,
      render: { json.accepted($0, for: .agent) })
  }

  /// 202, or what became of it where the sender prefers to wait and it has ended meanwhile.
  private func respond(
    _ accepted: Accepted, _ idempotency: IdempotentRequest?, _ request: KeyedRequest,
    _ answer: @escaping KeyedRoute.Answer
  ) {
    parts.changes.tell(.booking(accepted.booking))
    let location = ("Location", "\(parts.publicURL)/v1/bookings/\(accepted.booking)")
    let pending = Response.json(
      202, json.answer(accepted.body, for: accepted.booking), headers: [location])
    guard let seconds = request.request.preferredWaitSeconds else { return answer(pending) }
    held.hold(idempotency)
    waiting.untilEnded(accepted.job, seconds: seconds) { hasEnded in
      held.release(idempotency)
      guard hasEnded, let booking = try? parts.records.booking(accepted.booking) else {
        return answer(pending)
      }
      let ended = Response.json(200, json.document(booking, for: .agent), headers: [location])
      answer(ended.preferenceApplied(waitSeconds: seconds))
    }
  }
}
