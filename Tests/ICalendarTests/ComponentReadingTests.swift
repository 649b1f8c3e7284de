import Core
import Testing

@testable import ICalendar

struct ComponentReadingTests {
  static let sample = """
    BEGIN:VCALENDAR
    VERSION:2.0
    X-WR-CALNAME:Work
    BEGIN:VEVENT
    UID:1
    X-SECOND;X-Q=1:two
    x-first:one
    BEGIN:VALARM
    TRIGGER:-PT15M
    END:VALARM
    END:VEVENT
    END:VCALENDAR

    """

  @Test func everythingIsKeptInItsOrder() throws {
    let calendar = try #require(try Component.read(Self.sample).first)
    #expect(calendar.properties.map(\.name) == ["VERSION", "X-WR-CALNAME"])
    let event = try #require(calendar.components.first)
    #expect(event.properties.map(\.name) == ["UID", "X-SECOND", "X-FIRST"])
    #expect(event.components.map(\.name) == ["VALARM"])
    #expect(try Component.read(calendar.text) == [calendar])
  }

  @Test func lineBreaksFoldsAndCaseAreForgiven() throws {
    let text = "\u{FEFF}begin:vcalendar\n\n  \r\nSUMM\n\tARY:a\r\n b\n  c\nEnd:VCalendar"
    let calendar = try #require(try Component.read(text).first)
    #expect(calendar.properties == [ContentLine("SUMMARY", value: "ab c")])
  }

  @Test func aFoldInsideOfACharacterIsMended() throws {
    var bytes = Array("BEGIN:VCALENDAR\r\nSUMMARY:".utf8)
    let emoji = Array("🚀".utf8)
    bytes += emoji[..<2] + Array("\r\n ".utf8) + emoji[2...] + Array("\r\nEND:VCALENDAR\r\n".utf8)
    #expect(try Component.read(bytes).first?.first("SUMMARY")?.text == "🚀")
  }

  @Test(arguments: [
    ("", 0, "no VCALENDAR"),
    ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n", 3, "the text was cut short"),
    ("BEGIN:VCALENDAR\nEND:VEVENT\n", 2, "END without its BEGIN"),
    ("END:VCALENDAR\n", 1, "END without its BEGIN"),
    ("VERSION:2.0\n", 1, "a property outside of any component"),
    ("BEGIN:VCARD\nEND:VCARD\n", 2, "no VCALENDAR"),
    ("BEGIN:VCALENDAR\nA:1\nB\n C\nEND:VCALENDAR\n", 3, "no colon after the property's name"),
    ("BEGIN:VCALENDAR\n:x\nEND:VCALENDAR\n", 2, "no property name"),
    ("BEGIN:VCALENDAR\nA;B=\"c:d\nEND:VCALENDAR\n", 2, "a quoted parameter does not end"),
  ])
  func whatIsWrongIsSaidWithItsLine(text: String, line: Int, detail: String) {
    #expect(throws: ICalendarError.malformed(line: line, detail: detail)) {
      try Component.read(text)
    }
  }

  @Test func sizeLinesAndDepthAreLimited() {
    let deep = String(repeating: "BEGIN:A\n", count: ICalendarLimit.depth + 1)
    #expect(throws: ICalendarError.tooDeep(line: ICalendarLimit.depth + 1)) {
      try Component.read(deep)
    }
    let long = String(repeating: "\n", count: ICalendarLimit.lines + 1)
    #expect(throws: ICalendarError.tooLarge(limit: ICalendarLimit.lines)) {
      try Component.read(long)
    }
    let large = [UInt8](repeating: 0x20, count: ICalendarLimit.bytes + 1)
    #expect(throws: ICalendarError.tooLarge(limit: ICalendarLimit.bytes)) {
      try Component.read(large)
    }
  }

}
