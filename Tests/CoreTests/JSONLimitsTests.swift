import Core
import Testing

/// What a stranger could send to make us work, wait or fall over.
@Suite struct JSONLimitsTests {
  @Test(arguments: ["[", "{\"a\":", "[{\"a\":"]) func depthIsBounded(opening: String) {
    let text = Array(String(repeating: opening, count: 500_000).utf8)
    let limits = JSON.Limits(maximumBytes: text.count)
    let error = #expect(throws: JSONError.self) { try JSON.parse(text, limits: limits) }
    #expect(error?.reason == .tooDeep(maximumDepth: 64))
  }

  @Test func sixtyFourLevelsAreReadAndNotOneMore() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(throws: Never.self) { try JSON.parse(nested(64)) }
    #expect(throws: JSONError.self) { try JSON.parse(nested(65)) }
  }

  @Test func lengthIsBounded() throws {
    let limits = JSON.Limits(maximumBytes: 4)
    #expect(try JSON.parse(Array("1234".utf8), limits: limits) == 1234)
    let error = #expect(throws: JSONError.self) {
      try JSON.parse(Array("12345".utf8), limits: limits)
    }
    #expect(error?.reason == .tooLong(maximumBytes: 4))
  }

  @Test func aHundredThousandKeysAreReadInTimeThatGrowsWithTheirNumber() throws {
    // With a linear search for duplicates this takes 5 billion comparisons: minutes, not a second.
    let members = (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",")
    let limits = JSON.Limits(maximumBytes: 4 << 20)
    let object = try JSON.parse(Array("{\(members)}".utf8), limits: limits).object
    #expect(object?.count == 100_000)

    let error = #expect(throws: JSONError.self) {
      try JSON.parse(Array("{\(members),\"5\":1}".utf8), limits: limits)
    }
    #expect(error?.reason == .duplicateKey("5"))
  }

  @Test func anErrorIsNotLongerThanItsCauseDeserves() {
    let key = String(repeating: "k", count: 100_000)
    let error = #expect(throws: JSONError.self) {
      try JSON.parse(Array("{\"\(key)\": 1, \"\(key)\": 2}".utf8))
    }
    #expect(error?.description.utf8.count ?? .max < 400)
  }

  @Test func keysThatSwiftCannotTellApartAreDuplicates() {
    let text = "{\"\u{E9}\": 1, \"e\u{301}\": 2}"
    let error = #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
    #expect(error?.reason == .duplicateKey("\u{E9}"))
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22],
    ] as [[UInt8]])
  func stringsMustBeUTF8(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    #expect(error?.reason == .invalidUTF8)
  }
}
