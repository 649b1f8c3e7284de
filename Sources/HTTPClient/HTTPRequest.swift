import Core

/// What is sent to a server. It may be printed: its one secret is redacted, and a URL with a password in
/// it is refused.
package struct HTTPRequest: Sendable {
  package var method: String
  /// Absolute, `http` or `https`, percent-encoded, without userinfo.
  package var url: String
  package var headers: [(name: String, value: String)]
  /// The value of the `Authorization` header.
  package var authorization: Redacted<String>?
  package var body: [UInt8]
  /// Whether a repeat does no harm: only such a request may go out on a connection that has been used
  /// before, since libcurl repeats it there by itself.
  package var isSafe: Bool

  /// Without `isSafe` the method decides: a question that is asked with POST has to say that it is one.
  package init(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [],
    authorization: Redacted<String>? = nil, body: [UInt8] = [], isSafe: Bool? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.authorization = authorization
    self.body = body
    self.isSafe = isSafe ?? HTTPRequest.safeMethods.contains(method)
  }

  /// RFC 9110 section 9.2.1, RFC 4918 section 9.1, RFC 3253 section 3.6.
  private static let safeMethods: Set = ["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"]
}
