import Bookings
import Calendars
import Core
import TestSupport
import Testing

struct GoogleBusyTests {
  let work = Calendar.sample("work", url: "work@example.com")
  let home = Calendar.sample("home", url: "home@example.com")
  let day: Interval

  init() throws { day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z") }

  @Test("all calendars of an account are one question")
  func together() throws {
    let api = try ScriptedAPI { _ in
      [
        .answer(
          200,
          """
          {"calendars": {"work@example.com": {"busy": [
            {"start": "2027-01-15T09:00:00Z", "end": "2027-01-15T10:00:00+00:00"}]},
           "home@example.com": {"busy": []}}}
          """)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(in: [work, home], during: day)
    #expect(
      try busy[work.id]?.get().map(\.interval) == [
        try interval("2027-01-15T09:00:00Z", "2027-01-15T10:00:00Z")
      ])
    #expect(try busy[home.id]?.get() == [])
    #expect(api.calls == ["POST /calendar/v3/freeBusy"])
    #expect(
      try api.body(0) == [
        "timeMin": "2027-01-15T00:00:00Z", "timeMax": "2027-01-16T00:00:00Z", "timeZone": "UTC",
        "items": [["id": "work@example.com"], ["id": "home@example.com"]],
      ])
  }

  @Test(
    "an error inside 200 is never a free calendar",
    arguments: [
      (#"{"errors": [{"reason": "notFound"}], "busy": []}"#, .permanent),
      (#"{"errors": [{"reason": "groupTooBig"}], "busy": []}"#, .permanent),
      (#"{"errors": [{"reason": "tooManyCalendarsRequested"}], "busy": []}"#, .transient),
      (#"{"errors": [{"reason": "internalError"}], "busy": []}"#, .transient),
      (#"{"errors": [{"reason": "somethingNew"}]}"#, .transient),
      (#"{"errors": [{}]}"#, .transient),
      ("{}", .transient), ("null", .transient),
      (#"{"busy": [{"start": "soon", "end": "late"}]}"#, .permanent),
      (
        #"{"busy": [{"start": "2027-01-15T10:00:00Z", "end": "2027-01-15T09:00:00Z"}]}"#, .permanent
      ),
    ] as [(String, ProviderError.Kind)])
  func errorsInside(_ entry: String, _ kind: ProviderError.Kind) throws {
    let api = try ScriptedAPI { _ in
      [
        .answer(
          200,
          #"{"calendars": {"work@example.com": \#(entry), "home@example.com": {"busy": []}}}"#)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(in: [work, home], during: day)
    #expect(failure { try busy[work.id]?.get() }?.kind == kind)
    #expect(try busy[home.id]?.get() == [])
  }

  @Test("what asks for too much is asked in pieces, and touching blocks are one")
  func pieces() throws {
    let api = try ScriptedAPI { request in
      let start = request.body.contains(#""timeMin":"2027-01-01"#) ? "01-10" : "03-02"
      let end = start == "01-10" ? "03-02" : "03-05"
      return [
        .answer(
          200,
          """
          {"calendars": {"work@example.com": {"busy": [
            {"start": "2027-\(start)T00:00:00Z", "end": "2027-\(end)T00:00:00Z"}]}}}
          """)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(
      in: [work], during: try interval("2027-01-01T00:00:00Z", "2027-04-01T00:00:00Z"))
    #expect(api.calls.count == 2)
    #expect(
      try busy[work.id]?.get().map(\.interval) == [
        try interval("2027-01-10T00:00:00Z", "2027-03-05T00:00:00Z")
      ])
  }

  /// 62 days, and what is read around them.
  @Test func theLongestPageIsOneQuestion() throws {
    let api = try ScriptedAPI { _ in
      [.answer(200, #"{"calendars": {"work@example.com": {"busy": []}}}"#)]
    }
    defer { api.server.stop() }
    _ = try api.google.busy(
      in: [work], during: try interval("2027-01-14T00:00:00Z", "2027-03-20T00:00:00Z"))
    #expect(api.calls.count == 1)
  }

  @Test func fiftyCalendarsAtOnce() throws {
    let calendars = (1...51).map { Calendar.sample("c\($0)", url: "c\($0)@example.com") }
    let api = try ScriptedAPI { request in
      let ids = request.body.matches(of: /"id":"([^"]+)"/).map { #""\#($0.1)": {"busy": []}"# }
      return [.answer(200, #"{"calendars": {\#(ids.joined(separator: ", "))}}"#)]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(in: calendars, during: day)
    #expect(busy.count == 51)
    #expect(try busy.values.allSatisfy { try $0.get().isEmpty })
    #expect(api.calls.count == 2)
  }

  @Test("the calendar with the booking's own event has its events listed, page after page")
  func listed() throws {
    let own = EventKey(booking: BookingID("bkg_1"), generation: 0)
    let items = [
      #"{"id": "\#(own)", "start": {"dateTime": "2027-01-15T09:00:00Z"}, "end": {"dateTime": "2027-01-15T10:00:00Z"}}"#,
      // Beneath our own; an invitation not answered yet counts, a declined one does not.
      #"{"id": "a", "start": {"dateTime": "2027-01-15T09:30:00Z"}, "end": {"dateTime": "2027-01-15T10:00:00Z"}, "attendees": [{"self": true, "responseStatus": "needsAction"}]}"#,
      #"{"id": "b", "start": {"dateTime": "2027-01-15T11:00:00Z"}, "end": {"dateTime": "2027-01-15T12:00:00Z"}, "attendees": [{"self": true, "responseStatus": "declined"}]}"#,
      #"{"id": "c", "transparency": "transparent", "start": {"date": "2027-01-15"}, "end": {"date": "2027-01-16"}}"#,
      #"{"id": "d", "status": "cancelled"}"#,
      #"{"id": "e", "eventType": "workingLocation", "start": {"date": "2027-01-15"}, "end": {"date": "2027-01-16"}}"#,
      #"{"id": "f", "status": "tentative", "start": {"dateTime": "2027-01-15T13:00:00Z"}, "end": {"dateTime": "2027-01-15T14:00:00Z"}}"#,
    ]
    // All day of the calendar's zone, which the list tells.
    let second = [#"{"id": "g", "start": {"date": "2027-01-16"}, "end": {"date": "2027-01-17"}}"#]
    let api = try ScriptedAPI { request in
      let isSecond = request.path.contains("pageToken=two")
      let more = isSecond ? "" : #""nextPageToken": "two", "#
      return [
        .answer(
          200,
          #"{\#(more)"timeZone": "Asia/Tokyo", "items": [\#((isSecond ? second : items).joined(separator: ","))]}"#
        )
      ]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(
      in: [work], during: day, except: OwnEvent(own, in: work.id))
    #expect(
      try busy[work.id]?.get().map(\.interval) == [
        try interval("2027-01-15T09:30:00Z", "2027-01-15T10:00:00Z"),
        try interval("2027-01-15T13:00:00Z", "2027-01-15T14:00:00Z"),
        try interval("2027-01-15T15:00:00Z", "2027-01-16T15:00:00Z"),
      ])
    #expect(api.calls.count == 2)
    #expect(api.calls[0].contains("singleEvents=true&timeMin=2027-01-15T00%3A00%3A00Z"))
  }

  @Test("other calendars of the account are asked about together all the same")
  func ownBesideOthers() throws {
    let own = EventKey(booking: BookingID("bkg_1"), generation: 0)
    let api = try ScriptedAPI { request in
      [
        request.method == "GET"
          ? .answer(503) : .answer(200, #"{"calendars": {"home@example.com": {"busy": []}}}"#)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.google.busy(
      in: [work, home], during: day, except: OwnEvent(own, in: work.id))
    #expect(failure { try busy[work.id]?.get() }?.kind == .transient)
    #expect(try busy[home.id]?.get() == [])
  }

  @Test func anEventThatCannotBeReadIsNotFree() throws {
    let api = try ScriptedAPI { _ in [.answer(200, #"{"items": [{"id": "a"}]}"#)] }
    defer { api.server.stop() }
    let own = OwnEvent(EventKey(booking: BookingID("bkg_1"), generation: 0), in: work.id)
    let busy = try api.google.busy(in: [work], during: day, except: own)
    #expect(failure { try busy[work.id]?.get() }?.kind == .permanent)
  }

  @Test func aListThatHasExpiredIsNotFree() throws {
    let api = try ScriptedAPI { _ in
      [.answer(410, #"{"error": {"errors": [{"reason": "fullSyncRequired"}]}}"#)]
    }
    defer { api.server.stop() }
    let own = OwnEvent(EventKey(booking: BookingID("bkg_1"), generation: 0), in: work.id)
    let busy = try api.google.busy(in: [work], during: day, except: own)
    #expect(failure { try busy[work.id]?.get() }?.kind == .transient)
    #expect(failure { try api.google.ownEvents(in: work, during: day) }?.kind == .transient)
    #expect(
      failure { try api.google.changes(on: work, since: nil, during: day) }?.kind == .transient)
  }

  @Test func calendarsOverPages() throws {
    let api = try ScriptedAPI { request in
      [
        request.path.contains("pageToken=two")
          ? .answer(
            200,
            """
            {"items": [{"id": "b", "summary": "B", "accessRole": "reader", "timeZone": "Mars/Base"},
             {"id": "gone", "deleted": true}]}
            """)
          : .answer(
            200,
            """
            {"nextPageToken": "two", "items": [{"id": "a", "summary": "A", "summaryOverride": "Mine",
             "accessRole": "owner", "timeZone": "Asia/Tokyo", "primary": true}]}
            """)
      ]
    }
    defer { api.server.stop() }
    #expect(
      try api.google.calendars() == [
        RemoteCalendar(remoteID: "a", name: "Mine", timeZone: "Asia/Tokyo", isWritable: true),
        RemoteCalendar(remoteID: "b", name: "B", timeZone: "UTC", isWritable: false),
      ])
    #expect(api.calls[0] == "GET /calendar/v3/users/me/calendarList?maxResults=250")
  }
}
