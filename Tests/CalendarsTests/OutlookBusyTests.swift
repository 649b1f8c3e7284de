import Bookings
import Calendars
import Core
import TestSupport
import Testing

struct OutlookBusyTests {
  let work = Calendar.sample("work", url: "work", timeZone: "Asia/Tokyo")
  let home = Calendar.sample("home", url: "home")
  let day: Interval

  init() throws { day = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z") }

  @Test("what counts as busy, with one's own event left out by its transaction")
  func counts() throws {
    let own = EventKey(booking: BookingID("bkg_1"), generation: 0)
    let first = [
      event("09:00", "10:00", #""showAs": "busy", "transactionId": "\#(own)""#),
      // Beneath our own.
      event("09:30", "10:00", #""showAs": "tentative""#),
      event("11:00", "12:00", #""showAs": "free""#),
      event("11:00", "12:00", #""showAs": "workingElsewhere""#),
      event("11:00", "12:00", #""showAs": "busy", "isCancelled": true"#),
      event("11:00", "12:00", #""showAs": "busy", "responseStatus": {"response": "declined"}"#),
      event("13:00", "14:00", #""showAs": "unknown""#),
    ]
    // All day is a date of the mailbox, whatever zone its midnight is told in.
    let second = [event("00:00", "00:00", #""showAs": "oof", "isAllDay": true"#, endDay: 16)]
    let api = try ScriptedAPI { request in
      let isSecond = request.path.contains("skip=7")
      let next = "http://\(request.header("Host") ?? "")/v1.0/me/next?skip=7&odd=%20x"
      let more = isSecond ? "" : #""@odata.nextLink": "\#(next)", "#
      return [
        .answer(
          200, #"{\#(more)"value": [\#((isSecond ? second : first).joined(separator: ","))]}"#)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.outlook.busy(
      in: [work], during: day, except: OwnEvent(own, in: work.id))
    #expect(
      try busy[work.id]?.get().map(\.interval) == [
        try interval("2027-01-14T15:00:00Z", "2027-01-15T15:00:00Z"),
        try interval("2027-01-15T09:30:00Z", "2027-01-15T10:00:00Z"),
        try interval("2027-01-15T13:00:00Z", "2027-01-15T14:00:00Z"),
      ])
    let path = try #require(api.calls.first?.removingPercentEncoding)
    #expect(
      path.hasPrefix(
        "GET /v1.0/me/calendars/work/calendarView?startDateTime=2027-01-15T00:00:00Z"
          + "&endDateTime=2027-01-16T00:00:00Z&$select="))
    // Going on is Graph's affair: the link is used as it is.
    #expect(api.calls.last == "GET /v1.0/me/next?skip=7&odd=%20x")
  }

  @Test("times in a zone by Windows' name are read too")
  func windowsZone() throws {
    let api = try ScriptedAPI { _ in
      [
        .answer(
          200,
          """
          {"value": [{"showAs": "busy",
           "start": {"dateTime": "2027-01-15T10:00:00", "timeZone": "W. Europe Standard Time"},
           "end": {"dateTime": "2027-01-15T11:00:00", "timeZone": "Europe/Berlin"}}]}
          """)
      ]
    }
    defer { api.server.stop() }
    #expect(
      try api.outlook.busy(in: [work], during: day)[work.id]?.get().map(\.interval) == [
        try interval("2027-01-15T09:00:00Z", "2027-01-15T10:00:00Z")
      ])
  }

  @Test("several calendars are one batch, and each answer stands for itself")
  func batch() throws {
    let third = Calendar.sample("third", url: "third")
    let api = try ScriptedAPI { _ in
      [
        .answer(
          200,
          """
          {"responses": [
           {"id": "2", "status": 429, "headers": {"Retry-After": "20"},
            "body": {"error": {"code": "ApplicationThrottled"}}},
           {"id": "0", "status": 200, "body": {"value": []}}]}
          """)
      ]
    }
    defer { api.server.stop() }
    let busy = try api.outlook.busy(in: [work, home, third], during: day)
    #expect(try busy[work.id]?.get() == [])
    // Left out of the answer is not free.
    #expect(failure { try busy[home.id]?.get() }?.kind == .transient)
    #expect(
      failure { try busy[third.id]?.get() }?.kind
        == .throttled(until: api.time.now() + .seconds(20)))
    #expect(api.calls == ["POST /v1.0/$batch"])
    let request = try #require(try api.body(0)["requests"]?.array?.first)
    #expect(request["url"]?.string?.hasPrefix("/me/calendars/work/calendarView?start") == true)
    #expect(request["headers"]?["Prefer"]?.string?.contains("UTC") == true)
  }

  @Test("no more than three of a mailbox at once, and one that fails spoils no other")
  func threeAtOnce() throws {
    let calendars = (1...4).map { Calendar.sample("c\($0)", url: "c\($0)") }
    let api = try ScriptedAPI { request in
      guard request.path.contains("batch") else { return [.answer(404)] }
      let answers = (0..<3).map { #"{"id": "\#($0)", "status": 200, "body": {"value": []}}"# }
      return [.answer(200, #"{"responses": [\#(answers.joined(separator: ","))]}"#)]
    }
    defer { api.server.stop() }
    let busy = try api.outlook.busy(in: calendars, during: day)
    #expect(try calendars[..<3].allSatisfy { try busy[$0.id]?.get().isEmpty == true })
    #expect(failure { try busy[calendars[3].id]?.get() }?.kind == .permanent)
    #expect(api.calls.count == 2)
  }

  @Test(
    "an answer that says nothing about time is never free",
    arguments: ["{}", "null", #"{"value": [{"showAs": "busy"}]}"#, #"{"value": {}}"#])
  func unreadable(_ body: String) throws {
    let api = try ScriptedAPI { _ in [.answer(200, body)] }
    defer { api.server.stop() }
    let busy = try api.outlook.busy(in: [work], during: day)
    #expect(failure { try busy[work.id]?.get() } != nil)
  }

  @Test("the mailbox's zone is every calendar's", arguments: [200, 403])
  func calendars(_ status: Int) throws {
    let api = try ScriptedAPI { request in
      [
        request.path.contains("mailboxSettings")
          ? .answer(status, #"{"timeZone": "Tokyo Standard Time"}"#)
          : .answer(
            200,
            """
            {"value": [{"id": "a", "name": "Calendar", "canEdit": true},
             {"id": "b", "name": "Birthdays", "canEdit": false}]}
            """)
      ]
    }
    defer { api.server.stop() }
    // Without the right to see the setting the default has to do.
    let zone = status == 200 ? "Asia/Tokyo" : "UTC"
    #expect(
      try api.outlook.calendars() == [
        RemoteCalendar(remoteID: "a", name: "Calendar", timeZone: zone, isWritable: true),
        RemoteCalendar(remoteID: "b", name: "Birthdays", timeZone: zone, isWritable: false),
      ])
  }

  private func event(
    _ start: String, _ end: String, _ more: String, endDay: Int = 15
  ) -> String {
    """
    {"start": {"dateTime": "2027-01-15T\(start):00.0000000", "timeZone": "UTC"}, \(more),
     "end": {"dateTime": "2027-01-\(endDay)T\(end):00.0000000", "timeZone": "UTC"}}
    """
  }
}
