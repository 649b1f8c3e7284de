/// A JSON value (RFC 8259).
///
/// The reader is our own: Foundation's decoder takes duplicate keys silently, reports one error at
/// a time without its place, and costs more than the rest of a request (we answer 15 000 a second
/// on two cores). `JSON.parse` refuses what is doubtful, and `FieldReader` collects every problem
/// of a body.
package enum JSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent.
  case integer(Int64)
  /// Any other number; always finite.
  case number(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

extension JSON {
  package enum Syntax: Sendable {
    /// RFC 8259 to the letter, for everything that strangers send.
    case strict
    /// JSON5 (spec.json5.org) for the files that people write for us: comments, trailing commas,
    /// unquoted ASCII keys, single quotes, strings continued with a backslash at the line's end,
    /// hex, `+1`, `.5` and `5.`. Infinity and NaN are refused: no setting of ours means them.
    case json5
  }

  package struct Limits: Sendable {
    package var maximumBytes: Int
    package var maximumDepth: Int

    /// A mebibyte is sixteen times the largest body that we take; 64 levels are five times our
    /// deepest document and far from the end of a 512 KiB thread's stack.
    package init(maximumBytes: Int = 1 << 20, maximumDepth: Int = 64) {
      self.maximumBytes = maximumBytes
      self.maximumDepth = maximumDepth
    }
  }

  /// Reads one document. Duplicate keys, lone surrogates, invalid UTF-8, a byte order mark in
  /// strict text, numbers that no `Int64` or finite `Double` holds, and anything after the value
  /// are errors.
  ///
  /// Keys that differ only in Unicode normalization count as duplicates, since Swift's strings
  /// could not tell them apart afterwards.
  package static func parse(
    _ bytes: [UInt8], syntax: Syntax = .strict, limits: Limits = Limits()
  ) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes, syntax: syntax, limits: limits)
    return try parser.document()
  }

  /// The member of an object; nil when this is no object or has no such member.
  package subscript(key: String) -> JSON? {
    guard case .object(let object) = self else { return nil }
    return object[key]
  }

  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  package var integer: Int64? {
    guard case .integer(let number) = self else { return nil }
    return number
  }

  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  package var array: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  package var object: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }

  /// "a string", "null": what it is, for sentences about what it should have been.
  package var kindInWords: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral members: (String, JSON)...) { self = .object(JSONObject(members)) }
}
