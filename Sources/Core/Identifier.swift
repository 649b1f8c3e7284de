/// An opaque name for one thing of one type, such as `bkg_01jc…`. The type parameter keeps a link's id
/// from being passed for a booking's.
package struct Identifier<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }

  /// A new id under `prefix`: 48 bits of time, so that rows made together lie together in an index, and
  /// 80 random bits. It is unique, not secret.
  package init(prefix: StaticString, at now: Timestamp, randomness: Randomness) {
    var bytes = [UInt8]()
    bytes.reserveCapacity(16)
    for shift in stride(from: 40, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: now.milliseconds >> Int64(shift)))
    }
    bytes.append(contentsOf: randomness.bytes(10))
    text = "\(prefix)_\(base32hex(bytes))"
  }

  package var description: String { text }
  package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// RFC 4648 section 7 in lower case and without padding: sorts as its bytes do.
package func base32hex(_ bytes: some Sequence<UInt8>) -> String {
  digits(of: Array(bytes), bitsEach: 5, in: "0123456789abcdefghijklmnopqrstuv")
}

/// RFC 4648 section 5, base64url without padding.
package func base64url(_ bytes: some Sequence<UInt8>) -> String {
  digits(
    of: Array(bytes), bitsEach: 6,
    in: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}

/// Not generic, unlike its callers: other modules call those without knowing their types' insides.
private func digits(
  of bytes: [UInt8], bitsEach width: UInt32, in alphabet: StaticString
) -> String {
  let mask = UInt32(1) << width - 1
  var text = [UInt8]()
  text.reserveCapacity(bytes.count * 8 / Int(width) + 1)
  var buffer: UInt32 = 0
  var bits: UInt32 = 0
  for byte in bytes {
    buffer = buffer << 8 | UInt32(byte)
    bits += 8
    while bits >= width {
      bits -= width
      text.append(alphabet.utf8Start[Int(buffer >> bits & mask)])
    }
  }
  if bits > 0 { text.append(alphabet.utf8Start[Int(buffer << (width - bits) & mask)]) }
  return String(decoding: text, as: UTF8.self)
}

/// The inverse of `base64url`; nil for what it never makes.
package func bytes(ofBase64url text: some StringProtocol) -> [UInt8]? {
  var bytes = [UInt8]()
  var buffer: UInt32 = 0
  var bits = 0
  for character in text.utf8 {
    guard let value = base64urlAlphabet.firstIndex(of: character) else { return nil }
    buffer = buffer << 6 | UInt32(value)
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
    }
  }
  // What is left over is padding: fewer than six bits, all zero.
  return bits < 6 && buffer & (1 << UInt32(bits) - 1) == 0 ? bytes : nil
}

private let base64urlAlphabet = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
