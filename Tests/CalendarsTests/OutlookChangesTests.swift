import Bookings
import Calendars
import Core
import ProviderTestSupport
import TestSupport
import Testing

/// What Graph is asked for changes, and what no sandbox says on demand.
struct OutlookChangesTests {
  let window: Interval
  let calendar = Calendar.sample(url: "AAMk=")

  init() throws {
    window = try interval("2027-01-01T00:00:00Z", "2027-03-01T00:00:00Z")
  }

  private static func event(_ id: String, _ more: String = "") -> String {
    """
    {"id": "\(id)", "subject": "Secret", "start": {"dateTime": "2027-01-15T09:00:00.0000000",
     "timeZone": "UTC"}, "end": {"dateTime": "2027-01-15T09:30:00.0000000", "timeZone": "UTC"}\(more)}
    """
  }

  private static func page(_ events: [String], _ name: String, _ link: String) -> String {
    #"{"value": [\#(events.joined(separator: ","))], "@odata.\#(name)": "\#(link)"}"#
  }

  @Test("many pages of a crowded calendar, by immutable ids", arguments: [true, false])
  func pages(_ isBatched: Bool) throws {
    let account = try SandboxAccount(.outlook)
    let start = try time("2027-01-15T09:00:00Z")
    let first = try #require(
      try account.provider.changes(on: account.calendar, since: nil, during: window))
    let ids = try (0..<430).map { number in
      try account.addEvent(Interval(start: start + .minutes(30 * number), duration: .minutes(30)))
    }
    try account.forgetCalls()
    let position = isBatched ? first.position : nil
    let all = try #require(
      try account.provider.changes(on: account.calendar, since: position, during: window))
    #expect(all.isWhole == !isBatched)
    #expect(all.events.map(\.remoteID) == ids)
    #expect(try account.calls().count == 3)
  }

  @Test("a link holds its window; where a later one is asked for everything is read anew")
  func rollsTheWindow() throws {
    let account = try SandboxAccount(.outlook)
    let far = try account.addEvent(
      try interval("2027-03-15T09:00:00Z", "2027-03-15T09:30:00Z"))
    var window = window
    let first = try #require(
      try account.provider.changes(on: account.calendar, since: nil, during: window))
    #expect(first.events == [])
    // Still within what the position was made for.
    window = Interval(start: window.start + .days(31), end: window.end + .days(31))
    let second = try #require(
      try account.provider.changes(on: account.calendar, since: first.position, during: window))
    #expect(!second.isWhole)
    try account.dragEvent(id: far, to: try interval("2027-03-16T09:00:00Z", "2027-03-16T10:00:00Z"))
    window = Interval(start: window.start, end: window.end + .days(1))
    let third = try #require(
      try account.provider.changes(on: account.calendar, since: second.position, during: window))
    #expect(third.isWhole)
    #expect(third.events.map(\.remoteID) == [far])
    #expect(
      try account.provider.changes(on: account.calendar, since: third.position, during: window)?
        .isWhole == false)
  }

  @Test("another calendar's events are not told of")
  func otherCalendars() throws {
    let account = try SandboxAccount(.outlook)
    let other = try account.addCalendar("Other", timeZone: "Europe/Berlin")
    let first = try #require(
      try account.provider.changes(on: account.calendar, since: nil, during: window))
    let time = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    let id = try account.addEvent(time, in: other)
    let next = try account.provider.changes(
      on: account.calendar, since: first.position, during: window)
    #expect(next?.events == [])
    #expect(
      try account.provider.changes(on: other, since: nil, during: window)?.events.map(\.remoteID)
        == [id])
  }

  @Test("series, their days and what cannot be understood keep nobody from being read")
  func oddEvents() throws {
    let events = [
      Self.event("master", #", "type": "seriesMaster""#),
      Self.event("day", #", "type": "occurrence", "seriesMasterId": "master""#),
      #"{"id": "moved", "@removed": {"reason": "changed"}}"#,
      Self.event("called-off", #", "isCancelled": true"#),
      #"{"id": "timeless", "type": "seriesMaster"}"#, "{}", "7", Self.event("ordinary"),
    ]
    let api = try ScriptedAPI { request in
      let link = "http://\(request.header("Host") ?? "")/v1.0/me/d?$deltatoken=1"
      return [.answer(200, Self.page(events, "deltaLink", link))]
    }
    defer { api.server.stop() }
    let changes = try #require(try api.outlook.changes(on: calendar, since: nil, during: window))
    let ten = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    #expect(
      changes.events == [
        ChangedEvent(remoteID: "master", interval: ten),
        ChangedEvent(remoteID: "day", interval: ten),
        ChangedEvent(remoteID: "moved", interval: nil),
        ChangedEvent(remoteID: "called-off", interval: nil),
        ChangedEvent(remoteID: "ordinary", interval: ten),
      ])
    #expect(!"\(changes)".contains("Secret"))
    _ = try api.outlook.changes(on: calendar, since: changes.position, during: window)
    #expect(
      api.calls == [
        "GET /v1.0/me/calendars/AAMk%3D/calendarView/delta"
          + "?startDateTime=2027-01-01T00%3A00%3A00Z&endDateTime=2027-04-01T00%3A00%3A00Z",
        "GET /v1.0/me/d?$deltatoken=1",
      ])
    for request in api.server.requests {
      let preferences = request.header("Prefer") ?? ""
      #expect(preferences.contains(#"IdType="ImmutableId""#))
      #expect(preferences.contains("odata.maxpagesize=200"))
    }
  }

  @Test(
    "what Graph calls a position that it no longer knows",
    arguments: [
      (410, "syncStateNotFound"), (410, "resyncRequired"), (400, "SyncStateNotFound"), (410, ""),
    ])
  func expired(_ status: Int, _ code: String) throws {
    let api = try ScriptedAPI { request in
      let link = "http://\(request.header("Host") ?? "")/v1.0/old"
      return request.path.contains("startDateTime")
        ? [.answer(200, Self.page([Self.event("a")], "deltaLink", link))]
        : [.answer(status, #"{"error": {"code": "\#(code)"}}"#)]
    }
    defer { api.server.stop() }
    let first = try #require(try api.outlook.changes(on: calendar, since: nil, during: window))
    let next = try #require(
      try api.outlook.changes(on: calendar, since: first.position, during: window))
    #expect(next.isWhole && next.events.map(\.remoteID) == ["a"])
  }

  @Test("a link that leads to another server, and one from before the server moved")
  func foreignLinks() throws {
    let api = try ScriptedAPI { _ in
      [.answer(200, Self.page([], "nextLink", "https://elsewhere.example/v1.0/me"))]
    }
    defer { api.server.stop() }
    #expect(
      failure { try api.outlook.changes(on: calendar, since: nil, during: window) }?.kind
        == .permanent)
    let old = SyncPosition("2028-01-01T00:00:00Z https://elsewhere.example/v1.0/me/d?$deltatoken=1")
    _ = failure { try api.outlook.changes(on: calendar, since: old, during: window) }
    #expect(api.calls.count == 2 && api.calls[1].contains("startDateTime"))
  }

  @Test("a reading that breaks off half way gives no position, and the old one stays good")
  func halfWay() throws {
    let account = try SandboxAccount(.outlook)
    let first = try #require(
      try account.provider.changes(on: account.calendar, since: nil, during: window))
    let start = try time("2027-01-15T09:00:00Z")
    for number in 0..<210 {
      try account.addEvent(Interval(start: start + .minutes(30 * number), duration: .minutes(30)))
    }
    try account.fault("serverError", [("method", "GET"), ("skip", 1), ("status", 500)])
    #expect(
      failure {
        try account.provider.changes(
          on: account.calendar, since: first.position, during: window)
      }?.kind == .transient)
    let again = try account.provider.changes(
      on: account.calendar, since: first.position, during: window)
    #expect(again?.events.count == 210)
  }
}
