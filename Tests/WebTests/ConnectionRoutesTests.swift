import Bookings
import Core
import HTTPServer
import Testing

@testable import Web

@Suite struct ConnectionRoutesTests {
  private let world = AgentWorld()

  private func create(
    _ body: String, key: String = AgentWorld.anaKey, headers: KeyValuePairs<String, String> = [:]
  ) throws -> Answered {
    try world.send(.post, "/v1/connections", key: key, headers: headers, body: body)
  }

  // MARK: Connecting

  @Test func aCalDAVAccount() throws {
    let answer = try create(
      #"{"provider":"caldav","url":"https://dav.example","username":"ana","password":"open sesame"}"#
    )
    #expect(answer.status == 201)
    #expect(answer.header("Location") == "https://book.example/v1/connections/con_new")
    #expect(answer.json["state"] == "connected")
    #expect(
      answer.json["calendars"] == [
        ["id": "cal_new", "name": "Work", "timeZone": "Europe/Berlin", "isWritable": true]
      ])
    #expect(!answer.text.contains("sesame"))
    let accounts = world.accounts.state.withLock { $0.accounts }
    guard case .caldav(let url, let username, let password, nil)? = accounts.first else {
      Issue.record("no CalDAV account arrived: \(accounts)")
      return
    }
    #expect([url, username, password.reveal()] == ["https://dav.example", "ana", "open sesame"])
  }

  @Test func theSameAccountAgainIsNoNewOne() throws {
    world.accounts.state.withLock { $0.isNew = false }
    #expect(try create(#"{"provider":"local"}"#).status == 200)
  }

  @Test func theKeyGoesAlong() throws {
    _ = try create(#"{"provider":"local"}"#, headers: ["Idempotency-Key": "12345678"])
    let request = try #require(world.accounts.state.withLock { $0.requests.first } ?? nil)
    #expect(request.key == "12345678")
  }

  @Test(arguments: [
    ("{}", ["#/provider"]), (#"{"provider":"yahoo"}"#, ["#/provider"]),
    (#"{"provider":"caldav"}"#, ["#/url", "#/username", "#/password"]),
    (#"{"provider":"local","timeZone":"Mars"}"#, ["#/timeZone"]),
    (#"{"provider":"local","pasword":"x"}"#, ["#/pasword"]),
    (#"{"provider":"google"}"#, ["#/serviceAccount"]),
    (#"{"provider":"outlook"}"#, ["#/mailbox"]),
    (#"{"provider":"outlook","mailbox":"boss@example.com"}"#, ["#/mailbox"]),
    (#"{"provider":"outlook","mailbox":"ana@example.com","tenant":"other"}"#, ["#/tenant"]),
    (#"{"provider":"local","host":"hst_ben"}"#, ["#/host"]),
    (#"{"provider":"caldav","url":"u","username":"ana\r\n","password":"p"}"#, ["#/username"]),
  ])
  func whatCannotBeIsNamed(body: String, pointers: [String]) throws {
    let answer = try create(body)
    #expect(answer.status == 422)
    #expect(answer.pointers == pointers)
    #expect(world.accounts.state.withLock { $0.accounts.isEmpty })
  }

  @Test func aKeyOfSeveralHostsHasToSayWhose() throws {
    let answer = try create(#"{"provider":"local"}"#, key: AgentWorld.organizationKey)
    #expect(answer.pointers == ["#/host"])
    let named = try create(
      #"{"provider":"local","host":"hst_ben"}"#, key: AgentWorld.organizationKey)
    #expect(named.status == 201)
    #expect(named.json["host"] == "hst_ben")
  }

  @Test func anAccountThatDoesNotLetUsIn() throws {
    let pointer = JSONPointer.root.appending(key: "password")
    world.accounts.state.withLock {
      $0.connecting = { _, _ in
        throw AccountsError.invalid([FieldProblem(pointer: pointer, detail: "is refused")])
      }
    }
    let answer = try create(#"{"provider":"local"}"#)
    #expect(answer.status == 422)
    #expect(answer.pointers == ["#/password"])
  }

  @Test func anAccountThatDoesNotAnswer() throws {
    world.accounts.state.withLock {
      $0.connecting = { _, _ in throw AccountsError.unreachable("no answer") }
    }
    let answer = try create(#"{"provider":"local"}"#)
    #expect(answer.status == 503)
    #expect(answer.problem == "calendar-unreadable")
    #expect(answer.header("Retry-After") != nil)
  }

  // MARK: Looking

  @Test func eachSeesTheirOwn() throws {
    let mine = try world.send(.get, "/v1/connections")
    #expect(mine.json["data"]?.array?.map { $0["id"] } == ["con_ana"])
    let all = try world.send(.get, "/v1/connections", key: AgentWorld.organizationKey)
    #expect(all.json["data"]?.array?.count == 2)
    #expect(try world.send(.get, "/v1/connections/con_ana").status == 200)
    for (path, key) in [
      ("/v1/connections/con_ana", AgentWorld.benKey),
      ("/v1/connections/con_ana", AgentWorld.strangersKey),
      ("/v1/connections/con_ana/calendars", AgentWorld.strangersKey),
      ("/v1/connections/con_none", AgentWorld.anaKey),
    ] {
      #expect(try world.send(.get, path, key: key).problem == "not-found", "\(path)")
    }
    #expect(
      try world.send(.delete, "/v1/connections/con_ana", key: AgentWorld.strangersKey).status == 404
    )
    #expect(
      try world.send(.post, "/v1/connections/con_ana/test", key: AgentWorld.benKey).status == 404)
  }

  @Test func pagesFollowEachOther() throws {
    let first = try world.send(
      .get, "/v1/connections", key: AgentWorld.organizationKey, query: [("limit", "1")])
    let cursor = try #require(first.json["nextCursor"]?.string)
    let second = try world.send(
      .get, "/v1/connections", key: AgentWorld.organizationKey,
      query: [("limit", "1"), ("cursor", cursor)])
    #expect(second.json["nextCursor"] == .null)
    let ids = [first, second].compactMap { $0.json["data"]?.array?.first?["id"]?.string }
    #expect(Set(ids) == ["con_ana", "con_ben"])
  }

  @Test func whatIsWrongIsSaid() throws {
    world.accounts.state.withLock { $0.trouble = "the permission was revoked" }
    let answer = try world.send(.get, "/v1/connections/con_ana")
    #expect(answer.json["problem"] == "the permission was revoked")
  }

  @Test func calendarsWithZoneAndAccess() throws {
    let answer = try world.send(.get, "/v1/connections/con_ana/calendars")
    #expect(answer.json["data"]?.array?.map { $0["isWritable"] } == [false, true])
    #expect(answer.json["data"]?.array?.first?["timeZone"] == "Europe/Berlin")
  }

  @Test func withoutTheScopeNothing() throws {
    world.addKey("weak", host: AgentWorld.ana.id, scopes: [.linksRead, .linksWrite])
    for (method, path) in [
      (Method.get, "/v1/connections"), (.post, "/v1/connections"),
      (.delete, "/v1/connections/con_ana"), (.post, "/v1/connections/con_ana/test"),
      (.get, "/v1/connections/google/authorize"),
    ] {
      #expect(try world.send(method, path, key: "weak", body: "{}").status == 403)
      #expect(try world.send(method, path, key: nil, body: "{}").status == 401)
    }
  }

  // MARK: Testing and disconnecting

  @Test func testing() throws {
    let good = try world.send(.post, "/v1/connections/con_ana/test")
    #expect(good.status == 200)
    #expect(good.json["jobsWoken"] == 2)
    world.accounts.state.withLock { $0.testing = { _ in "sign in again" } }
    #expect(
      try world.send(.post, "/v1/connections/con_ana/test").json["problem"] == "sign in again")
    world.accounts.state.withLock {
      $0.testing = { _ in throw AccountsError.unreachable("no answer") }
    }
    #expect(try world.send(.post, "/v1/connections/con_ana/test").status == 503)
  }

  @Test func whatDependsOnAnAccountIsNamedBeforeItIsHarmed() throws {
    world.accounts.state.withLock {
      $0.disconnecting = .inUse(
        links: [DependentLink(id: LinkID("lnk_1"), title: "Intro", isDestination: true)],
        upcomingBookings: 3)
    }
    let answer = try world.send(.delete, "/v1/connections/con_ana")
    #expect(answer.status == 409)
    #expect(answer.problem == "connection-in-use")
    #expect(answer.json["links"] == [["id": "lnk_1", "title": "Intro", "use": "destination"]])
    #expect(answer.json["upcomingBookings"] == 3)

    world.accounts.state.withLock { $0.disconnecting = .done(pausedLinks: 1) }
    let done = try world.send(
      .delete, "/v1/connections/con_ana", query: [("links", "pause")])
    #expect(done.status == 204)
    #expect(world.accounts.state.withLock { $0.pausing } == [false, true])
    let misspelt = try world.send(
      .delete, "/v1/connections/con_ana", query: [("links", "delete")])
    #expect(misspelt.status == 422)
  }

  // MARK: The address to sign in at

  @Test func anAddressForAPerson() throws {
    let answer = try world.send(.get, "/v1/connections/google/authorize")
    #expect(answer.status == 200)
    #expect(answer.json["expiresAt"] == "2026-03-02T13:00:00Z")
    let url = try #require(answer.json["url"]?.string)
    let ticket = try #require(url.split(separator: "/").last.map(String.init))
    #expect(url == "https://book.example/connect/\(ticket)")
    let wish = SignInTickets(world.parts.tokens).wish(of: ticket, at: AgentWorld.now)
    #expect(
      wish
        == SignInWish(
          organization: AgentWorld.organization, host: AgentWorld.ana.id, provider: .google,
          connection: nil))
    #expect(
      SignInTickets(world.parts.tokens).wish(of: ticket, at: AgentWorld.now + .hours(1)) == nil)
  }

  @Test func aTicketCannotBeChanged() throws {
    let tickets = SignInTickets(world.parts.tokens)
    let wish = SignInWish(
      organization: AgentWorld.organization, host: AgentWorld.ana.id, provider: .google,
      connection: ConnectionID("con_1"))
    let ticket = tickets.ticket(for: wish, expiresAt: AgentWorld.now + .hours(1))
    #expect(tickets.wish(of: ticket, at: AgentWorld.now) == wish)
    let other = SignInTickets(BookingTokens(key: Redacted([9])))
    #expect(other.wish(of: ticket, at: AgentWorld.now) == nil)
    for index in ticket.indices where ticket[index] != "." {
      var changed = ticket
      changed.replaceSubrange(index...index, with: ticket[index] == "A" ? "B" : "A")
      #expect(tickets.wish(of: changed, at: AgentWorld.now) != wish)
    }
    #expect(tickets.wish(of: "", at: AgentWorld.now) == nil)
    #expect(tickets.wish(of: "a.b.c", at: AgentWorld.now) == nil)
  }

  @Test func whoCannotSignIn() throws {
    #expect(try world.send(.get, "/v1/connections/caldav/authorize").status == 404)
    #expect(
      try world.send(
        .get, "/v1/connections/google/authorize", key: AgentWorld.organizationKey
      ).pointers == ["?host"])
    #expect(
      try world.send(
        .get, "/v1/connections/google/authorize", query: [("connection", "con_ana")]
      ).pointers == ["?connection"])
    world.accounts.state.withLock { $0.isConfigured = false }
    #expect(
      try world.send(.get, "/v1/connections/google/authorize").problem == "connection-required")
  }
}
