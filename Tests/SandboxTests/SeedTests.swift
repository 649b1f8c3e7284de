import Core
import TestSupport
import Testing

/// A test that failed must fail again: the same calls make the same answers.
@Suite struct SeedTests {
  private static func story(seed: UInt64) throws -> [JSON] {
    let sandbox = try SandboxUnderTest(seed: seed)
    return [
      try sandbox.google("POST", googleEvents + "?conferenceDataVersion=1", googleEvent()).json,
      try sandbox.google("GET", googleEvents).json,
      try sandbox.graph("POST", "me/events", graphEvent()).json["id"] ?? .null,
      try sandbox.control("GET", "mails").json,
      try sandbox.control("POST", "tokens", ["provider": "outlook", "account": "alex@example.com"])
        .json,
    ]
  }

  @Test func oneSeedMakesOneStory() throws {
    #expect(try SeedTests.story(seed: 3) == SeedTests.story(seed: 3))
    #expect(try SeedTests.story(seed: 3) != SeedTests.story(seed: 4))
  }

  @Test func aResetBeginsTheStoryAgain() throws {
    let sandbox = try SandboxUnderTest()
    let first = sandbox.googleToken
    try sandbox.google("POST", googleEvents, googleEvent())
    #expect(try sandbox.control("POST", "reset").status == 204)
    #expect(try sandbox.google("GET", googleEvents).status == 401)
    #expect(try sandbox.calls.count == 1, "the one above, after the reset")
    #expect(try sandbox.addAccount("google") == first)
    #expect(try sandbox.google("GET", googleEvents).json["items"] == [])
  }
}
