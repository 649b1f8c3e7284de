import Foundation

/// Header fields that hold what people wrote.
enum MailHeader {
  /// Plain where it is short ASCII, else in encoded words (RFC 2047).
  static func text(_ name: String, _ value: String) -> String {
    "\(name): \(words(value, plain: { $0 }))"
  }

  /// `From: "Rivera, Alex" <alex@example.com>`.
  static func mailbox(_ name: String, _ mailbox: Mailbox) -> String {
    let phrase = words(mailbox.name) { text in
      let escaped = text.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : [$0] }
      return "\"\(String(escaped))\""
    }
    // On a line of its own the address fits, however long the name is.
    return phrase.isEmpty
      ? "\(name): \(mailbox.email)" : "\(name): \(phrase)\r\n <\(mailbox.email)>"
  }

  /// Longer ones are encoded, which folds them too.
  private static let longestPlain = 60
  /// 39 bytes are 52 characters of base64: with the longest name of ours, and the 12 that mark a
  /// word, a line stays within the 76 of RFC 2047 section 2.
  private static let bytesOfWord = 39

  private static func words(_ value: String, plain: (String) -> String) -> String {
    let text = cleaned(value)
    guard !text.isEmpty else { return "" }
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    if isPlain && text.utf8.count <= longestPlain && !text.contains("=?") { return plain(text) }
    var words: [String] = []
    var word: [UInt8] = []
    for character in text.unicodeScalars {
      let bytes = Array(String(character).utf8)
      if word.count + bytes.count > bytesOfWord {
        words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
        word = []
      }
      word += bytes
    }
    words.append("=?UTF-8?B?\(Data(word).base64EncodedString())?=")
    return words.joined(separator: "\r\n ")
  }

  /// One line without control characters.
  static func cleaned(_ value: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in value.unicodeScalars {
      switch scalar.value {
      case 0x09...0x0D, 0x85, 0x2028, 0x2029:
        if scalars.last != " " { scalars.append(" ") }
      case 0..<0x20, 0x7F...0x9F: break
      default: scalars.append(scalar)
      }
    }
    return String(scalars).trimmingCharacters(in: [" "])
  }
}
