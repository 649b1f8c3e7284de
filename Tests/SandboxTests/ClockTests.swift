import Core
import TestSupport
import Testing

@Suite struct ClockTests {
  @Test func tokensExpireByTheSandboxesClock() throws {
    let sandbox = try SandboxUnderTest()
    sandbox.time.advance(.seconds(3599))
    #expect(try sandbox.google("GET", googleEvents).status == 200)
    try sandbox.control("POST", "clock", ["advanceSeconds": 1])
    let late = try sandbox.google("GET", googleEvents)
    #expect(late.status == 401)
    #expect(late.reason == "authError")
    #expect(try sandbox.graph("GET", "me/calendars").code == "InvalidAuthenticationToken")
  }

  @Test func theClockGoesOnFromWhereItWasSet() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("POST", "clock", ["now": "2030-01-01T00:00:00Z"])
    sandbox.time.advance(.minutes(5))
    #expect(try sandbox.control("GET", "").json["now"] == "2030-01-01T00:05:00Z")
  }

  @Test func aConferenceIsThereWhenItIsDueAndChangesTheEvent() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("PATCH", "settings", ["conferenceDelaySeconds": 5])
    let asked: JSON = ["conferenceData": ["createRequest": ["requestId": "r1"]]]
    let path = googleEvents + "/bkaaaaa"
    let made = try sandbox.google(
      "POST", googleEvents + "?conferenceDataVersion=1", googleEvent("bkaaaaa", asked))
    let token = try sandbox.google("GET", googleEvents).json["nextSyncToken"]?.string ?? ""
    sandbox.time.advance(.seconds(4))
    #expect(try sandbox.google("GET", path).json == made.json)
    sandbox.time.advance(.seconds(1))
    let late = try sandbox.google("GET", path).json
    #expect(late["hangoutLink"] != nil)
    #expect(late["etag"] != made.json["etag"])
    let changes = try sandbox.google("GET", googleEvents + "?syncToken=\(token)")
    #expect(changes.json["items"]?.array?.count == 1)
  }

  @Test func callsAMinuteAreCountedPerAccountWhereAsked() throws {
    let sandbox = try SandboxUnderTest()
    try sandbox.control("PATCH", "settings", ["googleCallsPerMinute": 2])
    for status in [200, 200, 403, 403] {
      #expect(try sandbox.google("GET", googleEvents).status == status)
    }
    let other = try sandbox.addAccount("google", "olga@example.com")
    #expect(
      try sandbox.call(
        "GET", "/calendar/v3/" + googleEvents, nil, [("Authorization", "Bearer \(other)")]
      ).status == 200)
    sandbox.time.advance(.seconds(60))
    #expect(try sandbox.google("GET", googleEvents).status == 200, "the minute slides")
  }
}
