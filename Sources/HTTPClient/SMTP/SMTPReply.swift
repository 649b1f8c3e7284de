/// What a mail server answered to a command (RFC 5321 section 4.2).
package struct SMTPReply: Equatable, Sendable {
  package let code: Int
  /// Its lines without the code. The server chose the words: they may hold the recipient's address.
  package let text: String

  package init(code: Int, text: String) {
    self.code = code
    self.text = text
  }

  package var isPositive: Bool { (200...299).contains(code) }
  /// The same again may be taken later (RFC 5321 section 4.2.1).
  package var isTransient: Bool { (400...499).contains(code) }

  /// `5.1.1`, where the server says one (RFC 3463): it names the reason and nobody.
  package var enhancedStatus: String? {
    let word = text.prefix { $0 != " " && $0 != "\n" }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, ["2", "4", "5"].contains(parts[0]),
      parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit) })
    else { return nil }
    return String(word)
  }

  /// `550 5.1.1`: what may be logged.
  package var codes: String { enhancedStatus.map { "\(code) \($0)" } ?? "\(code)" }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
