/// Strings and bare keys.
extension JSONParser {
  /// A string, from its opening quote to behind the closing one.
  mutating func text() throws(JSONError) -> String {
    let quote = byte
    position += 1
    let start = position
    // Most strings have no escape: they are taken as they lie. Most are ASCII: they are valid.
    var allBits: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        let text = bytes[start..<position]
        let valid =
          allBits < 0x80 ? String(decoding: text, as: UTF8.self) : try valid(text, at: start)
        position += 1
        return valid
      }
      if byte == UInt8(ascii: "\\") { return try escapedText(from: start, quote: quote) }
      if byte < 0x20 { throw failure(.controlCharacter) }
      allBits |= byte
      position += 1
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func escapedText(from start: Int, quote: UInt8) throws(JSONError) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        let text = try valid(unescaped[...], at: start)
        position += 1
        return text
      }
      if byte < 0x20 { throw failure(.controlCharacter) }
      position += 1
      if byte == UInt8(ascii: "\\") {
        try unescape(into: &unescaped)
      } else {
        unescaped.append(byte)
      }
    }
    throw failure(.unexpectedEnd)
  }

  /// Reads what follows a backslash.
  private mutating func unescape(into text: inout [UInt8]) throws(JSONError) {
    guard !isAtEnd else { throw failure(.unexpectedEnd) }
    let letter = byte
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try escapedScalar()).utf8)
    default:
      position -= 1
      guard syntax == .json5 else { throw failure(.badEscape) }
      try unescapeJSON5(into: &text)
    }
  }

  /// JSON5 section 5.1: more escapes, and a backslash at a line's end continues the string.
  private mutating func unescapeJSON5(into text: inout [UInt8]) throws(JSONError) {
    let letter = byte
    switch letter {
    case UInt8(ascii: "'"): text.append(letter)
    case UInt8(ascii: "v"): text.append(0x0B)
    case 0x0A: break
    case 0x0D:
      if position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
    default: throw failure(.badEscape)
    }
    position += 1
  }

  /// The scalar of `\uXXXX`, or of two of them that make a surrogate pair (RFC 8259 section 7).
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let start = position - 2
    let high = try hexadecimal(digits: 4)
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard (0xD800...0xDBFF).contains(high), byte == UInt8(ascii: "\\"),
      position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure(.loneSurrogate, at: start) }
    position += 2
    let low = try hexadecimal(digits: 4)
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure(.loneSurrogate, at: start) }
    return scalar
  }

  private mutating func hexadecimal(digits: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = JSONParser.hexadecimalDigit(byte) else {
        throw isAtEnd ? failure(.unexpectedEnd) : failure(.badEscape)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private func valid(_ text: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
    guard let text = String(validating: text, as: UTF8.self) else {
      throw failure(.invalidUTF8, at: start)
    }
    return text
  }

  /// A key without quotes. ASCII only: our files use words, and a quoted key can hold the rest.
  mutating func identifier() -> String? {
    let start = position
    while true {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "$"):
        position += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where position > start: position += 1
      default:
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
      }
    }
  }
}
