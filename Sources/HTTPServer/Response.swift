/// An answer. Date, Content-Length, Transfer-Encoding and Connection are the transport's and must not be
/// among the headers: an answer that names one, or whose headers hold a line break, becomes a 500 and an
/// error in the log.
package struct Response: Sendable {
  package typealias Header = (name: String, value: String)

  package enum Body: Sendable {
    case bytes([UInt8])
    /// Stays open until the stream is finished or the client goes.
    case stream(EventStream)
    /// A whole answer's Content-Length, the first bytes of its body, and the connection's end: what a
    /// client gets of a server that dies meanwhile. For trying clients out.
    case brokenOff([UInt8], after: Int)
  }

  /// 200 to 599.
  package var status: Int
  package var headers: [Header]
  /// Left out by the transport for HEAD, 204 and 304.
  package var body: Body

  package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = .bytes(body)
  }

  package init(status: Int, headers: [Header] = [], text: String) {
    self.init(status: status, headers: headers, body: Array(text.utf8))
  }

  /// Server-sent events (the `text/event-stream` of the HTML standard, section 9.2): the caller writes the
  /// events' bytes into `stream`, before or after sending this.
  package static func events(_ stream: EventStream, headers: [Header] = []) -> Response {
    var response = Response(
      status: 200,
      headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")] + headers)
    response.body = .stream(stream)
    return response
  }

  var stream: EventStream? {
    if case .stream(let stream) = body { stream } else { nil }
  }
}
