import Core
import Testing

@testable import ICalendar

struct ContentLineTests {
  @Test func linesFoldAtSeventyFiveOctetsAndEmojiStayWhole() throws {
    for padding in 0...160 {
      let text =
        String(repeating: "x", count: padding) + "👩‍🚀é→" + String(repeating: "ß", count: 80)
      let component = Component("VCALENDAR", [ContentLine("SUMMARY", text: text)])
      for line in component.text.utf8.split(separator: 0x0A) {
        #expect(line.count <= 76, "75 octets and a CR, at padding \(padding)")
        #expect(String(validating: line, as: UTF8.self) != nil, "whole UTF-8 at padding \(padding)")
      }
      let read = try Component.read(component.text)
      #expect(read.first?.first("SUMMARY")?.text == text)
    }
  }

  @Test func textIsEscapedAndComesBack() throws {
    let text = "a\\b;c,d\ne\tf \"g\" ^h: “i”"
    let line = ContentLine("DESCRIPTION", text: text)
    #expect(line.value == "a\\\\b\\;c\\,d\\ne\tf \"g\" ^h: “i”")
    #expect(line.text == text)
  }

  @Test func everyKindOfLineBreakIsOneEscape() {
    let text = "a\r\nb\rc\nd\u{85}e\u{2028}f\u{2029}g\u{0B}h\u{0C}i\u{0}j\u{7F}k"
    #expect(ContentLine("X", text: text).text == "a\nb\nc\nd\ne\nf\ng\nh\nijk")
  }

  @Test func parametersUseQuotesAndCarets() throws {
    let name = "Rivera, \"Al\"; a^b:\nc"
    var line = ContentLine("ATTENDEE", value: "mailto:alex@example.com")
    line["CN"] = name
    let text = Component("VCALENDAR", [line]).text
    #expect(text.contains(#"ATTENDEE;CN="Rivera, ^'Al^'; a^^b:^nc":mailto:alex@example.com"#))
    #expect(try Component.read(text).first?.first("ATTENDEE")?["CN"] == name)
  }

  @Test func severalValuesOfAParameterAreKept() throws {
    let text = "BEGIN:VCALENDAR\nX-A;member=\"mailto:a@b\",\"c,d\";role:v:w\nEND:VCALENDAR\n"
    let line = try #require(try Component.read(text).first?.first("X-A"))
    #expect(line.parameters == [.init("MEMBER", ["mailto:a@b", "c,d"]), .init("ROLE", [])])
    #expect(line.value == "v:w")
  }

  @Test func noValueEndsItsLine() throws {
    let evil = "x\r\nATTENDEE:mailto:evil@example.com\n\rEND:VEVENT\u{2028}X-A:1"
    let line = ContentLine("X-RAW", [.init("P", [evil])], value: evil)
    let read = try #require(try Component.read(Component("VCALENDAR", [line]).text).first)
    #expect(read.properties.count == 1)
    #expect(read.components.isEmpty)
  }
}
