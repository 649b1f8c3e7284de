import Bookings
import Core
import Crypto
import HTTPServer
import Intake

/// One booking, for whoever holds its token: `/r/{token}`.
struct BookingRoutes: Sendable {
  private let parts: WebParts
  private let json: BookingJSON
  private let changes: GuestChanges
  private let page: GuestBookingPage

  init(_ parts: WebParts) {
    self.parts = parts
    json = BookingJSON(parts)
    changes = GuestChanges(parts, json: json)
    page = GuestBookingPage(parts)
  }

  func add(to router: inout Router) {
    let events = BookingEvents(parts, json: json)
    router.on(.get, "/r/{token}", show)
    router.on(.get, "/r/{token}/events", events.send)
    router.on(.get, "/r/{token}/invite.ics", invite)
    router.on(.post, "/r/{token}/reschedule", changes.reschedule)
    router.on(.post, "/r/{token}/cancel", changes.cancel)
  }

  private func show(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    do {
      if !request.prefersJSON {
        return try page.show(parts.booking(of: routed), request, responder)
      }
      let (booking, history) = try parts.bookingWithHistory(of: routed)
      let tag = booking.entityTag(history)
      let headers =
        [
          ("ETag", tag), ("Cache-Control", "private, no-cache"), ("Vary", "Accept"),
        ] + Response.discreet
      if request.hasSeen(tag) { return responder.send(Response(status: 304, headers: headers)) }
      let body = json.document(booking, for: .guest, history: history)
      responder.send(.json(200, body, headers: headers))
    } catch {
      responder.send(Problem(error, log: parts.log).response(to: request))
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
          ] + Response.discreet, body: object))
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

  func bookingWithHistory(
    of routed: RoutedRequest
  ) throws -> (booking: Booking, history: [BookingHistoryEntry]) {
    guard let id = tokens.booking(of: routed.parameters[0]),
      let found = try records.bookingWithHistory(id)
    else { throw Problem.notFound }
    return found
  }
}

extension Booking {
  /// Names what is shown of it now: each change adds a line to the history.
  fileprivate func entityTag(_ history: [BookingHistoryEntry]) -> String {
    let what = "\(revision) \(state.rawValue) \(updatedAt.milliseconds) \(history.count)"
    return "\"\(base64url(sha256(what.utf8).prefix(12)))\""
  }
}
