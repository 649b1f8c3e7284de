import Core
import Foundation
import ICalendar
import TestSupport
import Testing

@testable import Mail

struct MessageTests {
  private static let odd = "Sam \"The\" Gästin 🚀"

  @Test(arguments: ["confirmed", "moved", "cancelled"])
  func whatGuestsGetIsTheSample(name: String) throws {
    let kinds: [String: (BookingNotice.Kind, EventObject.Method)] = [
      "confirmed": (.confirmed, .request),
      "moved": (
        .moved(from: try MailFixture.time("2026-03-09T18:00:00Z", "2026-03-09T18:30:00Z")),
        .request
      ), "cancelled": (.cancelled, .cancel),
    ]
    let (kind, method) = try #require(kinds[name])
    let notice = try MailFixture.notice(
      kind, title: "Intro <call> & more", guestName: Self.odd,
      reason: name == "cancelled" ? "Down with a cold" : "")
    let message = try MailFixture.message(notice, method: method, guest: Self.odd)
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text == (try InteropSamples.sample("\(name).eml", for: text)))
  }

  @Test func theInvitationIsTheLastAlternativeAndAnAttachment() throws {
    let message = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
    let text = String(decoding: message.bytes, as: UTF8.self)
    let types = text.split(separator: "\r\n").filter { $0.hasPrefix("Content-Type: ") }
    #expect(
      types == [
        "Content-Type: multipart/mixed; boundary=\"=_bookend_mixed\"",
        "Content-Type: multipart/alternative; boundary=\"=_bookend_alternative\"",
        "Content-Type: text/plain; charset=UTF-8", "Content-Type: text/html; charset=UTF-8",
        "Content-Type: text/calendar; charset=UTF-8; method=REQUEST",
        "Content-Type: application/ics; name=\"invite.ics\"",
      ])
    let invitation = try #require(message.invitation).text
    let encoded = TransferEncoding.base64(invitation)
    #expect(text.components(separatedBy: encoded).count == 3, "the same bytes, twice")
  }

  @Test func withoutAnInvitationThereAreTwoAlternatives() throws {
    let notice = try MailFixture.notice(
      .refused(linkURL: "https://book.example.com/b/intro", alternatives: []))
    let text = String(
      decoding: try MailFixture.message(notice, method: nil).bytes, as: UTF8.self)
    #expect(text.contains("Content-Type: multipart/alternative"))
    #expect(!text.contains("multipart/mixed") && !text.contains("text/calendar"))
  }

  @Test func linesAreShortAndEndInCRLF() throws {
    let long = String(repeating: "Überlange Besprechung 🚀 ", count: 20)
    let notice = try MailFixture.notice(.confirmed, title: long, guestName: long, reason: long)
    let message = try MailFixture.message(notice, method: .request, host: long, guest: long)
    let text = String(decoding: message.bytes, as: UTF8.self)
    for line in text.components(separatedBy: "\r\n") {
      #expect(line.utf8.count <= 78 && !line.utf8.contains(0x0A) && !line.utf8.contains(0x0D))
    }
    #expect(message.bytes.allSatisfy { $0 < 0x80 })
    #expect(
      message.bytes
        == (try MailFixture.message(
          notice, method: .request, host: long, guest: long
        ).bytes))
  }

  @Test(
    "No header comes out of a name or a title",
    arguments: ["\r\n", "\n", "\r", "\u{2028}", "\u{85}", "\r\n\r\n"])
  func injection(lineBreak: String) throws {
    let evil = "Sam\(lineBreak)Bcc: evil@example.com\(lineBreak)--=_bookend_mixed"
    let names = { (message: Message) in
      String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
        .components(separatedBy: "\r\n").filter { !$0.hasPrefix(" ") }
        .map { $0.split(separator: ":")[0] }
    }
    let notice = try MailFixture.notice(.confirmed, title: evil, guestName: evil, reason: evil)
    var message = try MailFixture.message(notice, method: .request, host: evil, guest: evil)
    message.subject = evil
    let harmless = try MailFixture.message(try MailFixture.notice(.confirmed), method: .request)
    #expect(names(message) == names(harmless))
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text.components(separatedBy: "\r\n--=_bookend_mixed\r\n").count == 3)
  }

  @Test func whoSendsForSomebodyElseSaysSo() throws {
    let server = try Mailbox(name: "", email: "book+ings&more@example.org")
    var message = try MailFixture.message(try MailFixture.notice(.reminder), method: nil)
    message.sender = server
    message.replyTo = try Mailbox(name: "Alex", email: "alex@example.com")
    message.unsubscribe = server
    let text = String(decoding: message.bytes, as: UTF8.self)
    #expect(text.contains("\r\nSender: book+ings&more@example.org\r\n"))
    #expect(text.contains("\r\nReply-To: \"Alex\"\r\n <alex@example.com>\r\n"))
    #expect(
      text.contains(
        "List-Unsubscribe:\r\n <mailto:book+ings%26more@example.org?subject=unsubscribe>\r\n"))
    message.sender = message.from
    #expect(!String(decoding: message.bytes, as: UTF8.self).contains("Sender:"))
  }

  @Test func headersUseWordsThatMailCanCarry() throws {
    #expect(MailHeader.text("Subject", "Plain, with commas") == "Subject: Plain, with commas")
    #expect(MailHeader.text("Subject", "Größe") == "Subject: =?UTF-8?B?R3LDtsOfZQ==?=")
    #expect(MailHeader.text("Subject", "=?UTF-8?Q?x?=").contains("=?UTF-8?B?"))
    let mailbox = try Mailbox(name: "Rivera, \"Al\" \\", email: "alex@example.com")
    #expect(
      MailHeader.mailbox("From", mailbox)
        == "From: \"Rivera, \\\"Al\\\" \\\\\"\r\n <alex@example.com>")
    let nameless = try Mailbox(name: "", email: "alex@example.com")
    #expect(MailHeader.mailbox("To", nameless) == "To: alex@example.com")
  }

  @Test func datesAreWrittenAsMailWantsThem() throws {
    #expect(
      try MailFixture.instant("2026-03-01T12:05:09Z").mailDate == "Sun, 1 Mar 2026 12:05:09 +0000")
  }
}
