/// White space, and in JSON5 comments.
extension JSONParser {
  mutating func skipSpace() throws(JSONError) {
    while true {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "/") where syntax == .json5: try skipComment()
      case 0x0B, 0x0C, 0xC2, 0xE2, 0xEF:
        guard syntax == .json5, let length = rareSpaceLength() else { return }
        position += length
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONError) {
    let start = position
    let second = position + 1 < bytes.count ? bytes[position + 1] : 0
    switch second {
    case UInt8(ascii: "/"):
      while !isAtEnd, byte != 0x0A, byte != 0x0D { position += 1 }
    case UInt8(ascii: "*"):
      position += 2
      while byte != UInt8(ascii: "*") || position + 1 >= bytes.count
        || bytes[position + 1] != UInt8(ascii: "/")
      {
        guard !isAtEnd else { throw failure(.unexpectedEnd) }
        position += 1
      }
      position += 2
    default: throw unexpected("a comment")
    }
    guard String(validating: bytes[start..<position], as: UTF8.self) != nil else {
      throw failure(.invalidUTF8, at: start)
    }
  }

  /// What editors leave behind and JSON5 section 8 allows: tabs and feeds of other kinds, a
  /// no-break space, a byte order mark, and the separators U+2028 and U+2029.
  private func rareSpaceLength() -> Int? {
    for space: [UInt8] in [
      [0x0B], [0x0C], [0xC2, 0xA0], [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9],
    ] where bytes[position...].starts(with: space) {
      return space.count
    }
    return nil
  }
}
