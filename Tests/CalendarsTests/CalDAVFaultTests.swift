import Bookings
import Core
import Dispatch
import Foundation
import HTTPClient
import TestSupport
import Testing

@testable import Calendars

/// What no real server does on demand.
struct CalDAVFaultTests {
  let draft: EventDraft
  let window: Interval

  init() throws {
    window = try interval("2027-01-15T00:00:00Z", "2027-01-16T00:00:00Z")
    draft = .sample(at: try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z"))
  }

  @Test(
    "a write cut off at any point is in doubt, a read is not",
    arguments: [
      [RawHTTPServer.Action.close],
      [.send("HTTP/1.1 2"), .close],
      [.send("HTTP/1.1 201 Created\r\nETag: \"1\"\r\n"), .close],
      [.send("HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nhalf"), .close],
      [.awaitClientClose],
    ])
  func cutOff(_ actions: [RawHTTPServer.Action]) throws {
    try withServer(deadline: .milliseconds(500)) { _ in
      actions
    } do: { provider, calendar in
      #expect(failure { try provider.create(draft, in: calendar) }?.kind == .unknownOutcome)
      #expect(failure { try provider.event(draft.key, in: calendar) }?.kind == .transient)
      #expect(failure { try busy(provider, calendar) }?.kind == .transient)
    }
  }

  @Test func aServerThatIsDown() throws {
    let server = try RawHTTPServer { _ in [] }
    let url = server.url
    server.stop()
    let provider = try CalDAVProvider.sample(url: url)
    let calendar = Bookings.Calendar.sample(url: url + "/cal/")
    #expect(failure { try provider.create(draft, in: calendar) }?.kind == .transient)
    #expect(failure { try provider.remove(draft, in: calendar) }?.kind == .transient)
  }

  @Test("503 with Retry-After holds the next request off until then")
  func throttled() throws {
    let time = StoppedTime()
    try withServer(time: time) { _ in
      [.answer(503, headers: ["Retry-After: 30"])]
    } do: { provider, calendar in
      let until = time.now() + .seconds(30)
      #expect(
        failure { try provider.create(draft, in: calendar) }?.kind == .throttled(until: until))
      #expect(failure { try busy(provider, calendar) }?.kind == .throttled(until: until))
    }
  }

  @Test(
    "an answer that says nothing about time is never free",
    arguments: [
      "", "<html>Welcome</html>", "<multistatus xmlns=\"DAV:\">",
      // The server leaves an event's text out, or says that it has more than it gives.
      """
      <multistatus xmlns="DAV:"><response><href>/cal/a.ics</href><propstat><prop><getetag>"1"\
      </getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>
      """,
      """
      <multistatus xmlns="DAV:"><response><href>/cal/</href>\
      <status>HTTP/1.1 507 Insufficient Storage</status></response></multistatus>
      """,
      // An event that was cut short.
      """
      <multistatus xmlns="DAV:"><response><href>/cal/a.ics</href><propstat><prop>\
      <calendar-data xmlns="urn:ietf:params:xml:ns:caldav">BEGIN:VCALENDAR&#10;BEGIN:VEVENT&#10;\
      UID:a</calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>
      """,
    ])
  func unreadable(_ body: String) throws {
    try withServer { request in
      [.answer(request.body.contains("free-busy") ? 403 : 207, body)]
    } do: { provider, calendar in
      #expect(failure { try busy(provider, calendar) } != nil)
    }
  }

  @Test(
    "a free-busy answer without VFREEBUSY is not free either",
    arguments: [
      "", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "<html/>",
    ])
  func emptyFreeBusy(_ body: String) throws {
    try withServer { request in
      [request.body.contains("free-busy") ? .answer(200, body) : .answer(400)]
    } do: { provider, calendar in
      #expect(failure { try busy(provider, calendar) }?.kind == .permanent)
    }
  }

