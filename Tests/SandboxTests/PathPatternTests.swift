import Testing
@testable import Sandbox

@Suite struct PathPatternTests {
  @Test(arguments: [
    ("/a/*/b", "/a/x/b", true), ("/a/*/b", "/a/x/y/b", true), ("/a/*/b", "/a/b", false),
    ("*", "/anything", true), ("/a", "/a", true), ("/a", "/a/b", false), ("/a/*", "/a/", true),
    ("*/events/*", "/calendar/v3/calendars/x/events/1", true), ("/a*a", "/a", false),
  ]) func aStarStandsForAnything(_ pattern: String, _ path: String, _ matches: Bool) {
    #expect(PathPattern(text: pattern).matches(path) == matches)
  }
}
