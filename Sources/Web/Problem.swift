import Bookings
import Core
import HTTPServer
import Intake

/// A problem document (RFC 9457): what every refusal of this server looks like. Its words are ours alone;
/// no stack trace, SQL or provider's text gets into it.
package struct Problem: Error, Sendable {
  package var status: Int
  /// The last part of `type`: the closed list in the design of the interface.
  package var type: String
  package var title: String
  package var detail: String
  package var errors: [FieldProblem] = []
  package var alternatives: [Interval] = []
  /// What else this kind of problem tells (RFC 9457 section 3.2).
  package var members: [(name: String, value: JSON)] = []
  package var headers: [Response.Header] = []

  package init(_ status: Int, _ type: String, _ title: String, _ detail: String) {
    self.status = status
    self.type = type
    self.title = title
    self.detail = detail
  }

  package var response: Response {
    var writer = JSONWriter()
    writer.object { writer in
      writer.field("type", "/problems/\(type)")
      writer.field("title", title)
      writer.field("status", status)
      writer.field("detail", detail)
      if !errors.isEmpty {
        writer.array("errors", errors) { writer, error in
          writer.object {
            $0.field("pointer", error.pointer.text)
            $0.field("detail", error.detail)
          }
        }
      }
      if type == Refusal.slotTaken.rawValue {
        writer.array("alternatives", alternatives) { $0.value($1) }
      }
      for member in members { writer.field(member.name, member.value) }
    }
    return Response(
      status: status, headers: [("Content-Type", "application/problem+json")] + headers,
      body: writer.bytes)
  }
}

extension Problem {
  package static let notFound = Problem(
    404, "not-found", "Not found", "There is nothing here, or nothing that you may see.")

  package static let unauthorized: Problem = {
    var problem = Problem(
      401, "unauthorized", "Unauthorized", "Send a valid API key as Authorization: Bearer.")
    problem.headers = [("WWW-Authenticate", "Bearer")]
    return problem
  }()

  package static func forbidden(_ scope: APIKey.Scope) -> Problem {
    Problem(403, "forbidden", "Forbidden", "This key does not have the scope \(scope.rawValue).")
  }

  package static func methodNotAllowed(_ allowed: [Method]) -> Problem {
    var problem = Problem(
      405, "method-not-allowed", "Method not allowed", "This address does not take that method.")
    problem.headers = [("Allow", allowed.map(\.rawValue).joined(separator: ", "))]
    return problem
  }

  package static func malformed(_ detail: String) -> Problem {
    Problem(400, "malformed", "Malformed request", detail)
  }

  package static func invalid(_ errors: [FieldProblem]) -> Problem {
    var problem = Problem(
      422, "invalid", "Invalid values", "Some fields have values that cannot be.")
    problem.errors = errors
    return problem
  }

  package static let storageUnavailable: Problem = {
    var problem = Problem(
      503, "storage-unavailable", "Storage unavailable",
      "The server cannot keep anything at this moment, so nothing was accepted. Try again shortly.")
    problem.headers = [("Retry-After", "2")]
    return problem
  }()

  package static let draining: Problem = {
    var problem = Problem(
      503, "draining", "Server is stopping", "The server is being restarted. Try again shortly.")
    problem.headers = [("Retry-After", "1")]
    return problem
  }()

  /// What Intake said, as HTTP. The cause of `unavailable` is for the log, not for the guest.
  package init(_ error: IntakeError) {
    switch error {
    case .notFound: self = .notFound
    case .invalid(let problem): self = .invalid([problem])
    case .idempotencyMismatch:
      self.init(
        422, "idempotency-mismatch", "Idempotency key used before",
        "This Idempotency-Key was used for a different request.")
    case .unavailable: self = .storageUnavailable
    case .refused(let refusal, let alternatives):
      self.init(refusal)
      self.alternatives = alternatives
    }
  }

  package init(_ refusal: Refusal) {
    let type = refusal.rawValue
    switch refusal {
    case .slotTaken: self.init(409, type, "Time taken", "That time is no longer free.")
    case .linkSpent:
      self.init(410, type, "Link used", "This link was for one booking and has been used.")
    case .linkExpired: self.init(410, type, "Link expired", "This link has expired.")
    case .linkPaused:
      self.init(409, type, "Link paused", "This link takes no bookings at the moment.")
    case .outsideWindow:
      self.init(422, type, "Not offered", "That time is outside the hours that can be booked.")
    case .noticeTooShort:
      self.init(422, type, "Too soon", "That time is too soon to be booked.")
    case .notOnGrid:
      self.init(422, type, "Not offered", "That time is not one of the times offered.")
    case .durationNotOffered:
      self.init(422, type, "Duration not offered", "This link does not offer that duration.")
    case .limitReached:
      self.init(409, type, "Limit reached", "No more bookings are taken for that day.")
    case .calendarUnreadable:
      self.init(
        503, type, "Calendar unreadable",
        "The host's calendar cannot be read at this moment, so nobody knows what is free.")
      headers = [("Retry-After", "30")]
    case .connectionRequired:
      self.init(409, type, "No calendar", "A link needs a connected calendar.")
    case .changeInProgress:
      self.init(409, type, "Change in progress", "An earlier change of this booking is under way.")
    case .bookingCancelled:
      self.init(409, type, "Booking cancelled", "This booking is cancelled.")
    case .bookingOver: self.init(409, type, "Booking over", "This booking is over.")
    }
  }
}
