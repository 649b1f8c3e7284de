import Core
import Testing

@Suite struct JSONParserTests {
  @Test func readsEveryKindOfValue() throws {
    let text = #"""
      {"null": null, "yes": true, "no": false, "whole": -42, "real": 2.5e-3, "text": "a\u00e9\uD83D\uDE00\n",
       "list": [1, [], {}], "object": {"a": {"b": "c"}}}
      """#
    #expect(
      try JSON.parse(Array(text.utf8)) == [
        "null": nil, "yes": true, "no": false, "whole": -42, "real": 0.0025, "text": "aé😀\n",
        "list": [1, [], [:]], "object": ["a": ["b": "c"]],
      ])
  }

  @Test(arguments: [
    ("9223372036854775807", JSON.integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("-0", .integer(0)), ("1.0", .number(1)), ("1E+2", .number(100)),
    ("5e-324", .number(.leastNonzeroMagnitude)),
    ("0.1", .number(0.1)), ("1e-400", .number(0)),
  ])
  func readsNumbers(text: String, value: JSON) throws {
    #expect(try JSON.parse(Array(text.utf8)) == value)
  }

  @Test(arguments: [
    ("", 1, 1, "#", "the document ends too early"),
    ("  \n {", 2, 3, "#", "the document ends too early"),
    (#"{"a" 1}"#, 1, 6, "#/a", #"expected ":", found "1""#),
    (#"{"a": 1,}"#, 1, 9, "#", #"expected a value after the comma, found "}""#),
    ("[1,]", 1, 4, "#", #"expected a value after the comma, found "]""#),
    ("[1 2]", 1, 4, "#", #"expected "," or "]", found "2""#),
    ("[1] x", 1, 5, "#", #"expected the document's end, found "x""#),
    (#"{"é": [true, tru]}"#, 1, 14, "#/%C3%A9/1", #"expected a value, found "t""#),
    (#"{"a": {"b": 1, "b": 2}}"#, 1, 16, "#/a/b", #"the key "b" appears twice in one object"#),
    ("[01]", 1, 2, "#/0", #"expected a number without leading zeros, found "0""#),
    ("[1.]", 1, 4, "#/0", #"expected a digit, found "]""#),
    ("[.5]", 1, 2, "#/0", #"expected a value, found ".""#),
    ("[+5]", 1, 2, "#/0", #"expected a value, found "+""#),
    ("[-]", 1, 3, "#/0", #"expected a digit, found "]""#),
    ("[1e]", 1, 4, "#/0", #"expected a digit, found "]""#),
    ("[1e999]", 1, 2, "#/0", "the number is out of range"),
    ("[9223372036854775808]", 1, 2, "#/0", "the number is out of range"),
    ("[-9223372036854775809]", 1, 2, "#/0", "the number is out of range"),
    ("[\"a\tb\"]", 1, 4, "#/0", "control characters in a string must be escaped"),
    (#"["\x41"]"#, 1, 4, "#/0", "no such escape sequence"),
    (#"["\u12G4"]"#, 1, 7, "#/0", "no such escape sequence"),
    (#"["\uD800"]"#, 1, 3, "#/0", "half of a surrogate pair is no character"),
    (#"["\uDC00\uD800"]"#, 1, 3, "#/0", "half of a surrogate pair is no character"),
    (#"["\uD800\u0041"]"#, 1, 3, "#/0", "half of a surrogate pair is no character"),
    ("['a']", 1, 2, "#/0", #"expected a value, found "'""#),
    ("{a: 1}", 1, 2, "#", #"expected a key or "}", found "a""#),
    ("// no\n1", 1, 1, "#", #"expected a value, found "/""#),
    ("\u{FEFF}1", 1, 1, "#", "expected a value, found a character that is not ASCII"),
    ("[NaN]", 1, 2, "#/0", #"expected a value, found "N""#),
    (#"{"a/b": {"c~d": nul}}"#, 1, 17, "#/a~1b/c~0d", #"expected a value, found "n""#),
  ])
  func saysWhatIsWrongAndWhere(
    text: String, line: Int, column: Int, pointer: String, detail: String
  ) throws {
    let error = try #require(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
    #expect(error.detail == detail)
    #expect((error.line, error.column) == (line, column))
    #expect(error.pointer.text == pointer)
  }
}
