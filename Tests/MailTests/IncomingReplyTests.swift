import Core
import Foundation
import ICalendar
import Testing

@testable import Mail

/// Answers as mail programs send them; what those of real libraries look like is for Tests/Interop/test_replies.py.
struct IncomingReplyTests {
  static let zones = ZoneDatabase()

  static func calendar(
    _ answer: String = "DECLINED", attendee: String = "sam@guest.example", comment: String = "Ill"
  ) -> String {
    """
    BEGIN:VCALENDAR
    VERSION:2.0
    METHOD:REPLY
    BEGIN:VEVENT
    UID:bk1@book.example.com
    DTSTAMP:20260302T120000Z
    SEQUENCE:1
    ATTENDEE;PARTSTAT=\(answer):mailto:\(attendee)
    COMMENT:\(comment)
    DTSTART;TZID=Customized Time Zone:20260310T170000
    END:VEVENT
    END:VCALENDAR

    """
  }

  static func mail(
    from: String = "Sam <sam@guest.example>", type: String = "text/calendar; method=REPLY",
    more: String = "", _ body: String = calendar()
  ) -> String {
    "From: \(from)\nTo: bookings@example.com\nSubject: Declined\n\(more)Content-Type: \(type)\n\n\(body)"
  }

  /// Two parts, the calendar last.
  static let nested = mail(
    type: "multipart/mixed; boundary=\"a b\"",
    """
    This is a message with parts.
    --a b
    Content-Type: multipart/alternative; boundary=inner

    --inner
    Content-Type: text/plain

    I cannot come.
    --inner
    Content-Type: text/calendar; charset="utf-8"; method=REPLY

    \(calendar())
    --inner--
    --a b
    Content-Type: application/ics; name="invite.ics"
    Content-Transfer-Encoding: base64

    \(Data(calendar().utf8).base64EncodedString(options: .lineLength76Characters))
    --a b--

    """)

  private func read(_ text: String) throws -> IncomingReply {
    try IncomingReply(Array(text.utf8), zones: Self.zones)
  }

