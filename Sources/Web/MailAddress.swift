import Core

/// Whether a text may be used as a mail address. Stricter than RFC 5321: whatever passes can stand
/// in a header, an envelope and a calendar's attendee without quoting, and names one mailbox only.
func isMailAddress(_ text: String) -> Bool {
  let bytes = Array(text.utf8)
  guard bytes.count <= MailAddressLimit.address, bytes.allSatisfy(isOfAddresses),
    let at = bytes.firstIndex(of: UInt8(ascii: "@")),
    bytes.lastIndex(of: UInt8(ascii: "@")) == at
  else { return false }
  let mailbox = bytes[..<at]
  let domain = bytes[(at + 1)...]
  return mailbox.count <= MailAddressLimit.mailbox && areLabels(mailbox) && areLabels(domain)
    && domain.allSatisfy(isOfDomains)
}

/// RFC 5321 section 4.5.3.1: 64 octets, the sign, 255 octets.
enum MailAddressLimit {
  static let mailbox = 64
  static let address = 320
}

/// Parts between dots, none of them empty.
private func areLabels(_ bytes: ArraySlice<UInt8>) -> Bool {
  bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    .allSatisfy { !$0.isEmpty }
}

/// Visible ASCII but for what has a meaning in header fields: mail beyond ASCII needs servers on
/// the whole way that speak SMTPUTF8, and a guest must not wait for a mail that never comes.
private func isOfAddresses(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"),
    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\\"), UInt8(ascii: ","),
    UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\""):
    false
  default: (0x21...0x7E).contains(byte)
  }
}

private func isOfDomains(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
    true
  default: false
  }
}

extension FieldReader {
  /// A required mail address.
  func mailAddress(_ name: String) -> String? {
    guard let text = line(name, length: 1...MailAddressLimit.address) else { return nil }
    if isMailAddress(text) { return text }
    report(name, "must be a mail address such as ana@example.com")
    return nil
  }
}
