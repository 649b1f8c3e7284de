/// The problem documents (RFC 9457) that the transport answers by itself. What the library's parser
/// refuses before any of our code sees it (a request line it cannot read, HTTP/1.1 without Host, broken
/// chunks, headers past the connection's memory) it answers itself, in its own short HTML or by closing.
extension Response {
  static func malformed(_ detail: String) -> Response {
    problem(400, type: "/problems/malformed", title: "Malformed request", detail: detail)
  }

  static func methodNotAllowed(_ methods: Set<Method>) -> Response {
    let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
    var response = problem(
      405, type: "about:blank", title: "Method not allowed",
      detail: "This server knows \(allowed).")
    response.headers.append(("Allow", allowed))
    return response
  }

  static func bodyTooLarge(limit: Int) -> Response {
    tooLarge(413, "Body too large", "The body may have \(limit) bytes.")
  }

  static func targetTooLong(limit: Int) -> Response {
    tooLarge(414, "Target too long", "The request target may have \(limit) bytes.")
  }

  static func headersTooLarge(limit: Int) -> Response {
    tooLarge(
      431, "Headers too large", "The request line and the headers may have \(limit) bytes.")
  }

  static func tooManyHeaders(limit: Int) -> Response {
    tooLarge(431, "Too many headers", "A request may have \(limit) header fields.")
  }

  static let internalError = problem(
    500, type: "about:blank", title: "Internal error", detail: "The request was not answered.")

  static let draining: Response = {
    var response = problem(
      503, type: "/problems/draining", title: "Server is stopping",
      detail: "The server is being restarted; try again shortly.")
    response.headers.append(("Retry-After", "1"))
    return response
  }()

  private static func tooLarge(_ status: Int, _ title: String, _ detail: String) -> Response {
    problem(status, type: "/problems/too-large", title: title, detail: detail)
  }

  /// Our own words only, so nothing needs escaping.
  private static func problem(
    _ status: Int, type: String, title: String, detail: String
  ) -> Response {
    Response(
      status: status, headers: [("Content-Type", "application/problem+json")],
      text: #"{"type":"\#(type)","title":"\#(title)","status":\#(status),"detail":"\#(detail)"}"#)
  }
}
