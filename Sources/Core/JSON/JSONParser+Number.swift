/// Numbers: RFC 8259 section 6, and JSON5 section 6 less Infinity and NaN.
extension JSONParser {
  mutating func number() throws(JSONError) -> JSON {
    let start = position
    var isNegative = false
    if byte == UInt8(ascii: "-") || (byte == UInt8(ascii: "+") && syntax == .json5) {
      isNegative = byte == UInt8(ascii: "-")
      position += 1
    }
    if syntax == .json5 {
      if byte == UInt8(ascii: "I") || byte == UInt8(ascii: "N") { throw wordForNumber() }
      if byte == UInt8(ascii: "0"), position + 1 < bytes.count, bytes[position + 1] | 0x20 == 0x78 {
        return try hexadecimalInteger(isNegative: isNegative, start: start)
      }
    }

    let whole = digits()
    if whole == 0, !(syntax == .json5 && byte == UInt8(ascii: ".")) {
      throw unexpected(position == start ? "a value" : "a digit")
    }
    if whole > 1, bytes[position - whole] == UInt8(ascii: "0") {
      throw failure(.expected("a number without leading zeros", found: "\"0\""), at: start)
    }
    var isInteger = true
    if byte == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      let fraction = digits()
      if fraction == 0, syntax == .strict || whole == 0 { throw unexpected("a digit") }
    }
    if byte | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      if digits() == 0 { throw unexpected("a digit") }
    }
    return isInteger ? try integer(from: start) : try double(from: start)
  }

  private mutating func digits() -> Int {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  private func integer(from start: Int) throws(JSONError) -> JSON {
    let isNegative = bytes[start] == UInt8(ascii: "-")
    let isSigned = isNegative || bytes[start] == UInt8(ascii: "+")
    var value: Int64 = 0
    for index in (isSigned ? start + 1 : start)..<position {
      // Counts downwards, since the smallest Int64 has no positive twin.
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let digit = Int64(bytes[index] - UInt8(ascii: "0"))
      let (difference, underflow) = product.subtractingReportingOverflow(digit)
      guard !overflow, !underflow else { throw failure(.numberOutOfRange, at: start) }
      value = difference
    }
    if isNegative { return .integer(value) }
    guard value != .min else { throw failure(.numberOutOfRange, at: start) }
    return .integer(-value)
  }

  private func double(from start: Int) throws(JSONError) -> JSON {
    // Swift wants a digit on both sides of the dot; JSON5 does not.
    var text = Array(bytes[start..<position])
    if let dot = text.firstIndex(of: UInt8(ascii: ".")) {
      let zero = UInt8(ascii: "0")
      if dot + 1 == text.count || text[dot + 1] | 0x20 == UInt8(ascii: "e") {
        text.insert(zero, at: dot + 1)
      }
      if dot == 0 || text[dot - 1] == UInt8(ascii: "+") || text[dot - 1] == UInt8(ascii: "-") {
        text.insert(zero, at: dot)
      }
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      throw failure(.numberOutOfRange, at: start)
    }
    return .number(value)
  }

  private mutating func hexadecimalInteger(isNegative: Bool, start: Int) throws(JSONError) -> JSON {
    position += 2
    let first = position
    var magnitude: UInt64 = 0
    while let digit = JSONParser.hexadecimalDigit(byte) {
      guard magnitude >> 60 == 0 else { throw failure(.numberOutOfRange, at: start) }
      magnitude = magnitude << 4 | UInt64(digit)
      position += 1
    }
    guard position > first else { throw unexpected("a hexadecimal digit") }
    guard let value = Int64(exactly: magnitude) else {
      throw failure(.numberOutOfRange, at: start)
    }
    return .integer(isNegative ? -value : value)
  }

  private mutating func wordForNumber() -> JSONError {
    let start = position
    let word = identifier() ?? ""
    position = start
    return ["Infinity", "NaN"].contains(word) ? failure(.noNumber(word)) : unexpected("a value")
  }
}
