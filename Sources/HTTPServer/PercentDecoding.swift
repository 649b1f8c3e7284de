enum ControlCharacters {
  case refused, allowed
}

/// Text from percent-encoded bytes (RFC 3986 section 2.1), or nil where the encoding is broken, the
/// result is not UTF-8, a raw control character is present, or an encoded one that is refused. NUL is
/// never allowed.
func percentDecoded(
  _ bytes: Slice<UnsafeBufferPointer<UInt8>>, plusIsSpace: Bool = false,
  controls: ControlCharacters
) -> String? {
  var decoded = [UInt8]()
  decoded.reserveCapacity(bytes.count)
  var position = bytes.startIndex
  while position < bytes.endIndex {
    var byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "%"):
      guard bytes.endIndex - position >= 2, let high = hexadecimal(bytes[position]),
        let low = hexadecimal(bytes[position + 1])
      else { return nil }
      byte = high << 4 | low
      position += 2
      if byte == 0 || (controls == .refused && isControl(byte)) { return nil }
    case UInt8(ascii: "+") where plusIsSpace:
      byte = UInt8(ascii: " ")
    default:
      if isControl(byte) { return nil }
    }
    decoded.append(byte)
  }
  return String(validating: decoded, as: UTF8.self)
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

private func hexadecimal(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
