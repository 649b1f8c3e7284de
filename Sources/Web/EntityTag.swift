import HTTPServer

/// The tag of what an answer shows (RFC 9110 section 8.8.3).
struct EntityTag: Sendable, Equatable, CustomStringConvertible {
  /// With its quotes.
  let description: String

  /// `opaque` must be free of quotes.
  init(_ opaque: some CustomStringConvertible) { description = "\"\(opaque)\"" }

  /// Whether `If-None-Match` names it, so that the answer is 304. Weak comparison (section 13.1.2).
  func isNamed(byIfNoneMatch request: Request) -> Bool {
    EntityTag.listed(request.headers.values("If-None-Match")).contains {
      $0 == "*" || $0 == description || $0 == "W/\(description)"
    }
  }

  /// Whether there is no `If-Match`, or it names this tag. Strong comparison (section 13.1.1).
  func isAllowed(byIfMatch request: Request) -> Bool {
    let fields = request.headers.values("If-Match")
    return fields.isEmpty
      || EntityTag.listed(fields).contains { $0 == "*" || $0 == description }
  }

  /// None of our tags holds a comma.
  private static func listed(_ fields: [String]) -> [String] {
    fields.flatMap { $0.split(separator: ",") }.map { tag in
      String(
        tag.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
  }
}
