import Bookings
import Core
import HTTPServer
import Intake

/// Calendar accounts for agents: `/v1/connections`.
struct ConnectionRoutes: Sendable {
  private let parts: WebParts
  private let tickets: SignInTickets
  private let held = HeldRequests()
  private let desk = Desk("connections", seats: 2)
  /// Where a provider is waited for, up to a minute each: nobody else may stand behind them.
  private let slowDesk = Desk("accounts", seats: 8)

  init(_ parts: WebParts) {
    self.parts = parts
    tickets = SignInTickets(parts.tokens)
  }

  func add(to router: inout Router) {
    router.on(routes, parts, at: desk)
    router.on(slowRoutes, parts, at: slowDesk)
  }

  var routes: [KeyedRoute] {
    [
      KeyedRoute(.get, "/v1/connections", needs: .connectionsWrite, list),
      KeyedRoute(.get, "/v1/connections/{id}", needs: .connectionsWrite, show),
      KeyedRoute(.get, "/v1/connections/{id}/calendars", needs: .connectionsWrite, calendars),
      KeyedRoute(.get, "/v1/connections/{provider}/authorize", needs: .connectionsWrite, authorize),
    ]
  }

  var slowRoutes: [KeyedRoute] {
    [
      KeyedRoute(.post, "/v1/connections", needs: .connectionsWrite, create),
      KeyedRoute(.post, "/v1/connections/{id}/test", needs: .connectionsWrite, test),
      KeyedRoute(.delete, "/v1/connections/{id}", needs: .connectionsWrite, delete),
    ]
  }

  // MARK: Reading

  @Sendable private func list(_ request: KeyedRequest) throws -> Response {
    let (page, host) = try QueryReader.read(request.request) { query in
      (
        try PageRequest(query) { ConnectionID(cursor: $0, prefix: "con") },
        try parts.host(query, of: request.caller)
      )
    }
    let all = try parts.records.connections(of: request.caller.organization, host: host)
    // An organization has a few accounts for each host: they are read whole and shown in pages.
    let wanted = all.reversed().filter { page.cursor == nil || $0.id < page.cursor ?? $0.id }
    let shown = try wanted.prefix(page.fetched).map { connection in
      ShownConnection(
        connection: connection, calendars: try parts.records.calendars(of: connection.id),
        trouble: try parts.accounts.trouble(of: connection.id))
    }
    return page.response(shown, cursor: \.connection.id) { writer, one in
      writer.object {
        one.connection.write(to: &$0, calendars: one.calendars, trouble: one.trouble)
      }
    }
  }

  private struct ShownConnection {
    let connection: Connection
    let calendars: [Calendar]
    let trouble: String?
  }

  @Sendable private func show(_ request: KeyedRequest) throws -> Response {
    let connection = try found(request)
    return .json(
      200,
      connection.json(
        calendars: try parts.records.calendars(of: connection.id),
        trouble: try parts.accounts.trouble(of: connection.id)))
  }

  @Sendable private func calendars(_ request: KeyedRequest) throws -> Response {
    let calendars = try parts.records.calendars(of: try found(request).id)
    var writer = JSONWriter()
    writer.object {
      $0.array("data", calendars) { writer, calendar in
        writer.object { calendar.write(to: &$0) }
      }
      $0.field("nextCursor", JSON.null)
    }
    return .json(200, writer.bytes)
  }

  /// The address at which a person signs in. Nothing is kept for it: what it says is signed.
  @Sendable private func authorize(_ request: KeyedRequest) throws -> Response {
    guard let provider = Connection.Provider(rawValue: request.parameters[0]),
      provider == .google || provider == .outlook
    else { throw Problem.notFound }
    let (host, connection) = try QueryReader.read(request.request) { query in
      (
        try parts.host(query, of: request.caller),
        query.text("connection", length: 1...Caller.longestID).map { ConnectionID($0) }
      )
    }
    guard parts.accounts.canSignIn(at: provider) else {
      throw Problem.noClient(provider)
    }
    let caller = request.caller
    let again = try connection.map { id in
      let all = try parts.records.connections(of: caller.organization, host: host)
      guard let known = all.first(where: { $0.id == id && $0.provider == provider }) else {
        throw Problem.invalid([
          FieldProblem(
            pointer: .query("connection"), detail: "is no \(provider.rawValue) account of yours")
        ])
      }
      return known
    }
    let hosts = try parts.records.hosts(of: caller.organization, host: again?.host ?? host)
    guard hosts.count == 1 else {
      throw Problem.invalid([
        FieldProblem(
          pointer: .query("host"), detail: "is required: this key acts for several hosts")
      ])
    }
    let expiresAt = parts.time.now() + SignInTickets.lifetime
    let ticket = tickets.ticket(
      for: SignInWish(
        organization: caller.organization, host: hosts[0].id, provider: provider,
        connection: again?.id),
      expiresAt: expiresAt)
    var writer = JSONWriter()
    writer.object {
      $0.field("url", "\(parts.publicURL)/connect/\(ticket)")
      $0.field("expiresAt", expiresAt)
    }
    return .json(200, writer.bytes, headers: [("Cache-Control", "no-store")])
  }

