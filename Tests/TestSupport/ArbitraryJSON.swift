import Core

extension JSON {
  /// Any JSON value, small and nasty rather than large.
  package static func arbitrary(
    _ randomness: Randomness, depth: Int = 4, largest: Double = .greatestFiniteMagnitude
  ) -> JSON {
    switch randomness.below(depth > 0 ? 8 : 6) {
    case 0: .null
    case 1: .bool(randomness.below(2) == 0)
    case 2: .integer(Int64(bitPattern: randomness.next()) >> Int64(randomness.below(64)))
    case 3: .number(arbitraryNumber(randomness, largest))
    case 4, 5: .string(.arbitrary(randomness))
    case 6:
      .array(
        (0..<randomness.below(5)).map { _ in
          arbitrary(randomness, depth: depth - 1, largest: largest)
        })
    default: .object(arbitraryObject(randomness, depth - 1, largest))
    }
  }

  private static func arbitraryObject(_ randomness: Randomness, _ depth: Int, _ largest: Double)
    -> JSONObject
  {
    var object = JSONObject()
    // Now and then more keys than the parser looks through one by one.
    for _ in 0..<randomness.below(randomness.below(20) == 0 ? 40 : 6) {
      object[.arbitrary(randomness)] = arbitrary(randomness, depth: depth, largest: largest)
    }
    return object
  }

  private static func arbitraryNumber(_ randomness: Randomness, _ largest: Double) -> Double {
    let number = Double(bitPattern: randomness.next())
    return number.magnitude <= largest ? number : randomness.unit()
  }
}

extension String {
  /// Text with quotes, control characters, separators and scalars of every length.
  package static func arbitrary(_ randomness: Randomness) -> String {
    let nasty: [Unicode.Scalar] = [
      "\"", "\\", "/", "<", "\0", "\n", "\r", "\t", "\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}",
      "\u{2027}", "é", "\u{301}", "\u{FFFF}", "😀", "\u{10FFFF}", "a", " ",
    ]
    var text = ""
    for _ in 0..<randomness.below(12) {
      let letter = Unicode.Scalar(UInt8(0x61 + randomness.below(26)))
      let isNasty = randomness.below(2) == 0
      text.unicodeScalars.append(isNasty ? nasty[randomness.below(nasty.count)] : letter)
    }
    return text
  }
}

extension Randomness {
  /// Uniform in 0..<bound, near enough for tests.
  package func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
