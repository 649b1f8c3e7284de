import Core

/// The paths of Google's identity service and of Calendar v3, as the discovery document lists them.
enum GoogleRoutes {
  static func reaction(
    to request: WireRequest, fault: Fault?, in world: inout World
  ) -> Reaction {
    .answer(
      Refusal.answer { () throws(Refusal) in try route(request, fault: fault, in: &world) })
  }

  private static func route(
    _ request: WireRequest, fault: Fault?, in world: inout World
  ) throws(Refusal) -> Answer {
    let path = request.segments
    switch (request.method, path.count) {
    case ("GET", 4) where path == ["o", "oauth2", "v2", "auth"]:
      return ConsentPage(provider: .google, request: request).answer(in: &world)
    case ("POST", 1) where path == ["token"]:
      return try GoogleTokens.answer(to: request, in: &world)
    case ("POST", 1) where path == ["revoke"]:
      return try GoogleTokens.revoke(request, in: &world)
    default: break
    }
    guard path.starts(with: ["calendar", "v3"]) else { throw .googleNotFound }
    let call = GoogleCall(
      request: request, grant: try authenticate(request, in: world), fault: fault)
    // Before anything is done: a client that asks for what cannot be has changed nothing.
    let fields = try request.value("fields").map { text throws(Refusal) in try GoogleFields(text) }
    var answer = try calendar(call, Array(path.dropFirst(2)), in: &world)
    if let fields, let json = try? JSON.parse(answer.body) {
      answer.body = fields.part(of: json).serialized()
    }
    return answer
  }

  private static func authenticate(
    _ request: WireRequest, in world: World
  ) throws(Refusal) -> Grant {
    guard let token = request.bearer else {
      throw .google(401, "required", "Login Required.", location: ("header", "Authorization"))
    }
    guard let grant = world.identity.grant(of: token, at: world.now), grant.provider == .google,
      grant.account != nil
    else { throw Refusal(.googleUnauthorized) }
    return grant
  }

  private static func calendar(
    _ call: GoogleCall, _ path: [String], in world: inout World
  ) throws(Refusal) -> Answer {
    let method = call.request.method
    switch (method, path.count) {
    case ("GET", 3) where path == ["users", "me", "calendarList"]:
      return try GoogleCalendarList.list(call, in: &world)
    case ("GET", 4) where path.starts(with: ["users", "me", "calendarList"]):
      return try GoogleCalendarList.get(call, path[3], in: &world)
    case ("POST", 1) where path == ["freeBusy"]:
      return try GoogleFreeBusy.query(call, in: &world)
    case ("POST", 2) where path == ["channels", "stop"]:
      return try GoogleChannels.stop(call, in: &world)
    case ("GET", 2) where path[0] == "calendars":
      return try GoogleCalendarList.calendar(call, path[1], in: &world)
    case (_, 3...) where path[0] == "calendars" && path[2] == "events":
      return try events(call, calendar: path[1], Array(path.dropFirst(3)), in: &world)
    default: throw .googleNotFound
    }
  }

  private static func events(
    _ call: GoogleCall, calendar: String, _ path: [String], in world: inout World
  ) throws(Refusal) -> Answer {
    switch (call.request.method, path.count) {
    case ("GET", 0): return try GoogleEventList.list(call, calendar, in: &world)
    case ("POST", 0): return try GoogleEventWrites.insert(call, calendar, in: &world)
    case ("POST", 1) where path == ["watch"]:
      return try GoogleChannels.watch(call, calendar, in: &world)
    case ("GET", 1): return try GoogleEventReads.get(call, calendar, path[0], in: &world)
    case ("PATCH", 1):
      return try GoogleEventWrites.change(call, calendar, path[0], replaces: false, in: &world)
    case ("PUT", 1):
      return try GoogleEventWrites.change(call, calendar, path[0], replaces: true, in: &world)
    case ("DELETE", 1): return try GoogleEventWrites.delete(call, calendar, path[0], in: &world)
    default: throw .googleNotFound
    }
  }
}
