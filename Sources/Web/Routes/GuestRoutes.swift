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
      if link.slug != routed.parameters[0], !request.prefersJSON {
        // It had this name before.
        let query = request.query.map { ($0.name, $0.value) }
        responder.send(.movedTo(pageAddress("/b/\(link.slug)", items: query)))
      } else if request.prefersJSON {
        let refusal = link.refusal(now: parts.time.now())
        // One that is paused may be booked again, and can be looked at meanwhile.
        if let refusal, refusal != .linkPaused { throw Problem(refusal) }
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
      $0.field("location", settings.location.place)
      $0.field("locationKind", settings.location.kind.rawValue)
      $0.array("questions", settings.questions) { $0.value($1) }
      $0.field("maximumAdditionalGuests", settings.maximumAdditionalGuests)
      $0.field("expiresAt", settings.expiresAt)
      $0.field("state", state.rawValue)
    }
    return writer.bytes
  }
}

extension Response {
  /// Found under another address. It is not called permanent: a host may take the old name back for the
  /// same link.
  fileprivate static func movedTo(_ address: String) -> Response {
    Response(
      status: 302,
      headers: [("Location", address), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex")])
  }
}
