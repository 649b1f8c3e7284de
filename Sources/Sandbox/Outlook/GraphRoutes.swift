import Core

/// The paths of Microsoft's identity platform and of Graph v1.0 that concern calendars.
enum GraphRoutes {
  static func reaction(
    to request: WireRequest, fault: Fault?, in world: inout World
  ) -> Reaction {
    do throws(Refusal) {
      switch try route(request, fault: fault, in: &world) {
      case .answer(let answer): return .answer(answer.traced(request, in: world))
      case .question(let question):
        return .question(
          Question(urls: question.urls) { world, agreed in
            question.answer(&world, agreed).traced(request, in: world)
          })
      }
    } catch {
      return .answer(error.answer.traced(request, in: world))
    }
  }

  private static func route(
    _ request: WireRequest, fault: Fault?, in world: inout World
  ) throws(Refusal) -> Reaction {
    let path = request.segments
    if path.count == 4, path[1] == "oauth2", path[2] == "v2.0" {
      return .answer(try identity(request, tenant: path[0], path[3], in: &world))
    }
    guard path.first == "v1.0" else { throw notSupported }
    guard let token = request.bearer, let grant = world.identity.grant(of: token, at: world.now),
      grant.provider == .outlook
    else { throw Refusal(.graphUnauthorized) }
    let rest = Array(path.dropFirst())
    switch rest.first {
    case "$batch" where request.method == "POST" && rest.count == 1:
      return .answer(try GraphBatch.answer(request, in: &world))
    case "subscriptions":
      return try GraphSubscriptions.reaction(request, grant, Array(rest.dropFirst()), in: &world)
    case "me":
      guard let account = grant.account else {
        throw .graph(
          400, "BadRequest", "/me request is only valid with delegated authentication flow.")
      }
      return .answer(
        try mailbox(request, grant, account, Array(rest.dropFirst()), fault, in: &world))
    case "users" where rest.count > 1:
      guard let mailbox = world.outlook.mailbox(rest[1]) else {
        throw .graph(404, "ErrorInvalidUser", "The requested user '\(rest[1])' is invalid.")
      }
      guard grant.account == nil || grant.account == mailbox.email else { throw .graphAccessDenied }
      return .answer(
        try self.mailbox(
          request, grant, mailbox.email, Array(rest.dropFirst(2)), fault, in: &world))
    default: throw notSupported
    }
  }

  private static func identity(
    _ request: WireRequest, tenant: String, _ endpoint: String, in world: inout World
  ) throws(Refusal) -> Answer {
    switch (request.method, endpoint) {
    case ("GET", "authorize"):
      return ConsentPage(provider: .outlook, request: request).answer(in: &world)
    case ("POST", "token"):
      return try MicrosoftTokens.answer(to: request, tenant: tenant, in: &world)
    default: throw notSupported
    }
  }

  private static func mailbox(
    _ request: WireRequest, _ grant: Grant, _ account: String, _ path: [String], _ fault: Fault?,
    in world: inout World
  ) throws(Refusal) -> Answer {
    let call = try GraphCall(
      request: request, grant: grant, account: account, fault: fault, world: world)
    switch (request.method, path.count) {
    case ("GET", 0): return try GraphCalendars.user(call, in: world)
    case ("GET", 1) where path == ["mailboxSettings"]:
      return try GraphCalendars.settings(call, in: world)
    case ("GET", 1) where path == ["calendars"]: return try GraphCalendars.list(call, in: world)
    case ("POST", 2) where path == ["calendar", "getSchedule"]:
      return try GraphSchedule.answer(call, in: world)
    case (_, 1...) where path[0] == "calendars" && path.count > 1:
      guard let calendar = call.mailbox(in: world).calendar(path[1]) else {
        throw .graphItemNotFound
      }
      return try within(calendar, call, Array(path.dropFirst(2)), in: &world)
    case (_, 1...) where path[0] == "calendar":
      guard let calendar = call.mailbox(in: world).defaultCalendar else { throw .graphItemNotFound }
      return try within(calendar, call, Array(path.dropFirst()), in: &world)
    case (_, 1...): return try within(nil, call, path, in: &world)
    default: throw notSupported
    }
  }

  /// - Parameter calendar: Nil where the path names none: the default calendar then.
  private static func within(
    _ calendar: GraphCalendar?, _ call: GraphCall, _ path: [String], in world: inout World
  ) throws(Refusal) -> Answer {
    switch (call.request.method, path.count) {
    case ("GET", 0):
      guard let calendar else { throw notSupported }
      return try GraphCalendars.get(call, calendar)
    case ("GET", 1) where path == ["calendarView"]:
      return try GraphEventReads.view(call, calendar, in: world)
    // Functions may be called with their parentheses, as Microsoft's own client does.
    case ("GET", 2)
    where path == ["calendarView", "delta"] || path == ["calendarView", "delta()"]:
      return try GraphDelta.answer(call, calendar, in: &world)
    case ("GET", 1) where path == ["events"]:
      return try GraphEventReads.list(call, calendar, in: world)
    case ("POST", 1) where path == ["events"]:
      return try GraphEventWrites.create(call, calendar, in: &world)
    case ("GET", 2) where path[0] == "events":
      return try GraphEventReads.get(call, path[1], calendar, in: world)
    case ("PATCH", 2) where path[0] == "events":
      return try GraphEventWrites.change(call, path[1], calendar, in: &world)
    case ("DELETE", 2) where path[0] == "events":
      return try GraphEventWrites.delete(call, path[1], calendar, comment: nil, in: &world)
    case ("POST", 3) where path[0] == "events":
      return try GraphEventWrites.act(call, path[1], calendar, path[2], in: &world)
    default: throw notSupported
    }
  }

  static let notSupported = Refusal.graph(
    400, "BadRequest", "Resource not found for the segment.")
}
