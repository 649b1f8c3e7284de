import Testing

@testable import Calendars

struct DAVLocationTests {
  @Test(arguments: [
    ("https://Example.com", "https://example.com/"),
    ("HTTP://example.com:5232/a b/ü#part", "http://example.com:5232/a%20b/%C3%BC"),
    ("https://example.com?x=1", "https://example.com/?x=1"),
    ("https://[::1]:8443/dav/", "https://[::1]:8443/dav/"),
  ])
  func reads(_ text: String, _ url: String) {
    #expect(DAVLocation(text)?.text == url)
  }

  @Test(arguments: [
    "", "example.com", "/path", "ftp://example.com/", "https://", "https:///path",
    "https://user:secret@example.com/", "https://exa mple.com/", "https://exämple.com/",
  ])
  func refuses(_ text: String) {
    #expect(DAVLocation(text) == nil)
  }

  @Test(arguments: [
    ("/x/", "https://example.com/x/"),
    ("x.ics", "https://example.com/dav/cal/x.ics"),
    ("https://other.example/y", "https://other.example/y"),
    ("//other.example/y", "https://other.example/y"),
    ("/a%20b", "https://example.com/a%20b"),
    ("/a b", "https://example.com/a%20b"),
  ])
  func resolves(_ reference: String, _ url: String) throws {
    let base = try #require(DAVLocation("https://example.com/dav/cal/?q=/"))
    #expect(base.resolving(reference)?.text == url)
  }

  @Test(arguments: ["", "javascript://x/", "https://a:b@example.com/"])
  func resolvesNothing(_ reference: String) throws {
    let base = try #require(DAVLocation("https://example.com/dav/"))
    #expect(base.resolving(reference) == nil)
  }

  @Test(
    "who may have the credentials",
    arguments: [
      ("https://example.com/", "https://example.com/other", true),
      ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com/", true),
      ("http://example.com/", "https://example.com/", true),
      ("http://127.0.0.1:1/", "http://127.0.0.1:1/x", true),
      ("https://example.com/", "http://example.com/", false),
      ("https://example.com/", "https://example.com:8443/", false),
      ("https://example.com/", "https://evil.example/", false),
      ("https://example.com/", "https://evil.com/", false),
      ("https://one.co.uk/", "https://two.co.uk/", false),
      ("https://a.example.com/", "https://b.c.example.com/", false),
      ("https://dav.example.com/", "https://dav.example.org/", false),
      ("http://caldav.icloud.com/", "https://p42-caldav.icloud.com/", false),
      ("https://caldav.icloud.com/", "https://icloud.com.evil.example/", false),
      ("https://caldav.icloud.com/", "https://evilicloud.com/", false),
      ("https://10.0.0.1/", "https://11.0.0.1/", false),
      ("http://127.0.0.1:1/", "http://127.0.0.1:2/", false),
    ])
  func trusts(_ base: String, _ other: String, _ isTrusted: Bool) throws {
    let base = try #require(DAVLocation(base))
    #expect(base.trusts(try #require(DAVLocation(other))) == isTrusted)
  }
}
