import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct LinkChangeTests {
  private let world = AgentWorld()

  init() { world.records.change { $0.links = [.fixture(1, revision: 3)] } }

  private func patch(
    _ body: String, headers: KeyValuePairs<String, String> = [:], key: String = AgentWorld.anaKey
  ) throws -> Answered {
    try world.send(.patch, "/v1/links/lnk_1", key: key, headers: headers, body: body)
  }

  @Test func whatIsSentTakesThePlaceAndTheRestStays() throws {
    let before = try world.send(.get, "/v1/links/lnk_1").json
    let answer = try patch(
      #"""
      {"title":"Long call","durationsMinutes":[60,90],"maximumPerDay":3,
       "overrides":[{"date":"2026-12-24","windows":[]}],
       "location":{"kind":"phone"},"questions":[{"label":"Why?"}]}
      """#)
    #expect(answer.status == 200)
    #expect(answer.header("ETag") == "\"4\"")
    #expect(answer.json["title"] == "Long call")
    #expect(answer.json["durationsMinutes"] == [60, 90])
    #expect(answer.json["maximumPerDay"] == 3)
    #expect(answer.json["overrides"] == [["date": "2026-12-24", "windows": []]])
    #expect(answer.json["location"] == ["kind": "phone", "text": ""])
    #expect(
      answer.json["questions"] == [
        ["id": "q1", "label": "Why?", "kind": "text", "required": false]
      ])
    for name in ["slug", "url", "kind", "weekly", "visibility", "calendars", "createdAt"] {
      #expect(answer.json[name] == before[name], "\(name)")
    }
    #expect(try world.send(.get, "/v1/links/lnk_1").text == answer.text)
    #expect(
      try world.records.read { $0.operations } == [
        LinkOperation(.update, by: "key_\(AgentWorld.anaKey)")
      ])
  }

  @Test func nullGivesBackTheDefault() throws {
    _ = try patch(
      #"{"maximumPerWeek":5,"expiresAt":"2026-04-01T00:00:00Z","timeZone":"Asia/Tokyo"}"#)
    let answer = try patch(
      #"{"maximumPerWeek":null,"expiresAt":null,"timeZone":null,"durationsMinutes":null}"#)
    #expect(answer.json["maximumPerWeek"] == .null)
    #expect(answer.json["expiresAt"] == .null)
    #expect(answer.json["timeZone"] == "Europe/Berlin")
    #expect(answer.json["durationsMinutes"] == [30])
  }

  @Test func whatChangesNothingRaisesNoRevision() throws {
    let answer = try patch(#"{"title":"Call 1"}"#)
    #expect(answer.status == 200)
    #expect(answer.header("ETag") == "\"3\"")
    #expect(try patch("{}").header("ETag") == "\"3\"")
  }

  @Test("a video meeting and the destination have to fit, whichever of them is changed")
  func conferences() throws {
    world.records.change { $0.connect(AgentWorld.ana, .google) }
    let meet = #"{"location":{"kind":"googleMeet"}}"#
    #expect(try patch(meet).pointers == ["#/location/kind"])
    let both =
      #"{"location":{"kind":"googleMeet"},"calendars":{"destination":"cal_ana_google_main"}}"#
    #expect(try patch(both).status == 200)
    #expect(try patch(#"{"title":"Another"}"#).status == 200)
    let back = #"{"calendars":{"destination":"cal_ana_main"}}"#
    #expect(try patch(back).pointers == ["#/calendars/destination"])
    #expect(try patch(#"{"location":{"kind":"teams"}}"#).pointers == ["#/location/kind"])
    #expect(
      try patch(#"{"location":null,"calendars":{"destination":"cal_ana_main"}}"#).status == 200)
  }

  @Test(arguments: [
    (#"{"title":null}"#, "#/title"), (#"{"title":""}"#, "#/title"),
    (#"{"kind":"singleUse"}"#, "#/kind"), (#"{"host":"hst_ben"}"#, "#/host"),
    (#"{"state":"paused"}"#, "#/state"), (#"{"slug":null}"#, "#/slug"),
    (#"{"slug":"Ana"}"#, "#/slug"), (#"{"colour":"red"}"#, "#/colour"),
    (#"{"id":"lnk_1"}"#, "#/id"),
    (#"{"durationsMinutes":[30,30]}"#, "#/durationsMinutes/1"),
    (#"{"maximumPerDay":0}"#, "#/maximumPerDay"),
    (#"{"maximumBusyAgeSeconds":90000}"#, "#/maximumBusyAgeSeconds"),
    (#"{"maximumPerGuest":"one"}"#, "#/maximumPerGuest"),
    (#"{"weekly":[]}"#, "#/weekly"),
    (#"{"overrides":[{"date":"2026-02-30","windows":[]}]}"#, "#/overrides/0/date"),
    (#"{"overrides":[{"date":"2026-02-20"}]}"#, "#/overrides/0/windows"),
    (
      #"{"overrides":[{"date":"2026-02-20","windows":[{"from":"25:00","to":"09:00"}]}]}"#,
      "#/overrides/0/windows/0/from"
    ),
    (#"{"questions":[{"label":"A","kind":"choice"}]}"#, "#/questions/0/choices"),
    (#"{"questions":[{"label":"A","choices":["x"],"kind":"text"}]}"#, "#/questions/0/choices"),
    (#"{"questions":[{"id":"A b","label":"A"}]}"#, "#/questions/0/id"),
    (#"{"questions":[{"label":"A","required":"yes"}]}"#, "#/questions/0/required"),
    (#"{"location":{"kind":"custom"}}"#, "#/location/text"),
    (#"{"expiresAt":"tomorrow"}"#, "#/expiresAt"),
    (#"{"calendars":{"destination":"cal_ben_main"}}"#, "#/calendars/destination"),
    (#"{"calendars":{"conflicts":["cal_eve_main"]}}"#, "#/calendars/conflicts/0"),
    (#"[]"#, "#"),
  ])
  func eachFieldAtFaultIsNamedAndNothingIsChanged(_ body: String, _ pointer: String) throws {
    let answer = try patch(body)
    #expect(answer.status == 422)
    #expect(answer.pointers == [pointer])
    #expect(try world.records.read { $0.links.map(\.revision) } == [3])
  }

  @Test func calendarsAreMergedOneByOne() throws {
    _ = try patch(#"{"calendars":{"conflicts":["cal_ana_holidays"]}}"#)
    #expect(
      try patch(#"{"calendars":{"destination":"cal_ana_main"}}"#).json["calendars"] == [
        "conflicts": ["cal_ana_holidays", "cal_ana_main"], "destination": "cal_ana_main",
      ])
    #expect(
      try patch(#"{"calendars":null}"#).json["calendars"] == [
        "conflicts": ["cal_ana_holidays", "cal_ana_main"], "destination": "cal_ana_main",
      ])
  }

  @Test func aLinkThatHasChangedMeanwhileIsNotChanged() throws {
    for stale in ["\"2\"", "W/\"3\""] {
      let answer = try patch(#"{"title":"Late"}"#, headers: ["If-Match": stale])
      #expect(answer.status == 412)
      #expect(answer.problem == "precondition-failed")
    }
    #expect(try patch(#"{"title":"In time"}"#, headers: ["If-Match": "\"3\""]).status == 200)
    #expect(try patch(#"{"title":"Late"}"#, headers: ["If-Match": "\"3\""]).status == 412)
  }

  @Test func aRepeatIsAnsweredAsTheFirstWas() throws {
    let headers: KeyValuePairs = ["If-Match": "\"3\"", "Idempotency-Key": "key-number-one"]
    let first = try patch(#"{"title":"Once"}"#, headers: headers)
    #expect(first.status == 200)
    let second = try patch(#"{"title":"Once"}"#, headers: headers)
    #expect(second.status == 200)
    #expect(second.text == first.text)
    #expect(try patch(#"{"title":"Twice"}"#, headers: headers).problem == "idempotency-mismatch")
    #expect(try world.records.read { $0.operations.count } == 1)
    let pause = try world.send(
      .post, "/v1/links/lnk_1/pause", headers: ["Idempotency-Key": "key-number-two"])
    _ = try world.send(.post, "/v1/links/lnk_1/resume")
    let again = try world.send(
      .post, "/v1/links/lnk_1/pause", headers: ["Idempotency-Key": "key-number-two"])
    #expect(again.text == pause.text)
    #expect(try world.records.read { $0.links.first?.state } == .active)
  }

  @Test func pausedAndResumed() throws {
    let paused = try world.send(.post, "/v1/links/lnk_1/pause")
    #expect(paused.status == 200)
    #expect(paused.json["state"] == "paused")
    #expect(paused.header("ETag") == "\"4\"")
    #expect(try world.send(.post, "/v1/links/lnk_1/pause").header("ETag") == "\"4\"")
    let resumed = try world.send(.post, "/v1/links/lnk_1/resume")
    #expect(resumed.json["state"] == "active")
    #expect(resumed.header("ETag") == "\"5\"")
    world.records.change { $0.links = [.fixture(1, kind: .singleUse, state: .spent)] }
    for verb in ["pause", "resume"] {
      let answer = try world.send(.post, "/v1/links/lnk_1/\(verb)")
      #expect(answer.problem == "link-spent")
    }
  }

  @Test func aSlugChangesForRecurringLinksOnly() throws {
    #expect(
      try patch(#"{"slug":"ana-30"}"#).json["url"] == "https://book.example/b/ana-30")
    world.records.change {
      $0.links += [.fixture(2), .fixture(3, kind: .singleUse)]
    }
    #expect(try patch(#"{"slug":"slug-2"}"#).pointers == ["#/slug"])
    let single = try world.send(.patch, "/v1/links/lnk_3", body: #"{"slug":"guess-me"}"#)
    #expect(single.pointers == ["#/slug"])
  }

  @Test(arguments: [AgentWorld.benKey, AgentWorld.strangersKey])
  func somebodyElsesLinkIsAsIfItWereNotThere(_ key: String) throws {
    for (method, path) in [
      (Method.patch, ""), (.post, "/pause"), (.post, "/resume"), (.get, "/explain"),
    ] {
      let query: [Request.QueryItem] = [("start", "2026-03-10T17:00:00Z")]
      let body = method == .patch ? "{}" : nil
      let foreign = try world.send(
        method, "/v1/links/lnk_1\(path)", key: key, query: query, body: body)
      let missing = try world.send(
        method, "/v1/links/lnk_none\(path)", key: key, query: query, body: body)
      #expect(foreign.status == 404)
      #expect(foreign.text == missing.text)
    }
  }

  @Test func anInstantIsExplained() throws {
    func explained(_ start: String, _ minutes: String? = nil) throws -> JSON {
      try world.send(
        .get, "/v1/links/lnk_1/explain",
        query: [("start", start)] + (minutes.map { [("durationMinutes", $0)] } ?? [])
      ).json
    }
    let offered = try explained("2026-03-10T17:00:00Z")
    #expect(offered["offered"] == true)
    #expect(offered["reasons"] == [])
    #expect(offered["localTime"] == "17:00")
    #expect(offered["window"]?["start"] == "2026-03-10T00:00:00Z")
    let refused = try explained("2026-03-01T17:10:00Z", "45")
    #expect(refused["offered"] == false)
    #expect(
      refused["reasons"]?.array?.map { $0["code"] } == [
        "duration-not-offered", "notice-too-short", "not-visible", "not-on-grid",
      ])
    for query: [Request.QueryItem] in [
      [], [("start", "noon")], [("start", "2026-03-10T17:00:00Z"), ("durationMinutes", "0")],
    ] {
      let answer = try world.send(.get, "/v1/links/lnk_1/explain", query: query)
      #expect(answer.status == 422)
    }
  }
}
