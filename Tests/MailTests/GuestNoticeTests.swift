import Core
import Testing

@testable import Mail

struct GuestNoticeTests {
  @Test(
    "S31 times are in the reader's zone, with its label",
    arguments: [
      (
        "Europe/London", "2026-03-10T18:00:00Z", "2026-03-10T18:30:00Z",
        "Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)"
      ),
      (
        "Asia/Kolkata", "2026-03-10T18:00:00Z", "2026-03-10T18:30:00Z",
        "Tuesday 10 March 2026, 23:30 – Wednesday 11 March 2026, 00:00 (Asia/Kolkata, UTC+05:30)"
      ),
      (
        "America/Los_Angeles", "2026-03-10T01:00:00Z", "2026-03-10T01:30:00Z",
        "Monday 9 March 2026, 18:00–18:30 (America/Los_Angeles, UTC-07:00)"
      ),
      (
        "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z",
        "Sunday 1 November 2026, 01:30 (UTC-04:00) – "
          + "Sunday 1 November 2026, 01:30 (UTC-05:00) (America/New_York)"
      ),
    ])
  func times(zone: String, start: String, end: String, expected: String) throws {
    #expect(try MailFixture.time(start, end, in: zone).text == expected)
  }

  @Test func confirmed() throws {
    let notice = try MailFixture.notice(.confirmed)
    #expect(notice.subject == "Confirmed: Intro call, Tue 10 Mar 2026 18:00 (Europe/London)")
    #expect(
      notice.plainText == """
        Hello Sam Guest,

        Your meeting with Alex Rivera is confirmed.

        What: Intro call
        When: Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Where: Room 5

        Move or cancel this meeting:
        https://book.example.com/r/token

        """)
  }

  @Test func movedTellsBothTimes() throws {
    let before = try MailFixture.time("2026-03-09T18:00:00Z", "2026-03-09T18:30:00Z")
    let notice = try MailFixture.notice(.moved(from: before))
    #expect(
      notice.plainText == """
        Hello Sam Guest,

        Your meeting with Alex Rivera has moved to a new time.

        What: Intro call
        New time: Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Before: Monday 9 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Where: Room 5

        Move or cancel this meeting:
        https://book.example.com/r/token

        """)
  }

  @Test func cancelled() throws {
    let notice = try MailFixture.notice(.cancelled, reason: "Down with a cold")
    #expect(
      notice.plainText == """
        Hello Sam Guest,

        Your meeting with Alex Rivera is cancelled.

        What: Intro call
        Was planned for: Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Reason: Down with a cold

        See this booking:
        https://book.example.com/r/token

        """)
  }

  @Test func refusedSaysThatTheLinkIsStillValid() throws {
    let notice = try MailFixture.notice(
      .refused(linkURL: "https://book.example.com/b/intro"), reason: "Somebody was faster.")
    #expect(
      notice.plainText == """
        Hello Sam Guest,

        Alex Rivera cannot meet you at the time you asked for.

        What: Intro call
        Asked for: Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Reason: Somebody was faster.

        Your link is still valid: choose another time:
        https://book.example.com/b/intro

        """)
  }

  @Test func originalTimeStands() throws {
    let requested = try MailFixture.time("2026-03-11T18:00:00Z", "2026-03-11T18:30:00Z")
    let notice = try MailFixture.notice(.originalTimeStands(requested: requested))
    #expect(
      notice.plainText == """
        Hello Sam Guest,

        Your meeting with Alex Rivera could not be moved. The original time still stands.

        What: Intro call
        When: Tuesday 10 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Asked for: Wednesday 11 March 2026, 18:00–18:30 (Europe/London, UTC+00:00)
        Where: Room 5

        Move or cancel this meeting:
        https://book.example.com/r/token

        """)
  }

  @Test func whatPeopleWroteIsTextInHTML() throws {
    let evil = "<script>alert('x')</script>\r\n& \"q\""
    let notice = try MailFixture.notice(.confirmed, title: evil, guestName: evil, reason: evil)
    #expect(!notice.html.contains("<script") && !notice.html.contains("'x'"))
    #expect(
      notice.html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"))
    #expect(notice.plainText.hasPrefix("Hello \(evil.replacing("\r\n", with: " ")),\n\n"))
  }
}
