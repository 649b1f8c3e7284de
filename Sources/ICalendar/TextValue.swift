/// The TEXT value type (RFC 5545 section 3.3.11).
package enum TextValue {
  /// Line breaks of every kind become `\n`, other control characters vanish.
  package static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", ";", ",":
        result.append("\\")
        result.append(scalar)
      case "\n" where previous == "\r": break
      // Some readers split lines at these too (Python's `splitlines` does), hence no literal one.
      case "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}":
        result.append("\\")
        result.append("n")
      case "\t": result.append(scalar)
      default: if !scalar.isControl { result.append(scalar) }
      }
      previous = scalar
    }
    return String(result)
  }

  /// An unknown escape stands for the character itself.
  package static func unescaped(_ value: String) -> String {
    guard value.utf8.contains(UInt8(ascii: "\\")) else { return value }
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in value.unicodeScalars {
      switch (isEscaped, scalar) {
      case (true, "n"), (true, "N"): result.append("\n")
      case (false, "\\"):
        isEscaped = true
        continue
      default: result.append(scalar)
      }
      isEscaped = false
    }
    return String(result)
  }
}

/// Parameter values: quoted where they must be (RFC 5545 section 3.2), with the caret encoding of
/// RFC 6868 for what quoting cannot carry.
enum ParameterValue {
  static func encoded(_ value: String) -> String {
    var result = String.UnicodeScalarView()
    var needsQuotes = value.isEmpty
    var previous: Unicode.Scalar = " "
    for scalar in value.unicodeScalars {
      switch scalar {
      case "^": result.append(contentsOf: "^^".unicodeScalars)
      case "\"": result.append(contentsOf: "^'".unicodeScalars)
      case "\n" where previous == "\r": break
      case "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}":
        result.append(contentsOf: "^n".unicodeScalars)
      case ":", ";", ",":
        needsQuotes = true
        result.append(scalar)
      case "\t": result.append(scalar)
      default: if !scalar.isControl { result.append(scalar) }
      }
      previous = scalar
    }
    return needsQuotes ? "\"\(String(result))\"" : String(result)
  }

  static func decoded(_ value: String) -> String {
    guard value.utf8.contains(UInt8(ascii: "^")) else { return value }
    var result = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in value.unicodeScalars {
      switch (isEscaped, scalar) {
      case (false, "^"):
        isEscaped = true
        continue
      case (true, "^"): result.append("^")
      case (true, "n"): result.append("\n")
      case (true, "'"): result.append("\"")
      // RFC 6868 section 3: any other sequence is left as it is.
      case (true, _): result.append(contentsOf: ["^", scalar])
      case (false, _): result.append(scalar)
      }
      isEscaped = false
    }
    if isEscaped { result.append("^") }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// C0, DEL and C1.
  fileprivate var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
