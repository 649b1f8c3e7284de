import Bookings
import Calendars
import Core
import TestSupport
import Testing

/// What Google is asked for changes, and what no sandbox says on demand.
struct GoogleChangesTests {
  let window: Interval
  let calendar = Calendar.sample(url: "primary")

  init() throws {
    window = try interval("2027-01-01T00:00:00Z", "2027-03-01T00:00:00Z")
  }

  private static func page(_ items: [String], _ name: String, _ token: String) -> String {
    #"{"timeZone": "Europe/Berlin", "items": [\#(items.joined(separator: ","))], "\#(name)": "\#(token)"}"#
  }

  private static func item(_ id: String, _ more: String = "") -> String {
    """
    {"id": "\(id)", "status": "confirmed", "start": {"dateTime": "2027-01-15T10:00:00+01:00"},
     "end": {"dateTime": "2027-01-15T10:30:00+01:00"}\(more)}
    """
  }

  @Test("page by page, and nothing is asked of an event but when it is")
  func pages() throws {
    let api = try ScriptedAPI { request in
      switch (request.path.contains("syncToken"), request.path.contains("pageToken")) {
      case (false, false): [.answer(200, Self.page([Self.item("a")], "nextPageToken", "p+1"))]
      case (false, true): [.answer(200, Self.page([Self.item("b")], "nextSyncToken", "s="))]
      case (true, false): [.answer(200, Self.page([Self.item("c")], "nextPageToken", "p2"))]
      case (true, true):
        // Of what came twice the last word counts.
        [
          .answer(
            200, Self.page([#"{"id": "c", "status": "cancelled"}"#], "nextSyncToken", "t"))
        ]
      }
    }
    defer { api.server.stop() }
    let whole = try #require(try api.google.changes(on: calendar, since: nil, during: window))
    #expect(whole.events.map(\.remoteID) == ["a", "b"])
    #expect(whole.isWhole && whole.position.text == "s=")
    let next = try #require(
      try api.google.changes(on: calendar, since: whole.position, during: window))
    #expect(next.events == [ChangedEvent(remoteID: "c", interval: nil)])
    #expect(!next.isWhole && next.position.text == "t")
    let list = "GET /calendar/v3/calendars/primary/events"
    let asked =
      "fields=nextPageToken%2CnextSyncToken%2CtimeZone%2Citems%28id%2Cstatus%2Cstart%2Cend%29"
      + "&maxResults=2500"
    #expect(
      api.calls == [
        "\(list)?timeMin=2027-01-01T00%3A00%3A00Z&\(asked)",
        "\(list)?timeMin=2027-01-01T00%3A00%3A00Z&\(asked)&pageToken=p%2B1",
        "\(list)?syncToken=s%3D&\(asked)", "\(list)?syncToken=s%3D&\(asked)&pageToken=p2",
      ])
  }

  @Test("series, exceptions and what cannot be understood keep nobody from being read")
  func oddEvents() throws {
    let items = [
      Self.item("master", #", "recurrence": ["RRULE:FREQ=DAILY"]"#),
      #"{"id": "master_16", "status": "cancelled", "recurringEventId": "master"}"#,
      Self.item("master_17", #", "recurringEventId": "master""#),
      #"{"id": "allday", "start": {"date": "2027-01-20"}, "end": {"date": "2027-01-21"}}"#,
      #"{"id": "timeless", "status": "confirmed"}"#, #"{"status": "confirmed"}"#, "7",
      #"""
      {"id": "backwards", "start": {"dateTime": "2027-01-15T10:00:00Z"},
       "end": {"dateTime": "2027-01-15T09:00:00Z"}}
      """#, Self.item("ordinary"),
    ]
    let api = try ScriptedAPI { _ in [.answer(200, Self.page(items, "nextSyncToken", "s"))] }
    defer { api.server.stop() }
    let changes = try #require(try api.google.changes(on: calendar, since: nil, during: window))
    let ten = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    let day = try interval("2027-01-19T23:00:00Z", "2027-01-20T23:00:00Z")
    #expect(
      changes.events == [
        ChangedEvent(remoteID: "master", interval: ten),
        ChangedEvent(remoteID: "master_16", interval: nil),
        ChangedEvent(remoteID: "master_17", interval: ten),
        ChangedEvent(remoteID: "allday", interval: day),
        ChangedEvent(remoteID: "ordinary", interval: ten),
      ])
  }

  @Test("a reading that breaks off half way gives no position")
  func halfWay() throws {
    let api = try ScriptedAPI { request in
      request.path.contains("pageToken")
        ? [.answer(500)] : [.answer(200, Self.page([Self.item("a")], "nextPageToken", "p"))]
    }
    defer { api.server.stop() }
    for position in [nil, SyncPosition("s")] {
      let error = failure {
        try api.google.changes(on: calendar, since: position, during: window)
      }
      #expect(error?.kind == .transient)
    }
  }

  @Test("a page that has expired begins the reading anew")
  func expiredPage() throws {
    let api = try ScriptedAPI { request in
      if request.path.contains("timeMin") {
        return [.answer(200, Self.page([Self.item("b")], "nextSyncToken", "t"))]
      }
      return request.path.contains("pageToken")
        ? [.answer(410, #"{"error": {"errors": [{"reason": "fullSyncRequired"}]}}"#)]
        : [.answer(200, Self.page([Self.item("a")], "nextPageToken", "p"))]
    }
    defer { api.server.stop() }
    let changes = try #require(
      try api.google.changes(on: calendar, since: SyncPosition("s"), during: window))
    #expect(changes.isWhole)
    #expect(changes.events.map(\.remoteID) == ["b"])
  }

  @Test(
    "an answer without items, or without a position, is none",
    arguments: ["{}", #"{"items": []}"#, "[]", "<html>"])
  func saysNothing(_ body: String) throws {
    let api = try ScriptedAPI { _ in [.answer(200, body)] }
    defer { api.server.stop() }
    #expect(
      failure { try api.google.changes(on: calendar, since: nil, during: window) }?.kind
        == .transient)
  }

  @Test("a copy that somebody made of our event bears the mark under another id")
  func copies() throws {
    let properties = #", "extendedProperties": {"private": {"bookendKey": "bk1"}}"#
    let items = [
      Self.item("bk1", properties), Self.item("copy", properties), Self.item("markless"),
    ]
    let api = try ScriptedAPI { _ in [.answer(200, Self.page(items, "etag", "1"))] }
    defer { api.server.stop() }
    let found = try api.google.ownEvents(in: calendar, during: window)
    #expect(found.map(\.remoteID) == ["bk1", "copy"])
    #expect(found.map(\.key) == ["bk1", "bk1"])
    #expect(api.calls[0].contains("privateExtendedProperty=bookend%3Dbooking"))
    #expect(!api.calls[0].contains("summary"))
  }
}
