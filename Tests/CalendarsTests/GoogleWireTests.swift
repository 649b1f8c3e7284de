import Bookings
import Calendars
import Core
import TestSupport
import Testing

/// What Google is sent, and what is made of what it says beyond what the conformance suite sees.
struct GoogleWireTests {
  let draft: EventDraft
  let calendar = Calendar.sample(url: "team#1@group.calendar.google.com")

  init() throws {
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
  }

  // MARK: - Creating

  @Test func whatIsInserted() throws {
    let api = try ScriptedAPI { _ in [.answer(200, event())] }
    defer { api.server.stop() }
    var draft = draft
    draft.wantsConference = true
    draft.attendees.append(EventPerson(name: "", email: "kim@guest.example"))
    let made = try api.google.create(draft, in: calendar)
    #expect(
      api.calls == [
        "POST /calendar/v3/calendars/team%231%40group.calendar.google.com/events"
          + "?sendUpdates=all&conferenceDataVersion=1"
      ])
    #expect(api.server.requests[0].header("Content-Type") == "application/json")
    let key = draft.key.text
    #expect(
      try api.body(0) == [
        "id": .string(key), "summary": "Intro call", "description": "See you",
        "location": "Room 1",
        "start": ["dateTime": "2027-01-15T10:00:00+01:00", "timeZone": "Europe/Berlin"],
        "end": ["dateTime": "2027-01-15T10:30:00+01:00", "timeZone": "Europe/Berlin"],
        "attendees": [
          [
            "email": "sam@guest.example", "displayName": "Sam Guest",
            "responseStatus": "needsAction",
          ],
          ["email": "kim@guest.example", "responseStatus": "needsAction"],
        ],
        "extendedProperties": [
          "private": [
            "bookend": "booking", "bookendKey": .string(key), "bookendBooking": "bkg_1",
            "bookendRevision": "0",
          ]
        ],
        "conferenceData": [
          "createRequest": [
            "requestId": .string(key), "conferenceSolutionKey": ["type": "hangoutsMeet"],
          ]
        ],
      ])
    #expect(made.remoteID == key)
    #expect(made.etag == "\"1\"")
    #expect(made.uid == "\(key)@google.com")
    #expect(!made.wasThere)
  }

  @Test("of two hours that clocks show twice, the offset says which")
  func twiceShown() throws {
    let api = try ScriptedAPI { _ in [.answer(200, event())] }
    defer { api.server.stop() }
    var draft = draft
    draft.interval = try interval("2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z")
    _ = try api.google.create(draft, in: calendar)
    let body = try api.body(0)
    #expect(body["start"]?["dateTime"] == "2027-10-31T02:30:00+02:00")
    #expect(body["end"]?["dateTime"] == "2027-10-31T02:30:00+01:00")
  }

  @Test("a calendar that makes no conferences gets the event without one")
  func noConference() throws {
    let api = try ScriptedAPI { [event = event()] request in
      [request.body.contains("conferenceData") ? .answer(400, "{}") : .answer(200, event)]
    }
    defer { api.server.stop() }
    var draft = draft
    draft.wantsConference = true
    #expect(try api.google.create(draft, in: calendar).conference == .refused)
    #expect(api.calls.count == 2)
  }

  @Test(
    "a conference's link comes with the event or later",
    arguments: [
      (#""hangoutLink": "https://meet.example/a""#, .ready(url: "https://meet.example/a")),
      (
        #"""
        "conferenceData": {"entryPoints": [{"entryPointType": "phone", "uri": "tel:1"},
        {"entryPointType": "video", "uri": "https://meet.example/b"}]}
        """#, .ready(url: "https://meet.example/b")
      ),
      (#""conferenceData": {"createRequest": {"status": {"statusCode": "pending"}}}"#, .pending),
      (#""conferenceData": {"createRequest": {"status": {"statusCode": "failure"}}}"#, .refused),
      (#""colorId": "1""#, .none),
    ] as [(String, Conference)])
  func conferences(_ members: String, _ conference: Conference) throws {
    let api = try ScriptedAPI { [event = event(members)] _ in [.answer(200, event)] }
    defer { api.server.stop() }
    #expect(try api.google.create(draft, in: calendar).conference == conference)
    #expect(
      try api.google.event(draft.key, in: calendar)?.reference.conference == conference)
  }

  @Test("409 because of something else than the id is tried again")
  func otherConflict() throws {
    let api = try ScriptedAPI { _ in
      [.answer(409, #"{"error": {"errors": [{"reason": "conflict"}]}}"#)]
    }
    defer { api.server.stop() }
    #expect(failure { try api.google.create(draft, in: calendar) }?.kind == .transient)
    #expect(api.calls.count == 1)
  }

  @Test("a lost answer leaves a doubt, and the write went out once")
  func lostAnswer() throws {
    let api = try ScriptedAPI { [event = event()] request in
      request.method == "GET" ? [.answer(200, event)] : [.close]
    }
    defer { api.server.stop() }
    let google = api.google
    // Warms the connection on which libcurl would repeat the write.
    _ = try google.event(draft.key, in: calendar)
    #expect(failure { try google.create(draft, in: calendar) }?.kind == .unknownOutcome)
    var moved = draft
    moved.interval = try interval("2027-01-16T09:00:00Z", "2027-01-16T09:30:00Z")
    #expect(failure { try google.move(moved, in: calendar) }?.kind == .unknownOutcome)
    #expect(failure { try google.remove(draft, in: calendar) }?.kind == .unknownOutcome)
    for method in ["POST", "PATCH", "DELETE"] {
      #expect(api.server.requests.count { $0.method == method } == 1)
    }
  }

  // MARK: - Moving and removing

  @Test("a move changes times and our own mark, under the version that was seen")
  func whatIsPatched() throws {
    let api = try ScriptedAPI { [event = event()] _ in [.answer(200, event)] }
    defer { api.server.stop() }
    var moved = draft
    moved.interval = try interval("2027-07-15T09:00:00Z", "2027-07-15T09:30:00Z")
    moved.sequence = 3
    _ = try api.google.move(moved, in: calendar)
    #expect(api.server.requests.map(\.method) == ["GET", "PATCH"])
    #expect(api.server.requests[1].header("If-Match") == "\"1\"")
    #expect(
      api.server.requests[1].path.hasSuffix(
        "/events/\(draft.key)?sendUpdates=all&conferenceDataVersion=1"))
    #expect(
      try api.body(1) == [
        "start": ["dateTime": "2027-07-15T11:00:00+02:00", "timeZone": "Europe/Berlin"],
        "end": ["dateTime": "2027-07-15T11:30:00+02:00", "timeZone": "Europe/Berlin"],
        "extendedProperties": ["private": ["bookendRevision": "3"]],
      ])
  }

  @Test("412 is looked into, and given up after three times")
  func keepsChanging() throws {
    let api = try ScriptedAPI { [event = event()] request in
      [request.method == "GET" ? .answer(200, event) : .answer(412)]
    }
    defer { api.server.stop() }
    var moved = draft
    moved.interval = try interval("2027-01-16T09:00:00Z", "2027-01-16T09:30:00Z")
    #expect(failure { try api.google.move(moved, in: calendar) }?.kind == .transient)
    #expect(api.server.requests.map(\.method) == ["GET", "PATCH", "GET", "PATCH", "GET", "PATCH"])
  }

  @Test("a series that the owner has made of the event is not moved")
  func series() throws {
    let recurring = event(#""recurrence": ["RRULE:FREQ=DAILY"]"#)
    let api = try ScriptedAPI { _ in [.answer(200, recurring)] }
    defer { api.server.stop() }
    var moved = draft
    moved.interval = try interval("2027-01-16T09:00:00Z", "2027-01-16T09:30:00Z")
    #expect(failure { try api.google.move(moved, in: calendar) }?.kind == .permanent)
    #expect(api.calls.count == 1)
  }

  @Test("gone by the time of the write is gone", arguments: [404, 410])
  func goneMeanwhile(_ status: Int) throws {
    let api = try ScriptedAPI { [event = event()] request in
      [request.method == "GET" ? .answer(200, event) : .answer(status)]
    }
    defer { api.server.stop() }
    var moved = draft
    moved.interval = try interval("2027-01-16T09:00:00Z", "2027-01-16T09:30:00Z")
    #expect(failure { try api.google.move(moved, in: calendar) }?.kind == .conflict(.gone))
    try api.google.remove(draft, in: calendar)
    #expect(api.server.requests.last?.path.hasSuffix("/\(draft.key)?sendUpdates=all") == true)
  }

  @Test("of a cancelled event Google shows no more than that")
  func cancelled() throws {
    let api = try ScriptedAPI { [key = draft.key] _ in
      [.answer(200, #"{"id": "\#(key)", "status": "cancelled"}"#)]
    }
    defer { api.server.stop() }
    #expect(try api.google.event(draft.key, in: calendar)?.isCancelled == true)
    #expect(failure { try api.google.move(draft, in: calendar) }?.kind == .conflict(.gone))
    try api.google.remove(draft, in: calendar)
    #expect(api.server.requests.allSatisfy { $0.method == "GET" })
  }

  /// The draft's event as Google answers.
  private func event(_ more: String = #""colorId": "1""#) -> String {
    """
    {"kind": "calendar#event", "id": "\(draft.key)", "etag": "\\"1\\"", "status": "confirmed",
     "iCalUID": "\(draft.key)@google.com", "start": {"dateTime": "2027-01-15T10:00:00+01:00"},
     "end": {"dateTime": "2027-01-15T10:30:00+01:00"}, "sequence": 0, \(more),
     "extendedProperties": {"private": {"bookendKey": "\(draft.key)", "bookendRevision": "0"}}}
    """
  }
}
