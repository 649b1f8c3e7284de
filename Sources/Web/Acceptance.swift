import Bookings
import Core
import HTTPServer
import Intake

/// Answers a request about a booking that has become a job: 202 at once, or, where the request
/// prefers to wait, the job's ending.
///
/// A held answer is 201 when it is about a new booking and the calendar has confirmed it. Any other
/// ending, also `rejected` or `failed`, is 200 with the booking as it stands: the request was
/// carried out, and its outcome is in `state` and `reason`. A job that has not ended in time
/// answers the 202.
struct Acceptance: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let waiting: Waiting
  let held = HeldRequests()

  init(_ parts: WebParts, json: BookingJSON) {
    self.parts = parts
    self.json = json
    waiting = Waiting(parts)
  }

  func answer(
    _ accepted: Accepted, to request: Request, under idempotency: IdempotentRequest?,
    cookiePath: String? = nil, isNew: Bool = false, _ responder: Responder
  ) {
    let token = parts.tokens.token(for: accepted.booking)
    var headers: [Response.Header] = [
      ("Location", "/r/\(token)"), ("Cache-Control", "no-store"),
    ]
    if let cookiePath {
      headers.append(("Set-Cookie", parts.bookingCookie(token, path: cookiePath)))
    }
    let pending = Response.json(
      202, TokenPlace.filled(accepted.body, with: token), headers: headers)
    guard let seconds = request.preferredWaitSeconds else { return responder.send(pending) }

    held.hold(idempotency)
    waiting.untilEnded(accepted.job, seconds: seconds) { [headers] hasEnded in
      held.release(idempotency)
      guard hasEnded, let booking = try? parts.records.booking(accepted.booking) else {
        return responder.send(pending)
      }
      let status = isNew && booking.state == .confirmed ? 201 : 200
      responder.send(
        .json(status, json.document(booking, for: .guest), headers: headers)
          .preferenceApplied(waitSeconds: seconds))
    }
  }
}

extension WebParts {
  /// By it the page of a spent link knows the guest who booked. It goes to that link's page alone,
  /// so that two links do not fight for it.
  func bookingCookie(_ token: String, path: String) -> String {
    let secure = publicURL.hasPrefix("https:") ? "; Secure" : ""
    return "\(BookingCookie.name)=\(token); HttpOnly; SameSite=Lax; Path=\(path); "
      + "Max-Age=\(BookingCookie.maximumAgeSeconds)\(secure)"
  }
}

enum BookingCookie {
  static let name = "bookend_booking"
  /// A year: bookings are not made further ahead than that (`LinkSettings.Limit.rollingDays`).
  static let maximumAgeSeconds = 366 * 86_400
}
