import Bookings
import Core
import HTTPServer
import Intake

/// The booking page and what it posts: `/b/{slug}`.
struct GuestRoutes: Sendable {
  private let parts: WebParts
  private let booking: GuestBooking
  private let slots: GuestSlots

  init(_ parts: WebParts) {
    self.parts = parts
    let json = BookingJSON(parts)
    booking = GuestBooking(parts, json: json, acceptance: Acceptance(parts, json: json))
    slots = GuestSlots(parts)
  }

  func add(to router: inout Router) {
    router.on(.get, "/b/{slug}", show)
    router.on(.get, "/b/{slug}/slots", slots.list)
    router.on(.post, "/b/{slug}/bookings", booking.book)
  }

  private func show(_ routed: RoutedRequest, _ responder: Responder) {
    parts.answering(responder) {
      guard let link = try parts.records.link(slug: routed.parameters[0]) else {
        throw Problem.notFound
      }
      if link.state == .spent { throw Problem(.linkSpent) }
      responder.send(
        .json(200, link.guestJSON, headers: [("Cache-Control", "no-cache"), ("Vary", "Accept")]))
    }
  }
}

extension Link {
  /// What guests may know of it.
  fileprivate var guestJSON: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.field("slug", slug)
      $0.field("title", settings.title)
      $0.field("description", settings.description)
      $0.field("kind", kind.rawValue)
      $0.field("durationsMinutes", settings.durationsMinutes)
      $0.field("timeZone", settings.timeZone)
      $0.object("host") { $0.field("name", host.name) }
      $0.field("location", settings.location.text)
      $0.field("state", state.rawValue)
    }
    return writer.bytes
  }
}
