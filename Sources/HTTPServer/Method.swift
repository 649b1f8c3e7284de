/// A request method (RFC 9110 section 9). Compared as written: methods are case-sensitive.
package struct Method: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package static let get = Method(rawValue: "GET")
  package static let head = Method(rawValue: "HEAD")
  package static let post = Method(rawValue: "POST")
  package static let put = Method(rawValue: "PUT")
  package static let patch = Method(rawValue: "PATCH")
  package static let delete = Method(rawValue: "DELETE")
  package static let options = Method(rawValue: "OPTIONS")

  /// What Bookend's own routes speak.
  package static let usual: Set<Method> = [.get, .head, .post, .put, .patch, .delete, .options]

  package var description: String { rawValue }
}
