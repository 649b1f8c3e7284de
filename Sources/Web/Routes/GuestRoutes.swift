import HTTPServer

/// The booking page and what it posts: `/b/{slug}`.
struct GuestRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {}
}

/// One booking, for whoever holds its token: `/r/{token}`.
struct BookingRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {}
}
