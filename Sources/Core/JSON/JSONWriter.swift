/// Writes JSON text straight into bytes, for answers that are made thousands of times a second:
///
///     var writer = JSONWriter()
///     writer.object {
///       $0.field("timeZone", zone)
///       $0.array("slots", slots) { $0.value($1.start) }
///     }
///
/// The text may stand inside HTML: `<` is always escaped, and so are U+2028 and U+2029, which end a
/// line in older JavaScript.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var needsComma = false
  private var followsKey = false
  private var depth = 0

  package init(isPretty: Bool = false, reservingBytes: Int = 512) {
    self.isPretty = isPretty
    bytes.reserveCapacity(reservingBytes)
  }

  // MARK: Members

  package mutating func field(_ name: String, _ value: some JSONWritable) {
    key(name)
    value.write(to: &self)
  }

  package mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  package mutating func array<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    key(name)
    array(elements, body)
  }

  // MARK: Values

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  package mutating func array<Elements: Sequence>(
    _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    open("[")
    for element in elements { body(&self, element) }
    close("]")
  }

  package mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

  mutating func text(_ text: String) {
    beginValue()
    append(quoted: text)
  }

  mutating func instant(_ instant: Timestamp) {
    beginValue()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(rfc3339: instant)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Text that needs no escapes: numbers and words.
  mutating func literal(_ text: String) {
    beginValue()
    bytes.append(contentsOf: text.utf8)
  }

  mutating func key(_ name: String) {
    beginValue()
    append(quoted: name)
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
    needsComma = false
    followsKey = true
  }

  // MARK: Punctuation

  private mutating func beginValue() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    if isPretty, depth > 0, !followsKey { newLine() }
    needsComma = true
    followsKey = false
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    beginValue()
    bytes.append(UInt8(ascii: bracket))
    depth += 1
    needsComma = false
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    depth -= 1
    if isPretty, needsComma { newLine() }
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func newLine() {
    bytes.append(0x0A)
    for _ in 0..<depth { bytes.append(contentsOf: [0x20, 0x20]) }
  }
}

extension JSONWriter {
  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { append(escaping: $0) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
    var plainFrom = 0
    for index in text.indices where JSONWriter.mayNeedEscape(text[index]) {
      guard let escape = JSONWriter.escape(text, at: index) else { continue }
      bytes.append(contentsOf: text[plainFrom..<index])
      bytes.append(contentsOf: escape.text.utf8)
      plainFrom = index + escape.length
    }
    bytes.append(contentsOf: text[plainFrom...])
  }

  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
      || byte == UInt8(ascii: "<") || byte == 0xE2
  }

  private static func escape(
    _ text: UnsafeBufferPointer<UInt8>, at index: Int
  ) -> (text: String, length: Int)? {
    switch text[index] {
    case UInt8(ascii: "\""): return ("\\\"", 1)
    case UInt8(ascii: "\\"): return ("\\\\", 1)
    case 0x0A: return ("\\n", 1)
    case 0x0D: return ("\\r", 1)
    case 0x09: return ("\\t", 1)
    case 0xE2:
      // U+2028 and U+2029 are E2 80 A8 and E2 80 A9; a Swift string's bytes are valid UTF-8.
      guard text[index + 1] == 0x80, text[index + 2] | 1 == 0xA9 else { return nil }
      return (text[index + 2] == 0xA8 ? "\\u2028" : "\\u2029", 3)
    case let byte:
      let digits = String(byte, radix: 16)
      return ("\\u00" + (digits.count == 1 ? "0" : "") + digits, 1)
    }
  }
}
