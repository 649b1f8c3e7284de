import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct LinkCreationTests {
  private let world = AgentWorld()

  private func create(
    _ body: String, key: String = AgentWorld.anaKey, headers: KeyValuePairs<String, String> = [:]
  ) throws -> Answered {
    try world.send(.post, "/v1/links", key: key, headers: headers, body: body)
  }

  @Test func aTitleIsEnough() throws {
    let answer = try create(#"{"title":"Intro call"}"#)
    #expect(answer.status == 201)
    let id = try #require(answer.json["id"]?.string)
    let slug = try #require(answer.json["slug"]?.string)
    #expect(answer.header("Location") == "https://book.example/v1/links/\(id)")
    #expect(answer.header("ETag") == "\"1\"")
    #expect(answer.json["url"] == .string("https://book.example/b/\(slug)"))
    #expect(answer.json["kind"] == "recurring")
    #expect(answer.json["state"] == "active")
    #expect(answer.json["timeZone"] == "Europe/Berlin")
    #expect(answer.json["durationsMinutes"] == [30])
    #expect(answer.json["slotIntervalMinutes"] == 30)
    #expect(answer.json["visibility"] == ["rollingDays": 30])
    #expect(answer.json["createdAt"] == "2026-03-02T12:00:00Z")
    #expect(
      answer.json["calendars"] == [
        "conflicts": ["cal_ana_holidays", "cal_ana_main"], "destination": "cal_ana_main",
      ])
    #expect(try world.send(.get, "/v1/links/\(id)").text == answer.text)
  }

  @Test func whatWasSentIsWhatIsKept() throws {
    let answer = try create(
      #"""
      {"kind":"singleUse","title":"Interview","description":"An hour","durationsMinutes":[60,45],
       "slotIntervalMinutes":15,"bufferBeforeMinutes":5,"bufferAfterMinutes":10,
       "minimumNoticeMinutes":240,"visibility":{"fromDate":"2026-03-02","toDate":"2026-03-31"},
       "timeZone":"America/Los_Angeles","weekly":[{"days":["mon","tue"],"from":"10:00","to":"16:00"}],
       "location":{"kind":"phone","text":"+1 555 0100"},
       "calendars":{"conflicts":["cal_ana_holidays"],"destination":"cal_ana_main"}}
      """#)
    #expect(answer.status == 201)
    let link = try #require(try world.records.read { $0.links.last })
    #expect(link.kind == .singleUse)
    #expect(link.settings.durationsMinutes == [60, 45])
    #expect(link.settings.timeZone == "America/Los_Angeles")
    #expect(link.settings.location == .phone("+1 555 0100"))
    #expect(link.host.id == AgentWorld.ana.id)
    // The destination is a conflict too, whatever was sent.
    #expect(link.conflicts.map(\.text) == ["cal_ana_holidays", "cal_ana_main"])
  }

  @Test func unchosenSlugsHave128BitsAndDiffer() throws {
    let slugs = try (0..<20).map { _ in
      try #require(try create(#"{"title":"Call"}"#).json["slug"]?.string)
    }
    #expect(Set(slugs).count == 20)
    #expect(slugs.allSatisfy { $0.count == 26 })
  }

  /// Whatever has changed since, the slug that it took itself and its expiry among it.
  @Test func aRepeatIsAnsweredAsTheFirstWas() throws {
    let headers: KeyValuePairs = ["Idempotency-Key": "key-number-one"]
    let body = #"{"title":"Call","slug":"ana","expiresAt":"2026-03-02T13:00:00Z"}"#
    let first = try create(body, headers: headers)
    #expect(first.status == 201)
    world.records.change { state in
      for index in state.links.indices { state.links[index].state = .deleted }
      state.calendars = []
    }
    let second = try create(body, headers: headers)
    #expect(second.status == 201)
    #expect(second.text == first.text)
    #expect(second.header("Location") == first.header("Location"))
    #expect(try create(#"{"title":"Call"}"#, headers: headers).problem == "idempotency-mismatch")
  }

  @Test func aLinkIsNotMadeForYesterday() throws {
    for expiry in ["2026-03-02T12:00:00Z", "2020-01-01T00:00:00Z"] {
      let answer = try create(#"{"title":"Call","expiresAt":"\#(expiry)"}"#)
      #expect(answer.pointers == ["#/expiresAt"])
    }
  }

  @Test("a video meeting is made by calendars of its own kind and by no others")
  func conferences() throws {
    world.records.change { state in
      state.connect(AgentWorld.ana, .google)
      state.connect(AgentWorld.ana, .outlook)
    }
    let calendars = ["cal_ana_main", "cal_ana_google_main", "cal_ana_outlook_main"]
    for (kind, fitting) in [("googleMeet", calendars[1]), ("teams", calendars[2])] {
      for calendar in calendars {
        let answer = try create(
          #"""
          {"title":"Call","location":{"kind":"\#(kind)"},"calendars":{"destination":"\#(calendar)"}}
          """#)
        #expect(answer.status == (calendar == fitting ? 201 : 422), "\(kind) on \(calendar)")
        if calendar != fitting { #expect(answer.pointers == ["#/location/kind"]) }
      }
    }
    // Where nothing is said, the usual destination counts.
    let usual = try create(#"{"title":"Call","location":{"kind":"teams"}}"#)
    #expect(usual.pointers == ["#/location/kind"])
    #expect(usual.text.contains("made by Outlook calendars"))
  }

  @Test(arguments: ["abc", "ana-30", String(repeating: "a", count: 64)])
  func aRecurringLinksSlugCanBeChosen(_ slug: String) throws {
    let answer = try create(#"{"title":"Call","slug":"\#(slug)"}"#)
    #expect(answer.status == 201)
    #expect(answer.json["url"] == .string("https://book.example/b/\(slug)"))
  }

  @Test func aSlugThatIsTakenIsAProblemOfThatField() throws {
    #expect(try create(#"{"title":"Call","slug":"ana"}"#).status == 201)
    let answer = try create(#"{"title":"Other","slug":"ana"}"#, key: AgentWorld.benKey)
    #expect(answer.status == 422)
    #expect(answer.problem == "invalid")
    #expect(answer.json["errors"] == [["pointer": "#/slug", "detail": "is taken"]])
  }

  @Test(arguments: [
    (#"{}"#, "#/title"),
    (#"{"title":""}"#, "#/title"),
    (#"{"title":"a\nb"}"#, "#/title"),
    (#"{"title":7}"#, "#/title"),
    (#"{"title":"Call","kind":"twice"}"#, "#/kind"),
    (#"{"title":"Call","slug":"ab"}"#, "#/slug"),
    (#"{"title":"Call","slug":"Ana"}"#, "#/slug"),
    (#"{"title":"Call","slug":"ana/x"}"#, "#/slug"),
    (#"{"title":"Call","slug":"änа"}"#, "#/slug"),
    (#"{"title":"Call","slug":"admin"}"#, "#/slug"),
    (#"{"title":"Call","slug":"ana","kind":"singleUse"}"#, "#/slug"),
    (#"{"title":"Call","durationsMinutes":[]}"#, "#/durationsMinutes"),
    (#"{"title":"Call","durationsMinutes":[4]}"#, "#/durationsMinutes/0"),
    (#"{"title":"Call","durationsMinutes":[30,30]}"#, "#/durationsMinutes/1"),
    (#"{"title":"Call","slotIntervalMinutes":0}"#, "#/slotIntervalMinutes"),
    (#"{"title":"Call","bufferBeforeMinutes":-1}"#, "#/bufferBeforeMinutes"),
    (#"{"title":"Call","bufferAfterMinutes":1441}"#, "#/bufferAfterMinutes"),
    (#"{"title":"Call","minimumNoticeMinutes":1.5}"#, "#/minimumNoticeMinutes"),
    (#"{"title":"Call","visibility":{"rollingDays":0}}"#, "#/visibility/rollingDays"),
    (
      #"{"title":"Call","visibility":{"fromDate":"2026-03-02","toDate":"2026-03-01"}}"#,
      "#/visibility/toDate"
    ),
    (#"{"title":"Call","timeZone":"Mars/Olympus"}"#, "#/timeZone"),
    (#"{"title":"Call","weekly":[{"days":["mon"],"from":"9","to":"17:00"}]}"#, "#/weekly/0/from"),
    (#"{"title":"Call","weekly":[{"days":[],"from":"09:00","to":"17:00"}]}"#, "#/weekly/0/days"),
    (#"{"title":"Call","location":{"kind":"moon"}}"#, "#/location/kind"),
    (#"{"title":"Call","calendars":{"destination":"cal_ben_main"}}"#, "#/calendars/destination"),
    (
      #"{"title":"Call","calendars":{"destination":"cal_ana_holidays"}}"#, "#/calendars/destination"
    ),
    (#"{"title":"Call","calendars":{"destination":"none"}}"#, "#/calendars/destination"),
    (#"{"title":"Call","calendars":{"conflicts":[]}}"#, "#/calendars/conflicts"),
    (#"{"title":"Call","calendars":{"conflicts":["cal_eve_main"]}}"#, "#/calendars/conflicts/0"),
    (
      #"{"title":"Call","calendars":{"conflicts":["cal_ana_main","cal_ana_main"]}}"#,
      "#/calendars/conflicts/1"
    ),
    (#"{"title":"Call","calendars":{"main":"cal_ana_main"}}"#, "#/calendars/main"),
    (#"{"title":"Call","host":"hst_ben"}"#, "#/host"),
    (#"{"title":"Call","state":"paused"}"#, "#/state"),
    (#"{"title":"Call","colour":"red"}"#, "#/colour"),
  ])
  func eachFieldAtFaultIsNamed(_ body: String, _ pointer: String) throws {
    let answer = try create(body)
    #expect(answer.status == 422)
    #expect(answer.problem == "invalid")
    #expect(answer.pointers == [pointer])
    #expect(try world.records.read { $0.links.isEmpty })
  }

  @Test func allProblemsComeAtOnce() throws {
    let answer = try create(#"{"slug":"X","durationsMinutes":[1],"timeZone":"Mars","colour":1}"#)
    #expect(Set(answer.pointers) == ["#/title", "#/slug", "#/durationsMinutes/0", "#/colour"])
    let later = try create(#"{"title":"Call","durationsMinutes":[5,5],"timeZone":"Mars"}"#)
    #expect(later.pointers == ["#/durationsMinutes/1", "#/timeZone"])
  }

  @Test(arguments: ["", "{", "[1,]", "{\"title\":\"a\",\"title\":\"b\"}"])
  func whatIsNoJSONIsMalformed(_ body: String) throws {
    let answer = try create(body)
    #expect(answer.status == 400)
    #expect(answer.problem == "malformed")
  }

  @Test func anotherTypeOfBodyIsNotTaken() throws {
    let answer = try create("title=Call", headers: ["Content-Type": "text/plain"])
    #expect(answer.status == 415)
    #expect(answer.problem == "unsupported-media-type")
  }

  @Test func aHostWithoutACalendarIsToldToConnectOne() throws {
    world.records.change { $0.calendars = [] }
    let answer = try create(#"{"title":"Call"}"#)
    #expect(answer.status == 409)
    #expect(answer.problem == "connection-required")
  }

  @Test func aCalendarWhoseAccountCannotBeReachedTakesNoNewLink() throws {
    world.records.change { state in
      for index in state.connections.indices { state.connections[index].state = .needsOwner }
    }
    #expect(try create(#"{"title":"Call"}"#).problem == "connection-required")
  }

  @Test func aKeyOfSeveralHostsMustSayWhoseLinkItIs() throws {
    let key = AgentWorld.organizationKey
    #expect(try create(#"{"title":"Call"}"#, key: key).pointers == ["#/host"])
    let answer = try create(#"{"title":"Call","host":"hst_ben"}"#, key: key)
    #expect(answer.json["host"] == "hst_ben")
    #expect(answer.json["timeZone"] == "America/New_York")
    #expect(answer.json["calendars"]?["destination"] == "cal_ben_main")
    let foreign = try create(#"{"title":"Call","host":"hst_eve"}"#, key: key)
    #expect(foreign.pointers == ["#/host"])
  }

  @Test func aKeyOfAnOrganizationWithOneHostNeedNot() throws {
    let answer = try create(#"{"title":"Call"}"#, key: AgentWorld.strangersKey)
    #expect(answer.json["host"] == "hst_eve")
  }
}
