/// A message with its envelope: what MAIL FROM, RCPT TO and DATA say. One recipient, so that the
/// server's answer is about that one.
package struct SMTPLetter: Sendable {
  package let from: String
  package let to: String
  /// Lines end in CRLF; dots at their beginnings are doubled on the wire.
  package let bytes: [UInt8]

  package init(from: String, to: String, bytes: [UInt8]) {
    self.from = from
    self.to = to
    self.bytes = bytes
  }
}
