import HTTPServer

/// Links and bookings for agents: `/v1/links`, `/v1/bookings`.
struct AgentRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {}
}

/// Jobs for operators: `/v1/jobs`.
struct OperatorRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {}
}
