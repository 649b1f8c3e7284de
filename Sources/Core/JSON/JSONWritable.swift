/// What a `JSONWriter` can write as one value.
package protocol JSONWritable {
  func write(to writer: inout JSONWriter)
}

extension String: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.text(self) }
}

extension Bool: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.literal(self ? "true" : "false") }
}

extension Int: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.literal(String(self)) }
}

extension Int64: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.literal(String(self)) }
}

extension Double: JSONWritable {
  /// The shortest text that reads back as the same number. Always with a dot or an exponent, so
  /// that it comes back as `.number`. JSON has no words for infinities: to write one is a
  /// programmer's error.
  package func write(to writer: inout JSONWriter) {
    invariant(isFinite, "JSON holds finite numbers")
    writer.literal(description)
  }
}

extension Timestamp: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.instant(self) }
}

extension CivilDate: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.text(description) }
}

extension Identifier: JSONWritable {
  package func write(to writer: inout JSONWriter) { writer.text(text) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    if let value = self { value.write(to: &writer) } else { writer.literal("null") }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    writer.array(self) { $1.write(to: &$0) }
  }
}

extension JSON: JSONWritable {
  package func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.literal("null")
    case .bool(let value): value.write(to: &writer)
    case .integer(let value): value.write(to: &writer)
    case .number(let value): value.write(to: &writer)
    case .string(let text): writer.text(text)
    case .array(let elements): elements.write(to: &writer)
    case .object(let object):
      writer.object { writer in
        for member in object.members { writer.field(member.key, member.value) }
      }
    }
  }

  /// The text of the value; `JSON.parse` reads it back as an equal value.
  package func serialized(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    write(to: &writer)
    return writer.bytes
  }
}
