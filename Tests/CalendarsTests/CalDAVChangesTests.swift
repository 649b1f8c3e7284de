import Bookings
import Core
import Synchronization
import TestSupport
import Testing

@testable import Calendars

/// Servers that are unlike the one the conformance suite has: without a record of changes, with too many of
/// them, or gone half way.
struct CalDAVChangesTests {
  let window: Interval
  let ten: Interval

  init() throws {
    window = try interval("2027-01-01T00:00:00Z", "2027-03-01T00:00:00Z")
    ten = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
  }

  @Test("a whole calendar's worth of changes is read in pieces")
  func manyObjects() throws {
    let account = try CalDAVAccount()
    let calendar = try account.calendar()
    let provider = try account.provider()
    let first = try #require(try provider.changes(on: calendar, since: nil, during: window))
    for number in 0..<120 {
      try account.put(
        "DTSTART:20270115T090000Z\nDTEND:20270115T093000Z", uid: "event-\(number)", in: calendar)
    }
    let next = try #require(
      try provider.changes(on: calendar, since: first.position, during: window))
    #expect(next.events.count == 120)
    #expect(next.events.allSatisfy { $0.interval == ten })
    #expect(Set(next.events.map(\.remoteID)).count == 120)
  }

  @Test("series, exceptions without their series, tasks and nonsense keep nobody from being read")
  func oddObjects() throws {
    let account = try CalDAVAccount()
    let calendar = try account.calendar(properties: [
      "C:supported-calendar-component-set": "VEVENT,VTODO"
    ])
    let provider = try account.provider()
    let first = try #require(try provider.changes(on: calendar, since: nil, during: window))
    try account.put(
      """
      DTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nRRULE:FREQ=DAILY

      RECURRENCE-ID:20270115T090000Z\nDTSTART:20270115T110000Z\nDTEND:20270115T120000Z
      """, uid: "series", in: calendar)
    try account.put(
      "RECURRENCE-ID:20270115T090000Z\nDTSTART:20270115T110000Z\nDTEND:20270115T120000Z",
      uid: "exception", in: calendar)
    try account.put(
      "DTSTART:20270115T090000Z\nDTEND:20270115T093000Z", uid: "ordinary", in: calendar)
    try account.put(
      "DTSTART:20270115T090000Z\nDTEND:20270115T093000Z\nSTATUS:CANCELLED", uid: "called-off",
      in: calendar)
    try account.send(
      "PUT", calendar, "task.ics",
      """
      BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//X//EN\r\nBEGIN:VTODO\r\nUID:task\r
      DTSTAMP:20260101T000000Z\r\nSUMMARY:Task\r\nEND:VTODO\r\nEND:VCALENDAR\r\n
      """)
    for position in [nil, first.position] {
      let told = try #require(try provider.changes(on: calendar, since: position, during: window))
      let events = Dictionary(
        uniqueKeysWithValues: told.events.map {
          ($0.remoteID.dropFirst(calendar.remoteID.count), $0.interval)
        })
      #expect(
        events == [
          "series.ics": try interval("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"),
          "ordinary.ics": ten, "called-off.ics": nil,
        ])
    }
  }

  // MARK: - Scripted

  private static func object(_ name: String) -> String {
    """
    <response><href>/cal/\(name)</href><propstat><prop><getetag>"1"</getetag>\
    <C:calendar-data>BEGIN:VCALENDAR&#13;
    BEGIN:VEVENT&#13;
    UID:\(name)&#13;
    DTSTART:20270115T090000Z&#13;
    DTEND:20270115T093000Z&#13;
    END:VEVENT&#13;
    END:VCALENDAR&#13;
    </C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response>
    """
  }

  private static func etag(_ name: String, _ etag: String) -> String {
    """
    <response><href>/cal/\(name)</href><propstat><prop><getetag>"\(etag)"</getetag></prop>\
    <status>HTTP/1.1 200 OK</status></propstat></response>
    """
  }

  private static func gone(_ name: String, _ status: Int = 404) -> String {
    "<response><href>/cal/\(name)</href><status>HTTP/1.1 \(status) X</status></response>"
  }

  private static func multistatus(_ parts: String...) -> RawHTTPServer.Action {
    .answer(
      207,
      """
      <multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" \
      xmlns:S="http://calendarserver.org/ns/">\(parts.joined())</multistatus>
      """)
  }

  private func with(
    _ script: @escaping RawHTTPServer.Script,
    do body: (CalDAVProvider, Bookings.Calendar, RawHTTPServer) throws -> Void
  ) throws {
    let server = try RawHTTPServer(script)
    defer { server.stop() }
    try body(
      try CalDAVProvider.sample(url: server.url), .sample(url: server.url + "/cal/"), server)
  }

  @Test("a server that tells its changes in pieces is asked until it has told all")
  func truncated() throws {
    try with { request in
      if request.body.contains("multiget") {
        return [Self.multistatus(Self.object("b.ics"), Self.object("c.ics"))]
      }
      return request.body.contains(">t1<")
        ? [
          Self.multistatus(
            Self.etag("a.ics", "1"), Self.etag("b.ics", "1"), Self.gone("", 507),
            "<sync-token>t2</sync-token>")
        ]
        : [
          Self.multistatus(
            Self.gone("a.ics"), Self.etag("c.ics", "1"), "<sync-token>t3</sync-token>")
        ]
    } do: { provider, calendar, server in
      let start = CalDAVPosition.token("t1").position
      let changes = try #require(
        try provider.changes(on: calendar, since: start, during: window))
      let place = calendar.remoteID
      #expect(
        changes.events == [
          ChangedEvent(remoteID: place + "a.ics", interval: nil),
          ChangedEvent(remoteID: place + "b.ics", interval: ten),
          ChangedEvent(remoteID: place + "c.ics", interval: ten),
        ])
      #expect(changes.position == CalDAVPosition.token("t3").position)
      #expect(server.requests.count == 3)
      #expect(!server.requests[2].body.contains("a.ics"))
    }
  }

  @Test("what the server names and does not show is not lost")
  func hiddenObjects() throws {
    try with { request in
      request.body.contains("multiget")
        ? [
          Self.multistatus(
            Self.gone("gone.ics"), Self.gone("locked.ics", 403), Self.object("shown.ics"),
            Self.etag("bare.ics", "1"))
        ]
        : [
          Self.multistatus(
            ["bare", "gone", "locked", "missing", "shown"].map { Self.etag("\($0).ics", "1") }
              .joined(), "<sync-token>t2</sync-token>")
        ]
    } do: { provider, calendar, _ in
      let start = CalDAVPosition.token("t1").position
      let changes = try #require(
        try provider.changes(on: calendar, since: start, during: window))
      let told = Dictionary(
        uniqueKeysWithValues: changes.events.map {
          ($0.remoteID.dropFirst(calendar.remoteID.count), $0.interval)
        })
      #expect(
        told == [
          "bare.ics": nil, "gone.ics": nil, "locked.ics": nil, "missing.ics": nil,
          "shown.ics": ten,
        ])
    }
  }

  @Test("nothing changed costs one request", arguments: ["t1", "t2"])
  func nothing(_ token: String) throws {
    try with { _ in
      [Self.multistatus("<sync-token>\(token)</sync-token>")]
    } do: {
      provider, calendar, server in
      let start = CalDAVPosition.token("t1").position
      let changes = try provider.changes(on: calendar, since: start, during: window)
      #expect(changes?.events == [])
      #expect(changes?.position == CalDAVPosition.token(token).position)
      #expect(server.requests.count == 1)
    }
  }

  @Test(
    "a token that is refused, with either status, makes the reading whole", arguments: [403, 409])
  func refusedToken(_ status: Int) throws {
    try with { request in
      if request.body.contains("sync-collection") {
        return [.answer(status, #"<error xmlns="DAV:"><valid-sync-token/></error>"#)]
      }
      if request.method == "REPORT" { return [Self.multistatus(Self.object("a.ics"))] }
      return [
        Self.multistatus(
          """
          <response><href>/cal/</href><propstat><prop><sync-token>t9</sync-token></prop>\
          <status>HTTP/1.1 200 OK</status></propstat></response>
          """)
      ]
    } do: { provider, calendar, _ in
      let start = CalDAVPosition.token("t1").position
      let changes = try #require(
        try provider.changes(on: calendar, since: start, during: window))
      #expect(changes.isWhole && changes.events.map(\.interval) == [ten])
      #expect(changes.position == CalDAVPosition.token("t9").position)
    }
  }

  @Test("a server that gives tokens and takes none is compared", arguments: [403, 405, 501])
  func uselessTokens(_ status: Int) throws {
    try with { request in
      if request.body.contains("sync-collection") { return [.answer(status)] }
      if request.method == "REPORT" { return [Self.multistatus(Self.object("a.ics"))] }
      if request.header("Depth") == "1" { return [Self.multistatus(Self.etag("a.ics", "1"))] }
      return [
        Self.multistatus(
          """
          <response><href>/cal/</href><propstat><prop><sync-token>t9</sync-token>\
          <S:getctag>1</S:getctag></prop><status>HTTP/1.1 200 OK</status></propstat></response>
          """)
      ]
    } do: { provider, calendar, server in
      let first = try #require(try provider.changes(on: calendar, since: nil, during: window))
      let second = try #require(
        try provider.changes(on: calendar, since: first.position, during: window))
      #expect(second.isWhole && second.events.map(\.interval) == [ten])
      let before = server.requests.count
      let third = try #require(
        try provider.changes(on: calendar, since: second.position, during: window))
      #expect(third.events == [] && !third.isWhole)
      #expect(server.requests.count == before + 1)
    }
  }

  @Test("a reading that breaks off at the second request gives no position")
  func halfWay() throws {
    try with { request in
      request.body.contains("multiget")
        ? [.close]
        : [Self.multistatus(Self.etag("a.ics", "1"), "<sync-token>t2</sync-token>")]
    } do: { provider, calendar, _ in
      let start = CalDAVPosition.token("t1").position
      #expect(
        failure { try provider.changes(on: calendar, since: start, during: window) }?.kind
          == .transient)
    }
  }

  @Test(
    "a server that keeps no record is compared with what it held",
    arguments: [true, false])
  func comparison(_ hasTag: Bool) throws {
    let state = Held([("a.ics", "1"), ("b.ics", "1"), ("c.ics", "1")])
    try with { request in
      let objects = state.objects
      if request.method == "REPORT" {
        let asked = objects.filter {
          request.body.contains("calendar-query") || request.body.contains("/cal/\($0.0)<")
        }
        return [Self.multistatus(asked.map { Self.object($0.0) }.joined())]
      }
      if request.header("Depth") == "0" {
        let tag = hasTag ? "<S:getctag>\(state.version)</S:getctag>" : ""
        return [
          Self.multistatus(
            """
            <response><href>/cal/</href><propstat><prop>\(tag)</prop>\
            <status>HTTP/1.1 200 OK</status></propstat></response>
            """)
        ]
      }
      return [
        Self.multistatus(
          Self.etag("", "folder"), objects.map { Self.etag($0.0, $0.1) }.joined())
      ]
    } do: { provider, calendar, server in
      let place = calendar.remoteID
      let whole = try #require(try provider.changes(on: calendar, since: nil, during: window))
      #expect(whole.isWhole && whole.events.count == 3)
      let before = server.requests.count
      let none = try #require(
        try provider.changes(on: calendar, since: whole.position, during: window))
      #expect(none.events == [] && !none.isWhole)
      #expect(server.requests.count == before + (hasTag ? 1 : 2))
      state.set([("a.ics", "1"), ("b.ics", "2"), ("d.ics", "1")])
      let next = try #require(
        try provider.changes(on: calendar, since: none.position, during: window))
      #expect(
        next.events == [
          ChangedEvent(remoteID: place + "c.ics", interval: nil),
          ChangedEvent(remoteID: place + "b.ics", interval: ten),
          ChangedEvent(remoteID: place + "d.ics", interval: ten),
        ])
      #expect(server.requests.last.map { !$0.body.contains("a.ics") } == true)
      #expect(
        try provider.changes(on: calendar, since: next.position, during: window)?.events == [])
    }
  }

  @Test("however a server spells a path, the event is called as it was when it was made")
  func spellings() throws {
    let folder = try #require(DAVLocation("https://dav.example.com/alex@example.com/cal/"))
    let name = folder.member("bk1.ics").text
    for href in [
      "/alex@example.com/cal/bk1.ics", "/alex%40example.com/cal/bk1.ics", "bk1.ics",
      "https://DAV.example.com/alex%40example.com/cal/bk1.ics",
    ] {
      #expect(folder.member(href: href)?.text == name)
    }
    #expect(folder.member(href: "/alex%40example.com/cal/") == nil)
    #expect(folder.member(href: "/alex@example.com/cal") == nil)
  }
}

/// What a scripted calendar holds.
private final class Held: Sendable {
  private let state: Mutex<(version: Int, objects: [(String, String)])>

  init(_ objects: [(String, String)]) { state = Mutex((1, objects)) }

  var objects: [(String, String)] { state.withLock { $0.objects } }
  var version: Int { state.withLock { $0.version } }
  func set(_ objects: [(String, String)]) {
    state.withLock { $0 = ($0.version + 1, objects) }
  }
}
