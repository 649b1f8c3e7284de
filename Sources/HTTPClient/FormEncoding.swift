/// Names and values as `application/x-www-form-urlencoded` (RFC 6749 appendix B): for a request's body, and
/// for the query of a URL. What is not one of RFC 3986's unreserved characters is percent-encoded, so that a
/// space is `%20`, which both read alike.
package func formEncoded(_ items: [(name: String, value: String)]) -> String {
  items.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }.joined(separator: "&")
}

/// One part of a URL's path or query, so that nothing in it ends the part.
package func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
    default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
