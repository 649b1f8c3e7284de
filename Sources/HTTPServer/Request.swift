/// One request, received whole, as a value that can go to any thread.
package struct Request: Sendable {
  package typealias QueryItem = (name: String, value: String)

  /// A HEAD request is shown as GET: the answer is the same and the transport leaves its body out
  /// (RFC 9110 section 9.3.2), so that no handler can get it wrong.
  package var method: Method
  /// The target's path, percent-decoded, valid UTF-8 without control characters, beginning with `/`
  /// (or `*`, of OPTIONS).
  package var path: String
  /// The target's query in the order given, decoded as a form: `+` is a space, a bare name has an empty
  /// value.
  package var query: [QueryItem]
  package var headers: RequestHeaders
  /// At most the configured limit; empty when there was none.
  package var body: [UInt8]
  /// The peer of the socket, which is the proxy where there is one.
  package var remoteAddress: RemoteAddress

  package init(
    method: Method = .get, path: String = "/", query: [QueryItem] = [],
    headers: RequestHeaders = RequestHeaders(), body: [UInt8] = [],
    remoteAddress: RemoteAddress = .unknown
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.remoteAddress = remoteAddress
  }

  /// The first value of that name in the query.
  package func queryValue(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The value of the first cookie of that name (RFC 6265 section 5.4), its quotes kept: names are
  /// case-sensitive and values are opaque.
  package func cookie(_ name: String) -> String? {
    for header in headers.values("cookie") {
      for pair in header.split(separator: ";") {
        let trimmed = pair.drop { $0 == " " || $0 == "\t" }
        guard let equals = trimmed.firstIndex(of: "=") else { continue }
        if trimmed[..<equals] == name { return String(trimmed[trimmed.index(after: equals)...]) }
      }
    }
    return nil
  }
}
