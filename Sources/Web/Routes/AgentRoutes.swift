import HTTPServer

/// What agents call: `/v1/links` and `/v1/bookings`.
struct AgentRoutes: Sendable {
  private let parts: WebParts
  private let desk = Desk("agent", seats: AgentRoutes.seats)

  /// Making a link waits for its commit; several waiting at once share one.
  private static let seats = 4

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {
    router.on(routes, parts, at: desk)
  }

  var routes: [KeyedRoute] {
    LinkRoutes(parts).routes + LinkSpends(parts).routes + AgentBookingRoutes(parts).routes
  }
}
