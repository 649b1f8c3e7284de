import HTTPServer

/// `GET /openapi.json`: what this interface is, for programs that read it.
struct OpenAPIRoute: Sendable {
  func add(to router: inout Router) {
    let answer = Response.json(
      200, Array(OpenAPI.document.utf8), headers: [("Cache-Control", "max-age=300")])
    router.on(.get, "/openapi.json") { _, responder in responder.send(answer) }
  }
}
