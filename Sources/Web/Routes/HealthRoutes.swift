import HTTPServer

/// `GET /healthz`: the process lives. `GET /readyz`: it takes requests; 503 while it drains.
struct HealthRoutes: Sendable {
  private let parts: WebParts

  init(_ parts: WebParts) { self.parts = parts }

  func add(to router: inout Router) {
    router.on(.get, "/healthz") { _, responder in responder.send(.json(200, #"{"status":"ok"}"#)) }
    router.on(.get, "/readyz") { _, responder in
      responder.send(
        parts.isReady() ? .json(200, #"{"status":"ready"}"#) : Problem.draining.response)
    }
  }
}

extension Response {
  static func json(_ status: Int, _ text: String) -> Response {
    Response(status: status, headers: [("Content-Type", "application/json")], text: text)
  }

  static func json(
    _ status: Int, _ body: [UInt8], headers: [Response.Header] = []
  ) -> Response {
    Response(
      status: status, headers: [("Content-Type", "application/json")] + headers, body: body)
  }
}