  private func problem(_ text: String) -> IncomingMailError? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error as? IncomingMailError
    }
  }

  @Test func anAnswerAloneAndOneAmongParts() throws {
    for text in [Self.mail(), Self.nested] {
      for lines in [text, text.replacing("\n", with: "\r\n")] {
        let found = try read(lines)
        #expect(found.sender == "sam@guest.example")
        #expect(found.reply.uid == "bk1@book.example.com")
        #expect(found.reply.participation == .declined && found.reply.sequence == 1)
        #expect(found.reply.comment == "Ill")
      }
    }
    #expect(
      try read("From sam@guest.example Mon Mar  2 12:00:00 2026\n" + Self.mail())
        == read(Self.mail()))
  }

  @Test func howItIsPacked() throws {
    let words = "Krank – leider, =?; 🚀"
    let calendar = Self.calendar(comment: "Krank – leider\\, =?\\; 🚀")
    let base64 = Data(calendar.utf8).base64EncodedString(options: .lineLength76Characters)
    let utf16 = try #require(calendar.data(using: .utf16)).base64EncodedString()
    for (type, encoding, body) in [
      ("charset=utf-8", "8bit", calendar), ("charset=UTF-8", "Base64", base64),
      ("x=y", "quoted-printable", TransferEncoding.quotedPrintable(calendar)),
      ("charset=utf-16", "base64", utf16),
    ] {
      let found = try read(
        Self.mail(
          type: "TEXT/Calendar; \(type); method=\"reply\" (a comment);",
          more: "Content-Transfer-Encoding: \(encoding)\n", body))
      #expect(found.reply.comment == words, "\(type) \(encoding)")
    }
    let latin = Self.mail(
      type: "text/calendar; method=REPLY; charset=iso-8859-1", Self.calendar(comment: "Gr~"))
    let bytes = latin.utf8.map { $0 == UInt8(ascii: "~") ? 0xFC : $0 }
    #expect(try IncomingReply(bytes, zones: Self.zones).reply.comment == "Grü")
  }

  @Test(arguments: [
    "sam@guest.example", "<Sam@Guest.example>", "\"Guest, Sam <x@y>\" <sam@guest.example>",
    "Sam (of Guest (Inc), a@b) <sam@guest.example>",
    "=?utf-8?q?S=C3=A4m?= Guest <sam@guest.example>",
    "Sam\n Guest\n\t<sam@guest.example>", "sam@guest.example (Sam)",
  ])
  func whoSentIt(from: String) throws {
    #expect(try read(Self.mail(from: from)).sender == "sam@guest.example")
  }

  @Test(arguments: [
    "sam@guest.example, kim@guest.example", "Sam <sam@guest.example> <kim@guest.example>",
    "sam@guest.example <kim@guest.example> x", "Guests: sam@guest.example;", "Sam", "", "<>",
    "<sam@guest.example", "\"sam@guest.example", "sam@guest.example kim@guest.example",
    "<@relay:sam@guest.example>", "<sam@guest.example\u{0}>",
  ])
  func whoSentItIsNotToBeGuessed(from: String) {
    #expect(problem(Self.mail(from: from)) != nil)
  }

  @Test(arguments: [
    ("no header at all\n\n" + calendar(), "no field"),
    (mail(more: "From: kim@guest.example\n"), "two fields from"),
    (mail(more: "Content-Type: text/plain\n"), "two fields content-type"),
    (mail(type: "text/calendar; charset=nonsense"), "charset that nobody knows"),
    (mail(type: "text/calendar; charset=utf-8//IGNORE"), "after its end"),
    (mail(type: "text/calendar; method=REPLY; method=REQUEST"), "twice"),
    (mail(more: "Content-Transfer-Encoding: rot13\n"), "Transfer-Encoding"),
    (mail(type: "multipart/mixed"), "without a boundary"),
    (mail(type: "multipart/mixed; boundary=x", "--x\n\nhalf of it"), "does not end"),
    (mail("BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\n"), "broken"),
    (
      nested.replacing(
        "I cannot come.\n--inner\n",
        with: "--inner\nContent-Type: text/calendar\n\n\(calendar("ACCEPTED"))\n--inner\n"),
      "differ"
    ),
    (
      mail(type: "text/calendar; charset=utf-8", "\u{FFFD}").replacing("\u{FFFD}", with: "x"),
      "broken"
    ),
  ])
  func whatCouldBeReadInTwoWaysIsNotRead(text: String, words: String) {
    #expect(
      problem(text)?.description.contains(words) == true, "\(problem(text)?.description ?? "taken")"
    )
  }

  @Test func whatAnswersNothing() {
    let request = Self.mail(Self.calendar().replacing("METHOD:REPLY", with: "METHOD:REQUEST"))
    let attached = Self.mail(
      type: "multipart/mixed; boundary=x",
      "--x\nContent-Type: message/rfc822\n\n\(Self.mail())\n--x--\n")
    for text in [Self.mail(type: "text/plain", "I will be late."), request, attached] {
      #expect(problem(text) == .noReply(isAutomatic: false))
      for sign in [
        "Auto-Submitted: auto-replied", "Return-Path: <>", "Precedence: bulk",
      ] {
        #expect(problem("\(sign)\n\(text)") == .noReply(isAutomatic: true))
      }
    }
    #expect(
      problem(Self.mail(type: "multipart/report; boundary=x", "--x\n\nNo\n--x--\n"))
        == .noReply(isAutomatic: true))
    #expect(problem("Auto-Submitted: auto-replied\n" + Self.mail()) == nil)
  }

  @Test func nothingCostsMoreThanItMay() {
    #expect(
      problem(String(repeating: "x", count: IncomingReply.Limit.bytes + 1)) == .tooLarge)
    var deep = "Content-Type: text/plain\n\nx"
    for level in 0..<12 {
      deep =
        "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n\(deep)\n--b\(level)--\n"
    }
    #expect(problem("From: sam@guest.example\n" + deep)?.description.contains("deeply") == true)
    let many = Self.mail(
      type: "multipart/mixed; boundary=x", String(repeating: "--x\n\nx\n", count: 200) + "--x--\n")
    #expect(problem(many)?.description.contains("parts") == true)
    let fields = String(repeating: "A: b\n", count: 2000)
    #expect(problem(fields + Self.mail())?.description.contains("fields") == true)
    let huge = Self.mail(Self.calendar(comment: String(repeating: "x", count: 1 << 20)))
    #expect(problem(huge)?.description.contains("bytes") == true)
  }

  /// Damage gives an answer or a refusal, ends, and never ends the process; and no damage makes another sender.
  @Test(arguments: UInt64(1)...6)
  func damagedMailNeverTraps(seed: UInt64) throws {
    let randomness = Randomness(seed: seed)
    func below(_ bound: Int) -> Int { Int(randomness.next() % UInt64(bound)) }
    let words = [
      "\n", "\r\n\r\n", "--inner", "--a b--\n", "Content-Type: multipart/mixed; boundary=inner\n",
      "(", "\"",
      "<", ",", "=", "=0D=0A", "\u{0}", "charset=utf-7", "From: kim@guest.example\n", "\\", ";",
      "🚀",
      "BEGIN:VEVENT\n", "Content-Transfer-Encoding: base64\n\n",
    ]
    var taken = 0
    for round in 0..<200 {
      var bytes = Array([Self.nested, Self.mail()][below(2)].utf8)
      for _ in 0...below(3) {
        let place = below(bytes.count)
        switch below(4) {
        case 0: bytes[place] = UInt8(below(256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + below(30) + 1))
        case 2:
          bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + below(200))], at: place)
        default: bytes.insert(contentsOf: words[below(words.count)].utf8, at: place)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      if let found = try? IncomingReply(bytes, zones: Self.zones) {
        taken += 1
        #expect(
          found.sender.contains("@") && !found.sender.contains(" "), "seed \(seed), round \(round)")
      }
    }
    #expect((1..<200).contains(taken), "damage is noticed, and not everything is damaged")
  }
}
