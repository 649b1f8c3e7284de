import HTTPServer

extension Problem {
  /// The same refusal as a page, for people.
  var page: Response {
    Page(title: title) {
      element("h1") { title }
      paragraph(detail)
    }.response(status: status, headers: headers)
  }

  /// In the form that the request asks for.
  func response(to request: Request) -> Response { request.prefersJSON ? response : page }
}

extension WebParts {
  /// Runs a route that answers with a page; what it throws is a page too.
  func showing(_ responder: Responder, _ route: () throws -> Void) {
    do { try route() } catch { responder.send(Problem(error, log: log).page) }
  }
}
