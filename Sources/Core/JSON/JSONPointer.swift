/// The place of a value in its document, as a URI fragment: `#/guest/email` (RFC 6901 section 6).
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  package let text: String

  /// The whole document.
  package static let root = JSONPointer(text: "#")

  /// `?limit`: a value of the request's query. It is no pointer of RFC 6901, but a problem document says
  /// where the fault is in one place only, and no body is meant.
  package static func query(_ name: String) -> JSONPointer {
    JSONPointer(text: "?" + escaped(cut(name)))
  }

  /// Keys come from strangers too; a longer one is cut, so that an error is never larger than its cause.
  static let longestKey = 100

  private init(text: String) { self.text = text }

  package func appending(key: String) -> JSONPointer {
    JSONPointer(text: text + "/" + JSONPointer.escaped(JSONPointer.cut(key)))
  }

  package func appending(index: Int) -> JSONPointer { JSONPointer(text: "\(text)/\(index)") }

  /// The value around this one; nil for the root.
  package var parent: JSONPointer? {
    guard let slash = text.lastIndex(of: "/") else { return nil }
    return JSONPointer(text: String(text[..<slash]))
  }

  /// `backoff.baseSeconds`, as people name a setting; nil for the root.
  package var dotted: String? {
    self == .root ? nil : String(text.dropFirst(2).map { $0 == "/" ? "." : $0 })
  }

  package var description: String { text }

  static func cut(_ key: String) -> String {
    let scalars = key.unicodeScalars
    guard key.utf8.count > longestKey, scalars.count > longestKey else { return key }
    return String(scalars.prefix(longestKey)) + "…"
  }

  /// `~` and `/` as RFC 6901 section 3 wants, then what RFC 3986 section 3.5 keeps out of
  /// fragments.
  private static func escaped(_ key: String) -> String {
    guard !key.utf8.allSatisfy(isLetterOrDigit) else { return key }
    var escaped = [UInt8]()
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "~"): escaped += Array("~0".utf8)
      case UInt8(ascii: "/"): escaped += Array("~1".utf8)
      case _ where isLetterOrDigit(byte) || "-._!$&'()*+,;=:@?".utf8.contains(byte):
        escaped.append(byte)
      default:
        let digits = Array("0123456789ABCDEF".utf8)
        escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
