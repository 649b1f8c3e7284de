import Core
import HTTPServer

extension Request {
  /// The body as JSON. Throws `Problem.unsupportedMediaType` where its type is another, and
  /// `Problem.malformed` with the place of the fault where it does not parse.
  func json() throws(Problem) -> JSON {
    guard isJSON else { throw .unsupportedMediaType("application/json") }
    do {
      return try JSON.parse(body)
    } catch {
      throw .malformed("The body is no JSON that we take: \(error).")
    }
  }

  /// A missing type is taken for JSON: there is nothing else to send here.
  private var isJSON: Bool {
    guard let type = headers["Content-Type"] else { return true }
    let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
    return essence == "application/json"
  }
}

extension Problem {
  static func unsupportedMediaType(_ wanted: String) -> Problem {
    Problem(
      415, "unsupported-media-type", "Unsupported media type",
      "The body must be sent as Content-Type: \(wanted).")
  }

  static let preconditionFailed = Problem(
    412, "precondition-failed", "Precondition failed",
    "It was changed since you read it: If-Match names another state.")
}
