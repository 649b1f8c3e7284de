import Bookings
import Calendars
import Core
import TestSupport
import Testing

/// What Graph is sent, and what is made of what it says beyond what the conformance suite sees.
struct OutlookWireTests {
  let draft: EventDraft
  let later: EventDraft
  let calendar = Calendar.sample(url: "AAMk=/1")

  init() throws {
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
    later = .sample(
      sequence: 3, at: try interval("2027-07-15T09:00:00Z", "2027-07-15T09:30:00Z"))
  }

  // MARK: - Creating

  @Test func whatIsPosted() throws {
    let api = try ScriptedAPI { [event = event()] _ in [.answer(201, event)] }
    defer { api.server.stop() }
    var draft = draft
    draft.wantsConference = true
    draft.description = "Booked by <Sam>\n\nMove or cancel: https://book.example.com/r/token"
    let made = try api.outlook.create(draft, in: calendar)
    #expect(api.calls == ["POST /v1.0/me/calendars/AAMk%3D%2F1/events"])
    #expect(
      api.server.requests[0].header("Prefer")
        == #"outlook.timezone="UTC", IdType="ImmutableId""#)
    #expect(
      try api.body(0) == [
        "transactionId": .string(draft.key.text), "subject": "Intro call",
        "body": [
          "contentType": "html",
          "content": """
          Booked by &lt;Sam&gt;<br><br>Move or cancel: <a href="https://book.example.com/r/token">\
          https://book.example.com/r/token</a>
          """,
        ],
        "location": ["displayName": "Room 1"],
        "start": ["dateTime": "2027-01-15T10:00:00", "timeZone": "W. Europe Standard Time"],
        "end": ["dateTime": "2027-01-15T10:30:00", "timeZone": "W. Europe Standard Time"],
        "attendees": [
          [
            "emailAddress": ["address": "sam@guest.example", "name": "Sam Guest"],
            "type": "required",
          ]
        ],
        "showAs": "busy", "responseRequested": true, "allowNewTimeProposals": false,
        "singleValueExtendedProperties": [
          ["id": .string(key), "value": .string(draft.key.text)],
          ["id": .string(revision), "value": "0"],
        ],
        "isOnlineMeeting": true,
      ])
    #expect(made.remoteID == "evt/1")
    #expect(made.etag == "ck1")
    #expect(made.uid == "0400")
  }

  @Test("times of a zone that Windows cannot name, or has other rules for, are written in UTC")
  func inUTC() throws {
    let api = try ScriptedAPI { [event = event()] _ in [.answer(201, event)] }
    defer { api.server.stop() }
    for zone in ["America/Vancouver", "Nowhere/Land"] {
      var draft = draft
      draft.timeZone = zone
      _ = try api.outlook.create(draft, in: calendar)
    }
    for index in 0...1 {
      #expect(
        try api.body(index)["start"]
          == ["dateTime": "2027-01-15T09:00:00", "timeZone": "UTC"])
    }
  }

  @Test("an event that Exchange has put at another time than asked for is put right, in UTC")
  func corrected() throws {
    let api = try ScriptedAPI { [wrong = event(start: "08", end: "08"), right = event()] request in
      [request.method == "POST" ? .answer(201, wrong) : .answer(200, right)]
    }
    defer { api.server.stop() }
    let made = try api.outlook.create(draft, in: calendar)
    #expect(!made.wasThere)
    #expect(api.calls.last == "PATCH /v1.0/me/events/evt%2F1")
    #expect(
      try api.body(1) == [
        "start": ["dateTime": "2027-01-15T09:00:00", "timeZone": "UTC"],
        "end": ["dateTime": "2027-01-15T09:30:00", "timeZone": "UTC"],
      ])
  }

  @Test("one that its owner has moved is adopted where it is")
  func adoptedWhereItIs() throws {
    let dragged = event(
      #""createdDateTime": "2027-01-01T00:00:00Z", "lastModifiedDateTime": "2027-01-02T00:00:00Z""#,
      start: "08", end: "08")
    let api = try ScriptedAPI { _ in [.answer(201, dragged)] }
    defer { api.server.stop() }
    #expect(try api.outlook.create(draft, in: calendar).wasThere)
    #expect(api.calls.count == 1)
  }

  @Test("the repeat of a transaction is looked up by our own key", arguments: [400, 409])
  func duplicate(_ status: Int) throws {
    let api = try ScriptedAPI { [event = event()] request in
      [
        request.method == "POST"
          ? .answer(status, #"{"error": {"code": "errorDuplicateTransactionId"}}"#)
          : .answer(200, #"{"value": [\#(event)]}"#)
      ]
    }
    defer { api.server.stop() }
    let found = try api.outlook.create(draft, in: calendar)
    #expect(found.wasThere)
    #expect(found.remoteID == "evt/1")
    let search = try #require(api.calls.last?.removingPercentEncoding)
    #expect(
      search == """
        GET /v1.0/me/calendars/AAMk=/1/events?\
        $filter=singleValueExtendedProperties/Any(ep: ep/id eq '\(key)' and ep/value eq '\(draft.key)')\
        &$expand=singleValueExtendedProperties($filter=id eq '\(key)' or id eq '\(revision)')
        """)
  }

  @Test("a transaction that is known and an event that is not there: it was deleted")
  func duplicateOfNothing() throws {
    let api = try ScriptedAPI { request in
      [
        request.method == "POST"
          ? .answer(409, #"{"error": {"code": "ErrorDuplicateTransactionId"}}"#)
          : .answer(200, #"{"value": []}"#)
      ]
    }
    defer { api.server.stop() }
    #expect(failure { try api.outlook.create(draft, in: calendar) }?.kind == .conflict(.gone))
  }

  @Test("a lost answer leaves a doubt, and the write went out once")
  func lostAnswer() throws {
    let api = try ScriptedAPI { [event = event()] request in
      request.method == "GET" ? [.answer(200, #"{"value": [\#(event)]}"#)] : [.close]
    }
    defer { api.server.stop() }
    let outlook = api.outlook
    #expect(try outlook.event(draft.key, in: calendar) != nil)
    #expect(failure { try outlook.create(draft, in: calendar) }?.kind == .unknownOutcome)
    #expect(failure { try outlook.move(later, in: calendar) }?.kind == .unknownOutcome)
    #expect(failure { try outlook.remove(draft, in: calendar) }?.kind == .unknownOutcome)
    #expect(api.server.requests.count { $0.method != "GET" } == 3)
  }

  @Test(
    "a conference's link comes with the event or later",
    arguments: [
      (
        #""isOnlineMeeting": true, "onlineMeeting": {"joinUrl": "https://teams.example/a"}"#,
        .ready(url: "https://teams.example/a")
      ),
      (#""isOnlineMeeting": true, "onlineMeeting": null"#, .pending),
      (#""isOnlineMeeting": true, "onlineMeetingProvider": "unknown""#, .refused),
      (#""isOnlineMeeting": false"#, .none),
    ] as [(String, Conference)])
  func conferences(_ members: String, _ conference: Conference) throws {
    let api = try ScriptedAPI { [event = event(members)] request in
      [request.method == "POST" ? .answer(201, event) : .answer(200, #"{"value": [\#(event)]}"#)]
    }
    defer { api.server.stop() }
    #expect(try api.outlook.create(draft, in: calendar).conference == conference)
    #expect(
      try api.outlook.event(draft.key, in: calendar)?.reference.conference == conference)
  }

  // MARK: - Moving and removing

  @Test("a move changes times and our own mark")
  func whatIsPatched() throws {
    let moved = event(date: "2027-07-15")
    let api = try ScriptedAPI { [event = event()] request in
      [request.method == "GET" ? .answer(200, #"{"value": [\#(event)]}"#) : .answer(200, moved)]
    }
    defer { api.server.stop() }
    #expect(try !api.outlook.move(later, in: calendar).wasThere)
    #expect(api.server.requests.map(\.method) == ["GET", "PATCH"])
    #expect(
      try api.body(1) == [
        "start": ["dateTime": "2027-07-15T11:00:00", "timeZone": "W. Europe Standard Time"],
        "end": ["dateTime": "2027-07-15T11:30:00", "timeZone": "W. Europe Standard Time"],
        "singleValueExtendedProperties": [["id": .string(revision), "value": "3"]],
      ])
  }

  @Test("a conflict is looked into, and given up after three times", arguments: [409, 412])
  func keepsChanging(_ status: Int) throws {
    let api = try ScriptedAPI { [event = event()] request in
      [
        request.method == "GET"
          ? .answer(200, #"{"value": [\#(event)]}"#)
          : .answer(status, #"{"error": {"code": "ErrorIrresolvableConflict"}}"#)
      ]
    }
    defer { api.server.stop() }
    #expect(failure { try api.outlook.move(later, in: calendar) }?.kind == .transient)
    #expect(api.server.requests.map(\.method) == ["GET", "PATCH", "GET", "PATCH", "GET", "PATCH"])
  }

  @Test("a meeting is cancelled, an appointment without guests deleted")
  func removing() throws {
    let lonely = event(#""attendees": []"#)
    for (event, call) in [
      (
        event(#""attendees": [{"emailAddress": {"address": "sam@guest.example"}}]"#),
        "POST /v1.0/users/alex%40example.com/events/evt%2F1/cancel"
      ),
      (lonely, "DELETE /v1.0/users/alex%40example.com/events/evt%2F1"),
    ] {
      let api = try ScriptedAPI { request in
        [request.method == "GET" ? .answer(200, #"{"value": [\#(event)]}"#) : .answer(202)]
      }
      defer { api.server.stop() }
      try api.outlook(mailbox: "alex@example.com").remove(draft, in: calendar)
      #expect(api.calls.last == call)
    }
  }

  @Test("what a search finds that is not ours is left alone")
  func strangers() throws {
    let other = EventDraft.sample("bkg_2", at: draft.interval)
    let api = try ScriptedAPI { [event = event()] _ in
      [.answer(200, #"{"value": [\#(event), {"id": "stranger"}]}"#)]
    }
    defer { api.server.stop() }
    #expect(try api.outlook.event(other.key, in: calendar) == nil)
    try api.outlook.remove(other, in: calendar)
    #expect(failure { try api.outlook.move(other, in: calendar) }?.kind == .conflict(.gone))
    #expect(api.server.requests.allSatisfy { $0.method == "GET" })
  }

  // MARK: - What Graph answers

  private let guid = "{8f2b4c1e-6d0a-4d57-9a51-2f6f2f6b8a10}"
  private var key: String { "String \(guid) Name bookendKey" }
  private var revision: String { "String \(guid) Name bookendRevision" }

  private func event(
    _ more: String = #""hasAttachments": false"#, date: String = "2027-01-15",
    start: String = "09", end: String = "09"
  ) -> String {
    let times =
      more.contains("createdDateTime")
      ? ""
      : #""createdDateTime": "2027-01-01T00:00:00Z", "lastModifiedDateTime": "2027-01-01T00:00:01Z","#
    return """
      {"id": "evt/1", "changeKey": "ck1", "iCalUId": "0400", "type": "singleInstance", \(times)
       "start": {"dateTime": "\(date)T\(start):00:00.0000000", "timeZone": "UTC"}, \(more),
       "end": {"dateTime": "\(date)T\(end):30:00.0000000", "timeZone": "UTC"},
       "singleValueExtendedProperties": [
        {"id": "\(key)", "value": "\(draft.key)"}, {"id": "\(revision)", "value": "0"}]}
      """
  }
}
