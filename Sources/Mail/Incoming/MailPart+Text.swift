import Foundation

extension MailPart {
  /// The part's text, whatever it was packed in. Without a charset calendar text is UTF-8 (RFC 5545 section
  /// 3.1.4).
  func text() throws(IncomingMailError) -> String {
    let bytes = try content()
    let charset = try contentType().parameters["charset"] ?? "utf-8"
    switch charset.lowercased() {
    case "utf-8", "utf8", "us-ascii":
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .malformed("its text is not in the charset that it names")
      }
      return text
    default: return try Charset.utf8(bytes, from: charset)
    }
  }

  /// RFC 2045 section 6.
  private func content() throws(IncomingMailError) -> [UInt8] {
    guard body.count <= IncomingReply.Limit.partBytes else {
      throw .malformed("a calendar of more than \(IncomingReply.Limit.partBytes) bytes")
    }
    var encoding = HeaderWords(try single("content-transfer-encoding") ?? "7bit")
    switch encoding.token()?.lowercased() {
    case "7bit", "8bit", "binary": return Array(body)
    case "quoted-printable": return TransferEncoding.decodedQuotedPrintable(body)
    case "base64":
      // RFC 2045 section 6.8: line breaks, and whatever else is none of the 65 characters, are passed over.
      guard let data = Data(base64Encoded: Data(body), options: .ignoreUnknownCharacters) else {
        throw .malformed("a part in base64 that was cut short")
      }
      return Array(data)
    default: throw .malformed("a Content-Transfer-Encoding that nobody knows")
    }
  }
}

extension TransferEncoding {
  /// RFC 2045 section 6.7. A `=` that begins nothing stays as it is, as that section suggests.
  static func decodedQuotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "=") else {
        decoded.append(byte)
        continue
      }
      // A soft line break, spaces after it or not.
      let blank = rest.prefix { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if rest.dropFirst(blank.count).first == 0x0A {
        rest = rest.dropFirst(blank.count + 1)
      } else if let high = rest.first?.hexDigit, let low = rest.dropFirst().first?.hexDigit {
        decoded.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        decoded.append(byte)
      }
    }
    return decoded
  }
}

extension UInt8 {
  fileprivate var hexDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// The C library knows every charset that mail is written in.
enum Charset {
  static func utf8(_ bytes: [UInt8], from charset: String) throws(IncomingMailError) -> String {
    // `//` would choose another way of converting.
    guard (1...40).contains(charset.utf8.count),
      charset.utf8.allSatisfy({ $0.isAlphanumeric || "-_.:+".utf8.contains($0) })
    else { throw .malformed("a charset that nobody knows") }
    let converter = iconv_open("UTF-8", charset)
    // (iconv_t) -1, as the manual has it.
    guard let converter, Int(bitPattern: converter) != -1 else {
      throw .malformed("a charset that nobody knows")
    }
    defer { iconv_close(converter) }
    // No charset has characters of one byte that are more than three in UTF-8; stateful ones end with a reset.
    var output = [UInt8](repeating: 0, count: bytes.count * 4 + 16)
    var input = bytes
    let written = input.withUnsafeMutableBytes { input in
      output.withUnsafeMutableBytes { output -> Int? in
        var from = input.baseAddress?.assumingMemoryBound(to: CChar.self)
        var to = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var left = input.count
        var room = output.count
        guard iconv(converter, &from, &left, &to, &room) != -1, left == 0 else { return nil }
        return output.count - room
      }
    }
    guard let written, let text = String(validating: output[..<written], as: UTF8.self) else {
      throw .malformed("its text is not in the charset that it names")
    }
    return text
  }
}