  @Test("a server that shows no events is asked for its free/busy, and from then on for that first")
  func remembersTheOtherWay() throws {
    let free = """
      BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VFREEBUSY\r
      FREEBUSY:20270115T090000Z/PT30M\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n
      """
    let server = try RawHTTPServer { request in
      [
        request.body.contains("free-busy")
          ? .answer(200, free)
          : .answer(403, "<error xmlns=\"DAV:\"><supported-report/></error>")
      ]
    }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let calendar = Bookings.Calendar.sample(url: server.url + "/cal/")
    for _ in 1...2 {
      #expect(
        try busy(provider, calendar) == [BusyInterval(interval: draft.interval, uid: nil)])
    }
    #expect(
      server.requests.map { $0.body.contains("free-busy") } == [false, true, true])
  }

  @Test("a refused password ends the whole reading: servers lock accounts that keep on trying")
  func refusedPassword() throws {
    let server = try RawHTTPServer { _ in [.answer(401)] }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let calendars = ["a", "b", "c"].map {
      Bookings.Calendar.sample($0, url: "\(server.url)/\($0)/")
    }
    #expect(failure { try provider.busy(in: calendars, during: window) }?.kind == .needsOwner)
    #expect(server.requests.count == 1)
  }

  @Test("credentials follow a redirect on their server, and none to another")
  func redirects() throws {
    let other = try RawHTTPServer { _ in [.answer(404)] }
    defer { other.stop() }
    let elsewhere = other.url + "/caught"
    let server = try RawHTTPServer { request in
      switch request.path {
      case "/moved/": [.answer(301, headers: ["Location: /here/"])]
      case "/out/": [.answer(302, headers: ["Location: \(elsewhere)"])]
      case "/ring/": [.answer(307, headers: ["Location: /ring/"])]
      case "/lost/": [.answer(308)]
      default: [.answer(207, "<multistatus xmlns=\"DAV:\"/>")]
      }
    }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    #expect(try busy(provider, .sample("1", url: server.url + "/moved/")) == [])
    #expect(server.requests.last?.method == "REPORT")
    #expect(server.requests.last?.header("Authorization") != nil)
    #expect(server.requests.last?.header("Depth") == "1")
    for path in ["/out/", "/ring/", "/lost/"] {
      #expect(failure { try busy(provider, .sample(path, url: server.url + path)) } != nil)
    }
    #expect(failure { try busy(provider, .sample("2", url: elsewhere)) }?.kind == .permanent)
    #expect(other.requests.isEmpty)
  }

  @Test(
    "a server that forbids its root is found by its well-known place", arguments: [403, 404, 405])
  func wellKnown(_ status: Int) throws {
    @Sendable func answer(_ href: String, _ properties: String) -> RawHTTPServer.Action {
      .answer(
        207,
        """
        <multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>\(href)\
        </href><propstat><prop>\(properties)</prop><status>HTTP/1.1 200 OK</status></propstat>\
        </response></multistatus>
        """)
    }
    try withServer { request in
      switch request.path {
      case "/.well-known/caldav": [.answer(301, headers: ["Location: /dav/"])]
      case "/dav/":
        [answer("/dav/", "<current-user-principal><href>/p/alex/</href></current-user-principal>")]
      case "/p/alex/":
        [answer("/p/alex/", "<C:calendar-home-set><href>/c/alex/</href></C:calendar-home-set>")]
      case "/c/alex/":
        [
          answer(
            "/c/alex/work/",
            """
            <resourcetype><collection/><C:calendar/></resourcetype><displayname>Work</displayname>\
            <current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>
            """)
        ]
      default: [.answer(status)]
      }
    } do: { provider, calendar in
      let found = try provider.calendars()
      #expect(found.map(\.name) == ["Work"])
      #expect(found.map { $0.remoteID.hasSuffix("/c/alex/work/") } == [true])
      #expect(found.map(\.isWritable) == [false])
    }
  }

  @Test("an event that changes each time it is to be written is left for later")
  func neverTheSame() throws {
    let event = draft.calendarObject(zone: nil)
    let server = try RawHTTPServer { request in
      [request.method == "GET" ? .answer(200, headers: ["ETag: \"1\""], event) : .answer(412)]
    }
    defer { server.stop() }
    let provider = try CalDAVProvider.sample(url: server.url)
    let calendar = Bookings.Calendar.sample(url: server.url + "/cal/")
    let later = EventDraft.sample(
      sequence: 1, at: try interval("2027-01-15T10:00:00Z", "2027-01-15T10:30:00Z"))
    #expect(failure { try provider.move(later, in: calendar) }?.kind == .transient)
    #expect(failure { try provider.remove(later, in: calendar) }?.kind == .transient)
    #expect(
      server.requests.filter { $0.method == "PUT" }.map { $0.header("If-Match") } == [
        "\"1\"", "\"1\"", "\"1\"",
      ])
    #expect(server.requests.count { $0.method == "DELETE" } == 3)
  }

  @Test("an answer without end is given up")
  func tooLarge() throws {
    var options = HTTPClientOptions()
    options.maximumBodyBytes = 1000
    let http = HTTPClient(options)
    try withServer(http: http) { request in
      [.answer(request.method == "PUT" ? 201 : 207, String(repeating: " ", count: 2000))]
    } do: { provider, calendar in
      #expect(failure { try busy(provider, calendar) }?.kind == .permanent)
      #expect(failure { try provider.create(draft, in: calendar) }?.kind == .unknownOutcome)
    }
  }

  @Test("no error holds credentials, addresses or what the server wrote")
  func errorsAreSafe() throws {
    for status in [200, 301, 400, 401, 403, 404, 409, 412, 429, 500, 503, 507] {
      try withServer { request in
        // A server, or a proxy before it, that repeats what it was sent.
        [.answer(status, headers: ["Location: /x"], "you sent \(request.headers)")]
      } do: { provider, calendar in
        let errors = [
          failure { try provider.calendars() },
          failure { try provider.create(draft, in: calendar) },
          failure { try provider.move(draft, in: calendar) },
          failure { try provider.event(draft.key, in: calendar) },
          failure { try busy(provider, calendar) },
        ]
        var text = "\(provider)"
        dump(provider, to: &text)
        for error in errors.compactMap({ $0 }) { dump(error, to: &text) }
        let pair = Data("alex:not-to-be-logged".utf8).base64EncodedString()
        for secret in ["not-to-be-logged", pair, "you sent"] { #expect(!text.contains(secret)) }
      }
    }
  }

  @Test func aServerIsNotAskedByEverybodyAtOnce() throws {
    let arrived = Awaited<String>()
    let gate = Gate()
    try withServer(deadline: .seconds(20)) { request in
      [
        .call {
          arrived.give(request.method)
          try? gate.pass()
        }, .answer(404),
      ]
    } do: { provider, calendar in
      let ended = DispatchGroup()
      for _ in 0..<(2 * DAVClient.mostAtOnce) {
        DispatchQueue(label: "caller").async(group: ended) {
          _ = try? provider.event(draft.key, in: calendar)
        }
      }
      _ = try arrived.take(DAVClient.mostAtOnce)
      // The others wait for their turn, and not in the server's backlog.
      #expect(arrived.isEmpty)
      gate.open()
      _ = try arrived.take(DAVClient.mostAtOnce)
      ended.wait()
    }
  }

  @Test func aTurnThatDoesNotComeIsToldAndNothingWasSent() throws {
    let arrived = Awaited<String>()
    let gate = Gate()
    let server = try RawHTTPServer { request in
      [
        .call {
          arrived.give(request.method)
          try? gate.pass()
        }, .close,
      ]
    }
    defer { server.stop() }
    var deadlines = CalDAVDeadlines()
    deadlines.read = .milliseconds(200)
    let provider = try CalDAVProvider.sample(url: server.url, deadlines: deadlines)
    let calendar = Bookings.Calendar.sample(url: server.url + "/cal/")
    let ended = DispatchGroup()
    for _ in 0..<DAVClient.mostAtOnce {
      DispatchQueue(label: "caller").async(group: ended) {
        _ = try? provider.create(draft, in: calendar)
      }
    }
    _ = try arrived.take(DAVClient.mostAtOnce)
    let refused = failure { try provider.event(draft.key, in: calendar) }
    #expect(refused?.kind == .transient)
    #expect(refused?.message.contains("turn") == true)
    #expect(arrived.isEmpty)
    gate.open()
    ended.wait()
  }

  private func busy(_ provider: CalDAVProvider, _ calendar: Bookings.Calendar) throws
    -> [BusyInterval]
  {
    let answer = try provider.busy(in: [calendar], during: window)
    return try #require(answer[calendar.id]).get()
  }

  private func withServer(
    deadline: Duration = .seconds(5), time: any TimeSource = SystemTime(),
    http: HTTPClient = HTTPClient(), _ script: @escaping RawHTTPServer.Script,
    do body: (CalDAVProvider, Bookings.Calendar) throws -> Void
  ) throws {
    let server = try RawHTTPServer(script)
    defer { server.stop() }
    var deadlines = CalDAVDeadlines()
    deadlines.read = deadline
    deadlines.write = deadline
    let provider = try CalDAVProvider.sample(
      url: server.url, time: time, deadlines: deadlines, http: http)
    try body(provider, .sample(url: server.url + "/cal/"))
  }
}
