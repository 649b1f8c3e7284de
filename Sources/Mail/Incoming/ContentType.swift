/// What a part says it is: `text/calendar; method=REPLY; charset="utf-8"` (RFC 2045 section 5.1).
struct ContentType: Equatable, Sendable {
  /// Type and subtype, in lower case.
  let name: String
  /// By name in lower case. Those that are split up or say their language (RFC 2231) are left out: none that
  /// is looked at here needs to be.
  let parameters: [String: String]

  init(name: String, parameters: [String: String] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  init(_ value: String) throws(IncomingMailError) {
    var words = HeaderWords(value)
    guard let type = words.token(), words.take("/"), let subtype = words.token() else {
      throw .malformed("a Content-Type that names none")
    }
    name = "\(type)/\(subtype)".lowercased()
    var parameters: [String: String] = [:]
    while words.take(";") {
      // A semicolon at the end is seen often.
      guard let name = words.token() else { break }
      guard words.take("="), let value = words.quoted() ?? words.token() else {
        throw .malformed("a parameter of Content-Type without a value")
      }
      if parameters.updateValue(value, forKey: name.lowercased()) != nil {
        throw .malformed("a parameter of Content-Type twice")
      }
    }
    guard words.isAtEnd else { throw .malformed("a Content-Type that goes on after its end") }
    self.parameters = parameters
  }
}