  // MARK: Changing

  @Sendable private func create(_ request: KeyedRequest) throws -> Response {
    let idempotency = try request.request.idempotency(scope: "connections")
      .map { $0.scoped(to: request.caller) }
    let body = try request.json()
    let owner = try owner(namedIn: body, of: request.caller)
    let fields = try FieldReader.read(body) {
      ConnectionFields(reading: $0, host: owner, zones: parts.zones)
    }
    try held.check(idempotency)
    held.hold(idempotency)
    defer { held.release(idempotency) }
    let connected = try asking {
      try parts.accounts.connect(fields.account, for: fields.host, request: idempotency) {
        $0.json(calendars: $1)
      }
    }
    return .json(
      connected.isNew ? 201 : 200, connected.answer,
      headers: [("Location", "\(parts.publicURL)/v1/connections/\(connected.connection.id)")])
  }

  /// Whose account it will be: the key's host, the one that the body names, or the only one there is.
  private func owner(namedIn body: JSON, of caller: Caller) throws -> LinkFields.Owner {
    if let name = body["host"]?.string {
      return try parts.host(HostID(name), of: caller).map { .host($0) } ?? .unknown
    }
    let hosts = try parts.records.hosts(of: caller.organization, host: caller.host)
    guard let host = hosts.first else { return .unknown }
    return hosts.count == 1 ? .host(host) : .unnamed
  }

  @Sendable private func test(_ request: KeyedRequest) throws -> Response {
    let connection = try found(request)
    let tested = try asking { try parts.accounts.test(connection) }
    var writer = JSONWriter()
    writer.object {
      tested.connection.write(to: &$0, calendars: tested.calendars, trouble: tested.trouble)
      $0.field("jobsWoken", tested.jobsWoken)
    }
    return .json(200, writer.bytes)
  }

  @Sendable private func delete(_ request: KeyedRequest) throws -> Response {
    let pausing = try QueryReader.read(request.request) {
      $0.choice("links", among: [DependentLinks.pause])
    }
    let connection = try found(request)
    let done = try asking {
      try parts.accounts.disconnect(
        connection.id, of: request.caller.organization, host: request.caller.host,
        pausingLinks: pausing == .pause)
    }
    switch done {
    case nil: throw Problem.notFound
    case .inUse(let links, let upcoming)?: throw Problem.inUse(links, upcomingBookings: upcoming)
    case .done?: return Response(status: 204)
    }
  }

  private enum DependentLinks: String, CaseIterable { case pause }

  private func found(_ request: KeyedRequest) throws -> Connection {
    let caller = request.caller
    let id = ConnectionID(request.parameters[0])
    guard
      let connection = try parts.records.connections(of: caller.organization, host: caller.host)
        .first(where: { $0.id == id })
    else { throw Problem.notFound }
    return connection
  }

  private func asking<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as AccountsError { throw Problem(error) }
  }
}

extension IdempotentRequest {
  /// Two organizations may choose the same key.
  fileprivate func scoped(to caller: Caller) -> IdempotentRequest {
    IdempotentRequest(scope: "\(scope)/\(caller.organization)", key: key, digest: digest)
  }
}

extension Problem {
  init(_ error: AccountsError) {
    switch error {
    case .invalid(let problems): self = .invalid(problems)
    case .requestDiffers: self.init(IntakeError.idempotencyMismatch)
    case .changedMeanwhile:
      self.init(
        409, "change-in-progress", "Change in progress",
        "The account was changed by somebody else at the same time.")
    case .unreachable(let reason):
      self.init(
        503, Refusal.calendarUnreadable.rawValue, "Calendar unreadable",
        "The account could not be asked: \(reason).")
      headers = [("Retry-After", "30")]
    }
  }

  fileprivate static func noClient(_ provider: Connection.Provider) -> Problem {
    Problem(
      409, "connection-required", "Not configured",
      "Nobody can sign in at \(provider.rawValue): providers.\(provider.rawValue).clientId is not set."
    )
  }

  fileprivate static func inUse(_ links: [DependentLink], upcomingBookings: Int) -> Problem {
    var problem = Problem(
      409, "connection-in-use", "Account in use",
      "\(links.count) links use the account's calendars and \(upcomingBookings) bookings on them are "
        + "still to come. With ?links=pause those links take no bookings until they have been given "
        + "other calendars; the bookings stay, but their events can no longer be changed.")
    problem.members = [
      (
        "links",
        .array(
          links.map {
            .object(
              JSONObject([
                ("id", .string($0.id.text)), ("title", .string($0.title)),
                ("use", .string($0.isDestination ? "destination" : "conflicts")),
              ]))
          })
      ), ("upcomingBookings", .integer(Int64(upcomingBookings))),
    ]
    return problem
  }
}
