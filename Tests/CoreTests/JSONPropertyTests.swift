import Core
import Foundation
import TestSupport
import Testing

/// What holds for every document; a failure names the seed that makes it again.
@Suite struct JSONPropertyTests {
  @Test(arguments: 1...UInt64(300)) func whatIsWrittenReadsBackEqual(seed: UInt64) throws {
    let json = JSON.arbitrary(Randomness(seed: seed))
    for syntax in [JSON.Syntax.strict, .json5] {
      #expect(try JSON.parse(json.serialized(), syntax: syntax) == json)
      #expect(try JSON.parse(json.serialized(pretty: true), syntax: syntax) == json)
    }
  }

  @Test(arguments: 1...UInt64(300)) func foundationReadsTheSame(seed: UInt64) throws {
    let json = JSON.arbitrary(Randomness(seed: seed))
    for pretty in [false, true] {
      let foundations = try JSONSerialization.jsonObject(
        with: Data(json.serialized(pretty: pretty)), options: .fragmentsAllowed)
      #expect(isEqual(json, foundations))
    }
  }

  @Test(arguments: 1...UInt64(300)) func weReadWhatFoundationWrites(seed: UInt64) throws {
    // Foundation writes larger numbers as integers of more digits than an Int64 holds; we refuse
    // those.
    let json = JSON.array([.arbitrary(Randomness(seed: seed), largest: 1e15)])
    let written = try JSONSerialization.jsonObject(with: Data(json.serialized()))
    let bytes = try JSONSerialization.data(withJSONObject: written, options: .prettyPrinted)
    #expect(isEqual(try JSON.parse([UInt8](bytes)), written))
  }

  @Test(arguments: 1...UInt64(200)) func noBytesMakeTheParserTrap(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    let letters =
      Array(#"{}[]:,"'\/*+-.0123456789eExXabtrufalsnIN_$ "#.utf8) + [0x0A, 0xC2, 0xA0, 0xE2, 0x80]
    for _ in 0..<200 {
      let isWild = randomness.below(4) == 0
      let bytes = (0..<randomness.below(60)).map { _ in
        isWild ? UInt8(randomness.below(256)) : letters[randomness.below(letters.count)]
      }
      checkEverySyntax(bytes)
    }
  }

  @Test(arguments: 1...UInt64(200)) func noChangeOfAGoodDocumentMakesTheParserTrap(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    let good = JSON.arbitrary(randomness).serialized(pretty: randomness.below(2) == 0)
    for _ in 0..<50 {
      var bytes = good
      for _ in 0...randomness.below(3) {
        let place = randomness.below(bytes.count + 1)
        switch randomness.below(4) {
        case 0: bytes.insert(UInt8(randomness.below(256)), at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(randomness.below(8))
        default: bytes = Array(bytes[..<place])
        }
      }
      checkEverySyntax(bytes)
    }
  }

  /// Whatever is accepted can be written and read again, and JSON5 accepts all that strict accepts.
  private func checkEverySyntax(_ bytes: [UInt8]) {
    let strict = try? JSON.parse(bytes)
    let loose = try? JSON.parse(bytes, syntax: .json5)
    let document = try? JSONDocument(bytes)
    if let strict { #expect(loose == strict, "\(bytes)") }
    if let loose {
      #expect(document?.value == loose, "\(bytes)")
      #expect((try? JSON.parse(loose.serialized())) == loose, "\(bytes)")
    }
  }

  private func isEqual(_ json: JSON, _ other: Any) -> Bool {
    switch json {
    case .null: other is NSNull
    case .bool(let value): other as? Bool == value
    case .integer(let value): (other as? NSNumber)?.int64Value == value
    case .number(let value):
      // Foundation reads decimals through `Decimal` and misses the nearest double by some units in
      // the last place.
      (other as? NSNumber).map { abs($0.doubleValue - value) <= 1e-13 * abs(value) } ?? false
    case .string(let text): other as? String == text
    case .array(let elements):
      (other as? [Any]).map { others in
        others.count == elements.count && zip(elements, others).allSatisfy { isEqual($0, $1) }
      } ?? false
    case .object(let object):
      (other as? [String: Any]).map { others in
        others.count == object.count
          && object.members.allSatisfy { member in
            others[member.key].map { isEqual(member.value, $0) } ?? false
          }
      } ?? false
    }
  }
}
