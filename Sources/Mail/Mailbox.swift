/// A name and an address that header fields and envelopes can carry.
package struct Mailbox: Equatable, Sendable {
  package let name: String
  package let email: String

  /// Addresses are ASCII: a dot-atom and a host name (RFC 5322 section 3.4.1), as long as RFC 5321
  /// section 4.5.3.1 allows. Quoted local parts and address literals belong to no guest.
  ///
  /// Throws `invalid` that names `field` where `email` is no such address. Any name is fine.
  package init(name: String, email: String, field: String = "email") throws(MailError) {
    let parts = email.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, email.utf8.count <= 254, parts[0].count <= 64,
      Mailbox.labels(parts[0]).allSatisfy({ $0.allSatisfy(\.isAtom) && !$0.isEmpty }),
      Mailbox.labels(parts[1]).allSatisfy(Mailbox.isHostLabel)
    else { throw .invalid(field: field, detail: "no mail address that we can write to") }
    self.name = name
    self.email = email
  }

  private static func labels(_ part: Substring.UTF8View) -> [Substring.UTF8View] {
    part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  }

  private static func isHostLabel(_ label: Substring.UTF8View) -> Bool {
    (1...63).contains(label.count)
      && label.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
      && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
  }
}

extension UInt8 {
  var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  /// `atext` of RFC 5322 section 3.2.3.
  var isAtom: Bool { isAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }
}
