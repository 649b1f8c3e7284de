import Bookings
import Core
import HTTPServer
import Intake

/// The booking page and what it posts: `/b/{slug}`.
struct GuestRoutes: Sendable {
  private let parts: WebParts
  private let booking: GuestBooking
  private let slots: GuestSlots
  private let page: GuestPage
  private let bookingPage: GuestBookingPage

  init(_ parts: WebParts) {
    self.parts = parts
    let json = BookingJSON(parts)
    booking = GuestBooking(parts, json: json, acceptance: Acceptance(parts, json: json))
    slots = GuestSlots(parts)
    page = GuestPage(parts)
    bookingPage = GuestBookingPage(parts)
  }

  func add(to router: inout Router) {
    router.on(.get, "/b/{slug}", show)
    router.on(.get, "/b/{slug}/slots", slots.list)
    router.on(.post, "/b/{slug}/bookings", booking.book)
    router.on(.post, "/b/{slug}/address", GuestAddress(parts).mail)
    router.on(.get, Asset.stylesheet.path, Asset.stylesheet.send)
    router.on(.get, Asset.zoneScript.path, Asset.zoneScript.send)
    router.on(.get, Asset.liveScript.path, Asset.liveScript.send)
  }

  private func show(_ routed: RoutedRequest, _ responder: Responder) {
    let request = routed.request
    do {
      guard let link = try parts.records.link(slug: routed.parameters[0]) else {
        throw Problem.notFound
      }
      if request.prefersJSON {
        if link.state == .spent { throw Problem(.linkSpent) }
        let headers = [("Cache-Control", "no-cache"), ("Vary", "Accept")] + Response.discreet
        responder.send(.json(200, link.guestJSON, headers: headers))
      } else if let own = try ownBooking(under: link, request) {
        try bookingPage.show(own, request, responder)
      } else {
        try page.show(link, request, responder)
      }
    } catch {
      responder.send(Problem(error, log: parts.log).response(to: request))
    }
  }

  /// On the page of a spent link, the booking that has spent it, for the guest who made it: the
  /// cookie set then names it. Anybody else learns nothing of it.
  private func ownBooking(under link: Link, _ request: Request) throws -> Booking? {
    guard link.state == .spent, let token = request.cookie(BookingCookie.name),
      let id = parts.tokens.booking(of: token), let booking = try parts.records.booking(id),
      booking.link == link.id
    else { return nil }
    return booking
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
