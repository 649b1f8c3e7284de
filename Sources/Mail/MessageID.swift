/// The identity of one mail. Made from what the mail is about (event, revision, method, recipient),
/// it makes the repeat of a delivery recognizable.
package struct MessageID: Equatable, Sendable {
  /// `local@domain`, without the angle brackets.
  package let text: String

  /// A file of this name and a suffix still fits where names have 255 bytes.
  package static let longest = 200

  /// Throws `invalid` for what is no `msg-id` of RFC 5322 section 3.6.4 or too long.
  package init(_ text: String) throws(MailError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= MessageID.longest,
      parts.allSatisfy({ part in
        part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
          .allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtom) }
      })
    else { throw .invalid(field: "messageID", detail: "no Message-ID") }
    self.text = text
  }

  /// A name for a file: letters, digits and `.-+_@` as they are, the rest in hexadecimal.
  var fileName: String {
    var name = ""
    for byte in text.utf8 {
      if byte.isAlphanumeric || ".-+_@".utf8.contains(byte) {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return name
  }
}
