import Core
import TestSupport
import Testing

@testable import Mail

struct LetterTests {
  @Test(arguments: LetterSamples.names)
  func theLetterIsTheSample(name: String) throws {
    let letter = try LetterSamples.letter(name)
    let plain = "Subject: \(letter.subject)\n\n\(letter.plainText)"
    #expect(plain == (try InteropSamples.letter("\(name).txt", for: plain)))
    #expect(letter.html == (try InteropSamples.letter("\(name).html", for: letter.html)))
  }

  @Test(arguments: LetterSamples.names)
  func plainTextSaysWhatTheHTMLSays(name: String) throws {
    let letter = try LetterSamples.letter(name)
    for text in [letter.headline, letter.greeting] + letter.remarks + letter.facts.flatMap(\.values)
    {
      #expect(letter.plainText.contains(text))
      var escaped: [UInt8] = []
      text.appendAsHTML(to: &escaped)
      let lines = String(decoding: escaped, as: UTF8.self).split(whereSeparator: \.isNewline)
      for line in lines { #expect(letter.html.contains(line)) }
    }
  }

  @Test(
    "S31 times are in the reader's zone, with its label",
    arguments: [
      (
        "Europe/London", "en-GB", "2026-03-10T18:00:00Z", "2026-03-10T18:30:00Z",
        "Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)"
      ),
      (
        "Asia/Kolkata", "", "2026-03-10T18:00:00Z", "2026-03-10T18:30:00Z",
        "Tuesday 10 March 2026, 23:30 – Wednesday 11 March 2026, 00:00 (Asia/Kolkata, UTC+05:30)"
      ),
      (
        "America/Los_Angeles", "en-US", "2026-03-10T09:00:00Z", "2026-03-10T09:30:00Z",
        "Tuesday, March 10, 2026, 2:00 AM–2:30 AM (America/Los Angeles, UTC-07:00)"
      ),
      (
        "Europe/Berlin", "de-DE", "2026-03-10T01:00:00Z", "2026-03-10T01:30:00Z",
        "Tuesday 10 March 2026, 02:00–02:30 (Europe/Berlin, UTC+01:00)"
      ),
      (
        "Asia/Seoul", "ko-KR", "2026-03-10T03:00:00Z", "2026-03-10T04:00:00Z",
        "Tuesday, 2026 March 10, 12:00 PM–1:00 PM (Asia/Seoul, UTC+09:00)"
      ),
      (
        "America/New_York", "", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z",
        "Sunday 1 November 2026, 01:30 (UTC-04:00) – "
          + "Sunday 1 November 2026, 01:30 (UTC-05:00) (America/New York)"
      ),
    ])
  func times(zone: String, locale: String, start: String, end: String, expected: String) throws {
    #expect(try MailFixture.time(start, end, in: zone, locale: locale).text == expected)
  }

  @Test(arguments: [
    ("en-US", ReaderLocale.Clock.hours12, ReaderLocale.DateOrder.monthFirst),
    ("en_us", .hours12, .monthFirst), ("en-CA", .hours12, .monthFirst),
    ("fr-CA", .hours24, .dayFirst), ("en-AU", .hours12, .dayFirst), ("en-GB", .hours24, .dayFirst),
    ("en", .hours24, .dayFirst), ("", .hours24, .dayFirst), ("-", .hours24, .dayFirst),
    ("zh-Hant-TW", .hours24, .yearFirst), ("es-MX", .hours12, .dayFirst),
    ("de-DE", .hours24, .dayFirst),
  ])
  func locales(tag: String, clock: ReaderLocale.Clock, order: ReaderLocale.DateOrder) {
    let locale = ReaderLocale(tag: tag)
    #expect(locale.clock == clock && locale.dateOrder == order)
  }

  @Test func whatPeopleWroteIsTextInHTML() throws {
    let evil = "<script>alert('x')</script>\r\n& \"q\""
    let letter = try MailFixture.notice(
      .confirmed, to: .host, title: evil, guestName: evil, companions: [evil], notes: evil,
      reason: evil
    ).letter
    #expect(!letter.html.contains("<script") && !letter.html.contains("'x'"))
    #expect(
      letter.html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;<br>&amp; &quot;q&quot;")
    )
    #expect(!letter.subject.contains("\r") && !letter.headline.contains("\n"))
  }

  @Test func nothingIsLoadedFromElsewhere() throws {
    for name in LetterSamples.names {
      let html = try LetterSamples.letter(name).html
      for word in ["<img", "<link", "<script", "url(", "@import"] {
        #expect(!html.contains(word), "\(name) holds \(word)")
      }
    }
  }
}
