import Core
import Testing

@Suite struct JSON5Tests {
  @Test func readsWhatPeopleWrite() throws {
    let text = #"""
      // A comment
      {
        unquoted: 'single "quotes"', /* another
        comment * / */ $key_1: "it\'s",
        'quoted': +1, "hex": 0xFf, negativeHex: -0x10,
        leading: .5, trailing: 5., both: -.5e1, trailingExponent: 5.e1,
        continued: "one \
      line", escapes: '\v',
        list: [1, 2,], empty: {}, nothing: [],
      } // the end
      """#
    #expect(
      try parse(text) == [
        "unquoted": "single \"quotes\"", "$key_1": "it's", "quoted": 1, "hex": 255,
        "negativeHex": -16, "leading": 0.5, "trailing": 5.0, "both": -5.0, "trailingExponent": 50.0,
        "continued": "one line", "escapes": "\u{B}", "list": [1, 2], "empty": [:], "nothing": [],
      ])
    #expect(try parse("\u{FEFF}\u{A0}\u{2028}\u{2029}\u{B}\u{C}1\u{A0}") == 1)
    #expect(try parse("'a\\\r\nb'") == "ab")
  }

  @Test(arguments: [
    ("Infinity", "Infinity is no number here"), ("[-Infinity]", "Infinity is no number here"),
    ("{a: NaN}", "NaN is no number here"), ("Inf", #"expected a value, found "I""#),
    ("[1,,2]", #"expected a value, found ",""#), ("{,}", #"expected a key or "}", found ",""#),
    ("'a\nb'", "control characters in a string must be escaped"),
    ("'a\\x41'", "no such escape sequence"),
    ("012", #"expected a number without leading zeros, found "0""#),
    (".", "the document ends too early"), ("0x", "the document ends too early"),
    ("0xG", #"expected a hexadecimal digit, found "G""#),
    ("0x8000000000000000", "the number is out of range"),
    ("0x10000000000000000", "the number is out of range"),
    ("/* open", "the document ends too early"), ("/", #"expected a comment, found "/""#),
    ("{é: 1}", #"expected a key or "}", found a character that is not ASCII"#),
    ("{a: 1 b: 2}", #"expected "," or "}", found "b""#), ("'a", "the document ends too early"),
  ])
  func refuses(text: String, detail: String) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.detail == detail)
  }

  @Test func aDocumentKnowsItsLinesAndAllItsDuplicates() throws {
    let text = """
      {
        a: 1,
        b: { c: [
          1,
          { d: 2 } ] },
        a: 3, b: 4,
      }
      """
    let document = try JSONDocument(Array(text.utf8))
    #expect(document.value == ["a": 1, "b": ["c": [1, ["d": 2]]]])
    #expect(document.duplicates.map(\.reason) == [.duplicateKey("a"), .duplicateKey("b")])
    #expect(document.duplicates.map(\.line) == [6, 6])

    let c = JSONPointer.root.appending(key: "b").appending(key: "c")
    #expect(document.line(of: .root) == 1)
    #expect(document.line(of: .root.appending(key: "a")) == 2)
    #expect(document.line(of: c.appending(index: 0)) == 4)
    #expect(document.line(of: c.appending(index: 1).appending(key: "d")) == 5)
    #expect(document.line(of: c.appending(index: 1).appending(key: "missing")) == 5)
    #expect(document.line(of: .root.appending(key: "missing")) == 1)
  }

  private func parse(_ text: String) throws(JSONError) -> JSON {
    try JSON.parse(Array(text.utf8), syntax: .json5)
  }
}
