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

  private func signature(of booking: BookingID) -> [UInt8] {
    hmacSHA256("booking-token/\(booking)".utf8, key: key.reveal())
  }

  private static let prefix = "bkg_"
  /// 128 bits in base32hex.
  private static let idLength = 26
  /// 256 bits in base64url.
  private static let signatureLength = 43
}
