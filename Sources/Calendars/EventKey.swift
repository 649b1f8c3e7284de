import Bookings
import Core
import Crypto

/// The name under which a booking's event is written at every provider. It follows from the booking, so
/// that a second attempt finds what the first one made.
package struct EventKey: Hashable, Sendable, CustomStringConvertible {
  /// `bk` and 32 characters of `0-9a-v`: what Google takes as an event id, and a good file name.
  package let text: String

  /// `generation` rises when a booking is made anew after its event was destroyed; a place that
  /// remembers the old event stays untouched.
  package init(booking: BookingID, generation: Int) {
    self.init(seed: "\(booking)/\(generation)")
  }

  init(seed: String) {
    text = EventKey.prefix + base32hex(sha256(seed.utf8).prefix(20))
  }

  /// What every key begins with.
  static let prefix = "bk"
  private static let length = 34
  private static let base32hexLetters = Set("0123456789abcdefghijklmnopqrstuv".utf8)

  package var description: String { text }

  /// The event's UID (RFC 5545 section 3.8.4.7) under a domain of ours.
  package func uid(domain: String) -> String { "\(text)@\(domain)" }

  /// The key that `uid` was made from, of whichever booking; nil where it was not made by us.
  static func text(inUID uid: String) -> String? {
    guard let end = uid.firstIndex(of: "@") else { return nil }
    let text = uid[..<end]
    let isKey =
      text.utf8.count == length && text.hasPrefix(prefix)
      && text.utf8.allSatisfy(base32hexLetters.contains)
    return isKey ? String(text) : nil
  }

  /// Whether `uid` was made from this key, under whatever domain we had then.
  package func names(_ uid: String) -> Bool { uid.hasPrefix("\(text)@") }
}
