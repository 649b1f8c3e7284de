import HTTPServer

/// The tag of what an answer shows (RFC 9110 section 8.8.3).
struct EntityTag: Sendable, Equatable, CustomStringConvertible {
  /// With its quotes.
  let description: String

  /// `opaque` must be free of quotes and commas.
  init(_ opaque: some CustomStringConvertible) { description = "\"\(opaque)\"" }

  /// Whether there is no `If-Match`, or it names this tag: strong comparison (section 13.1.1), so that a
  /// weak tag never does.
  func isAllowed(byIfMatch request: Request) -> Bool {
    let fields = request.headers.values("If-Match")
    return fields.isEmpty
      || fields.contains { field in
        field.split { $0 == "," || $0 == " " || $0 == "\t" }.contains {
          $0 == "*" || $0 == description
        }
      }
  }
}
