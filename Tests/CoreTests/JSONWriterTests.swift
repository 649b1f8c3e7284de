import Core
import Testing

@Suite struct JSONWriterTests {
  @Test func writesCompactTextInOrder() {
    var writer = JSONWriter()
    writer.object {
      $0.field("timeZone", "Europe/Berlin")
      $0.field("nextAvailable", Timestamp?.none)
      $0.array("slots", [1000, 2000]) { writer, seconds in
        writer.object { $0.field("start", Timestamp(seconds: Int64(seconds))) }
      }
      $0.object("empty") { _ in }
      $0.field("days", [1, 2])
      $0.field("isOpen", true)
      $0.field("share", 0.1)
      $0.field("date", CivilDate(year: 2026, month: 3, day: 10))
      $0.field("id", Identifier<Int>("bkg_1"))
      $0.field("raw", ["a": [nil, 1.0]] as JSON)
    }
    #expect(
      text(writer.bytes)
        == #"{"timeZone":"Europe/Berlin","nextAvailable":null,"slots":[{"start":"1970-01-01T00:16:40Z"},"#
        + #"{"start":"1970-01-01T00:33:20Z"}],"empty":{},"days":[1,2],"isOpen":true,"share":0.1,"#
        + #""date":"2026-03-10","id":"bkg_1","raw":{"a":[null,1.0]}}"#)
  }

  @Test func writesPrettyText() {
    let json: JSON = ["a": [1, ["b": nil]], "none": [], "empty": [:], "c ": " "]
    #expect(
      text(json.serialized(pretty: true)) == """
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "none": [],
          "empty": {},
          "c ": " "
        }
        """)
  }

  @Test(arguments: [
    ("\"\\/", #""\"\\/""#),
    ("\0\u{8}\t\n\u{C}\r\u{1F}\u{7F}", "\"\\u0000\\u0008\\t\\n\\u000c\\r\\u001f\u{7F}\""),
    ("a\u{2028}b\u{2029}c\u{2027}d\u{202A}", "\"a\\u2028b\\u2029c\u{2027}d\u{202A}\""),
    ("</script><!-- <script>", #""\u003c/script>\u003c!-- \u003cscript>""#),
    ("é😀", "\"é😀\""), ("", "\"\""),
  ])
  func escapesWhatWouldEndAStringAScriptOrALine(string: String, written: String) {
    #expect(text(JSON.string(string).serialized()) == written)
  }

  @Test(arguments: [
    (JSON.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"),
    (.number(0.1 + 0.2), "0.30000000000000004"), (.number(1), "1.0"), (.number(-0.0), "-0.0"),
    (.number(1e300), "1e+300"), (.number(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
  ])
  func writesNumbersExactly(json: JSON, written: String) throws {
    #expect(text(json.serialized()) == written)
    #expect(try JSON.parse(json.serialized()) == json)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
