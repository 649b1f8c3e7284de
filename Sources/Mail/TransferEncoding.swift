import Foundation

/// The two encodings of MIME that make any text safe to carry; lines have at most 76 characters and
/// are parted by CRLF.
enum TransferEncoding {
  /// RFC 2045 section 6.8.
  static func base64(_ text: String) -> String {
    Data(text.utf8).base64EncodedString(
      options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
  }

  /// RFC 2045 section 6.7, for text: line breaks of any kind stay line breaks, other control
  /// characters than tabs vanish.
  static func quotedPrintable(_ text: String) -> String {
    var result: [UInt8] = []
    var line: [UInt8] = []
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0x0A
      switch byte {
      case 0x0D where next == 0x0A && index + 1 < bytes.count: break
      case 0x0A, 0x0D:
        result += line + [0x0D, 0x0A]
        line = []
      // A space at a line's end would be taken away on the road, and a lone dot end the mail in
      // SMTP.
      case 0x20 where next == 0x0A || next == 0x0D, 0x09 where next == 0x0A || next == 0x0D:
        append(escaped(byte))
      case UInt8(ascii: ".") where line.isEmpty: append(escaped(byte))
      case 0x20...0x3C, 0x3E...0x7E, 0x09: append([byte])
      case 0..<0x20, 0x7F: break
      default: append(escaped(byte))
      }
    }
    return String(decoding: result + line, as: UTF8.self)

    func append(_ piece: [UInt8]) {
      // The last column is kept for the `=` of a soft line break.
      if line.count + piece.count > 75 {
        result += line + Array("=\r\n".utf8)
        line = []
      }
      line += piece
    }
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
