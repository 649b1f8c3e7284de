import Core
import HTTPServer
import Intake

/// A form that a page has posted. Values come without the white space around them, and with the
/// line breaks that the rest of the program uses.
struct Form: Sendable {
  private let values: [String: String]

  /// Throws `malformed` where the body is no form.
  init(_ request: Request) throws(Problem) {
    guard let items = formItems(request.body) else {
      throw .malformed("The body is no form that can be read.")
    }
    values = Dictionary(items.map { ($0.name, cleaned($0.value)) }) { first, _ in first }
  }

  /// Empty where there is none.
  subscript(_ name: String) -> String { values[name] ?? "" }

  /// The values whose names begin with `prefix`, by the rest of their names.
  func values(after prefix: String) -> [String: String] {
    var found: [String: String] = [:]
    for (name, value) in values where name.hasPrefix(prefix) {
      found[String(name.dropFirst(prefix.count))] = value
    }
    return found
  }

  /// The value as a JSON member; what was left empty was not given.
  func json(_ name: String) -> JSON { self[name].isEmpty ? .null : .string(self[name]) }
}

private func cleaned(_ text: String) -> String {
  var scalars = String.UnicodeScalarView()
  // Browsers send CR LF (the HTML standard, section 4.10.21.4).
  for scalar in text.unicodeScalars where scalar != "\r" { scalars.append(scalar) }
  var view = scalars[...]
  while view.first?.properties.isWhitespace == true { view.removeFirst() }
  while view.last?.properties.isWhitespace == true { view.removeLast() }
  return String(view)
}

extension Form {
  /// The request under the key that the form was made with; nil where it has none.
  func idempotency(of request: Request, scope: String) throws(Problem) -> IdempotentRequest? {
    let key = self["key"]
    if key.isEmpty { return nil }
    guard let idempotency = request.idempotency(scope: scope, key: key) else {
      throw .malformed("The form’s key is none of ours. Load the page again.")
    }
    return idempotency
  }
}

/// What a request's body says it is.
enum BodyKind: Sendable {
  case json, form, other
}

extension Request {
  var bodyKind: BodyKind {
    guard let type = headers.bytes("content-type") else { return .other }
    let essence = type.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    if essence.isEqual(to: "application/json") { return .json }
    if essence.isEqual(to: "application/x-www-form-urlencoded") { return .form }
    return .other
  }

  /// The body as JSON. Throws `Problem.malformed`, with the place of the fault.
  func json() throws(Problem) -> JSON {
    do {
      return try JSON.parse(body, limits: JSON.Limits(maximumDepth: Request.deepestBody))
    } catch {
      throw .malformed(
        "The body is no JSON: line \(error.line), column \(error.column): \(error.detail).")
    }
  }

  /// No body of the interface is deeper than half of it.
  private static let deepestBody = 16
}

extension ArraySlice<UInt8> {
  /// Compares ASCII without regard to case.
  fileprivate func isEqual(to text: StaticString) -> Bool {
    text.withUTF8Buffer { text in
      count == text.count
        && zip(self, text).allSatisfy { a, b in
          a == b || (a | 0x20 == b && (0x61...0x7A).contains(b))
        }
    }
  }
}

extension Problem {
  static let unsupportedMediaType = Problem(
    415, "unsupported-media-type", "Unsupported media type",
    "Send application/json, or the page's form.")
}
