import Core

/// `/sandbox/…`: what tests and demos say to the sandbox itself.
enum ControlRoutes {
  static func answer(to request: WireRequest, in world: inout World) -> Answer {
    do {
      return try route(request, in: &world)
    } catch let problems as FieldProblems {
      return refusal(400, problems.problems.map { ($0.pointer.description, $0.detail) })
    } catch let refused as ControlRefusal {
      return refusal(refused.status, [(refused.field, refused.detail)])
    } catch let error as JSONError {
      return refusal(400, [("#", "must be JSON: \(error)")])
    } catch let refused as Refusal {
      return refused.answer
    } catch {
      return refusal(400, [("#", "\(error)")])
    }
  }

  private static func route(_ request: WireRequest, in world: inout World) throws -> Answer {
    let path = request.segments.dropFirst().joined(separator: "/")
    switch (request.method, path) {
    case ("GET", ""): return .ok(overview(request, world))
    case ("POST", "reset"):
      world.reset()
      return .empty(204)
    case ("POST", "accounts"): return try ControlAccounts.addAccount(body(request), in: &world)
    case ("POST", "service-accounts"):
      return try ControlAccounts.addServiceAccount(body(request), in: &world)
    case ("POST", "clients"): return try ControlAccounts.addClient(body(request), in: &world)
    case ("POST", "consent"): return try ControlAccounts.setConsent(body(request), in: &world)
    case ("POST", "tokens"): return try ControlAccounts.issue(body(request), in: &world)
    case ("POST", "tokens/revoke"): return try ControlAccounts.revoke(body(request), in: &world)
    case ("POST", "calendars"): return try ControlCalendars.add(body(request), in: &world)
    case ("DELETE", "calendars"): return try ControlCalendars.delete(body(request), in: &world)
    case ("GET", "events"): return try ControlEvents.list(request, in: world)
    case ("POST", "events"): return try ControlEvents.create(body(request), in: &world)
    case ("PATCH", "events"): return try ControlEvents.change(body(request), in: &world)
    case ("DELETE", "events"): return try ControlEvents.delete(body(request), in: &world)
    case ("POST", "responses"): return try ControlEvents.respond(body(request), in: &world)
    case ("PATCH", "settings"): return try ControlSettings.change(body(request), in: &world)
    case ("POST", "clock"): return try ControlSettings.moveClock(body(request), in: &world)
    case ("POST", "lifecycle"): return try ControlSettings.tellLifecycle(body(request), in: &world)
    case ("POST", "sync/expire"):
      world.google.cursors = [:]
      world.outlook.cursors = [:]
      return .empty(204)
    case (_, "faults"): return try faults(request, in: &world)
    case ("GET", "calls"): return .ok(["calls": .array(world.calls.map(\.json))])
    case ("DELETE", "calls"):
      world.calls = []
      return .empty(204)
    case ("GET", "mails"): return .ok(["mails": .array(world.mails.map(\.json))])
    case ("DELETE", "mails"):
      world.mails = []
      return .empty(204)
    case ("GET", "notices"): return .ok(["notices": .array(world.notices.map(\.json))])
    default:
      throw ControlRefusal(
        404, "path", "\(request.method) \(request.path) is nothing that the sandbox has")
    }
  }

  private static func faults(_ request: WireRequest, in world: inout World) throws -> Answer {
    switch request.method {
    case "POST":
      let id = world.nextNumber()
      let fault = try FieldReader.read(body(request)) { Fault(reading: $0, id: id) }
      world.faults.append(fault)
      return .json(201, fault.json)
    case "DELETE":
      world.faults = []
      return .empty(204)
    default: return .ok(["faults": .array(world.faults.map(\.json))])
    }
  }

  private static func body(_ request: WireRequest) throws -> JSON {
    request.body.isEmpty ? [:] : try JSON.parse(request.body)
  }

  private static func overview(_ request: WireRequest, _ world: World) -> JSON {
    SandboxAddresses(request.origin).json
      .adding("now", .string(world.now.rfc3339))
      .adding("calls", .integer(Int64(world.calls.count)))
      .adding("mails", .integer(Int64(world.mails.count)))
      .adding("faults", .integer(Int64(world.faults.count)))
  }

  private static func refusal(_ status: Int, _ errors: [(String, String)]) -> Answer {
    .json(
      status,
      [
        "errors": .array(
          errors.map { ["pointer": .string($0.0), "detail": .string($0.1)] })
      ])
  }
}
