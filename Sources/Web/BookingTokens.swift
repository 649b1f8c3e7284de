import Bookings
import Core
import Crypto

/// The capability in `/r/{token}`: who holds it may see, move and cancel one booking. It is the booking's id
/// and 256 bits of HMAC-SHA256 over it, under a key that is not in the database; so that nothing secret has
/// to be stored with the booking, and every message can say it again.
package struct BookingTokens: Sendable {
  private let key: Redacted<[UInt8]>

  package init(key: Redacted<[UInt8]>) { self.key = key }

  package func token(for booking: BookingID) -> String {
    "\(booking.text.dropFirst(Self.prefix.count))\(base64url(signature(of: booking)))"
  }

  /// The booking that a token was made for; nil for any other text.
  package func booking(of token: some StringProtocol) -> BookingID? {
    guard token.utf8.count == Self.idLength + Self.signatureLength else { return nil }
    let booking = BookingID(Self.prefix + token.prefix(Self.idLength))
    let expected = Array(base64url(signature(of: booking)).utf8)
    let given = Array(token.dropFirst(Self.idLength).utf8)
    return equalInConstantTime(expected, given) ? booking : nil
  }

  /// `payload` with a signature, in base64url: anybody can read it, only this server can make it. A text
  /// made for one purpose is none for another.
  func signed(_ payload: [UInt8], for purpose: StaticString) -> String {
    let text = base64url(payload)
    return "\(text).\(base64url(signature(of: text, for: purpose)))"
  }

  /// What was signed; nil for any other text.
  func payload(of signed: String, for purpose: StaticString) -> [UInt8]? {
    let parts = signed.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let expected = Array(base64url(signature(of: parts[0], for: purpose)).utf8)
    guard equalInConstantTime(expected, Array(parts[1].utf8)) else { return nil }
    return bytes(ofBase64url: parts[0])
  }

  private func signature(of text: some StringProtocol, for purpose: StaticString) -> [UInt8] {
    hmacSHA256("\(purpose)/\(text)".utf8, key: key.reveal())
  }

  private func signature(of booking: BookingID) -> [UInt8] {
    hmacSHA256("booking-token/\(booking)".utf8, key: key.reveal())
  }

  private static let prefix = "bkg_"
  /// 128 bits in base32hex.
  private static let idLength = 26
  /// 256 bits in base64url.
  private static let signatureLength = 43
}
