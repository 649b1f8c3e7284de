import Foundation
import Testing

@testable import Mail

struct TransferEncodingTests {
  @Test(arguments: [
    ("a=b", "a=3Db"), ("é", "=C3=A9"), ("x \ny\t\n", "x=20\r\ny=09\r\n"), ("x ", "x=20"),
    ("a b", "a b"), (".\n.x", "=2E\r\n=2Ex"), ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd"),
    ("a\u{0}\u{1B}b", "ab"), ("", ""),
  ])
  func quotedPrintable(text: String, expected: String) {
    #expect(TransferEncoding.quotedPrintable(text) == expected)
  }

  @Test func quotedPrintableLinesAreAtMostSeventySixLongAndComeBack() throws {
    for padding in 0...80 {
      let text =
        String(repeating: "x", count: padding) + "é 🚀 = " + String(repeating: "ß.", count: 60)
      let encoded = TransferEncoding.quotedPrintable(text)
      #expect(encoded.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
      let joined = encoded.components(separatedBy: "=\r\n").joined()
      let decoded = try #require(
        joined.split(separator: "=", omittingEmptySubsequences: false).enumerated()
          .reduce(into: Data()) { data, part in
            guard part.offset > 0 else { return data.append(contentsOf: part.element.utf8) }
            data.append(UInt8(part.element.prefix(2), radix: 16) ?? 0)
            data.append(contentsOf: part.element.dropFirst(2).utf8)
          } as Data?)
      #expect(String(decoding: decoded, as: UTF8.self) == text)
    }
  }
}
