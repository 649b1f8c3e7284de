import Bookings
import Testing

struct OthersWordsTests {
  @Test(arguments: [
    "Ana", "Ana-María d'Ávila", "J. R. R. Tolkien", "Dr. Ann O’Neil, Ph. D.", "3.5 hours at 10.30",
    "see you!\nAnd thanks.", "…", "", "a. b", "50 % off? No.", "王小明",
  ])
  func plainWordsStay(text: String) { #expect(text.forOthers == text) }

  @Test(arguments: [
    ("look at http://spam.example/x now", "look at [link removed] now"),
    ("HTTPS://spam.example", "[link removed]"), ("(www.spam.example)", "[link removed]"),
    ("mailto:a@b.example", "[link removed]"), ("x\nftp://a\ty", "x\n[link removed]\ty"),
    ("spam.example/x", "spam. example/x"), ("spam.co.example", "spam. co. example"),
    ("xn--spm-6na.example", "xn--spm-6na. example"), ("пример.рф", "пример. рф"),
    ("spam。example", "spam。 example"), ("Dr.Smith", "Dr. Smith"),
    ("<b>now</b>", "‹b›now‹/b›"), (#"<a href="x">"#, #"‹a href="x"›"#),
  ])
  func whatWouldBecomeALinkDoesNot(text: String, harmless: String) {
    #expect(text.forOthers == harmless)
    #expect(harmless.forOthers == harmless)
  }
}
