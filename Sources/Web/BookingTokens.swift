import Bookings
import Core
import Crypto

/// The capability in `/r/{token}`: who holds it may see, move and cancel one booking. It is the booking's id
/// and 256 bits of HMAC-SHA256 over it, under a key that is not in the database.
///
/// Nothing of a token is stored, not even a hash. Random tokens could be kept as hashes only, and then no later
/// mail could name the address again; whereas this one is made anew from the id whenever it is needed. Who reads
/// the database, or a backup of it, gets no token out of it, since the key lies elsewhere. A token is compared in
/// constant time, so that how long a refusal takes tells nothing of how much of a guess was right.
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
