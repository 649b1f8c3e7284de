import Core

/// A call of Calendar v3 by somebody who is known.
struct GoogleCall {
  let request: WireRequest
  let grant: Grant
  let fault: Fault?

  /// Authentication has seen to it.
  var account: String { grant.account ?? "" }

  /// - Parameter scopes: Any of these will do, named without what all begin with.
  func require(_ scopes: [String]) throws(Refusal) {
    let prefix = "https://www.googleapis.com/auth/"
    guard grant.allows(anyOf: scopes.map { prefix + $0 }) else { throw .googleScope }
  }

  /// Whether the grant is for calendars that the person owns, and for no others.
  func isLimitedToOwned(_ wide: [String]) -> Bool {
    let prefix = "https://www.googleapis.com/auth/"
    return !grant.allows(anyOf: wide.map { prefix + $0 })
  }

  func document() throws(Refusal) -> JSON {
    guard let json = request.json, json.object != nil else {
      throw .google(400, "parseError", "Parse Error")
    }
    return json
  }

  /// A parameter that is a number; absent is nil.
  func number(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let text = request.value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else { throw invalid(name) }
    return number
  }

  func instant(_ name: String) throws(Refusal) -> Timestamp? {
    guard let text = request.value(name) else { return nil }
    guard let instant = Timestamp(rfc3339: text) else {
      throw .google(400, "badRequest", "Bad Request")
    }
    return instant
  }

  private func invalid(_ name: String) -> Refusal {
    .google(
      400, "invalidParameter", "Invalid value for: \(name)", location: ("parameter", name))
  }
}
