import Core

/// `events.get`, and what reading calls share.
enum GoogleEventReads {
  static func get(
    _ call: GoogleCall, _ calendarID: String, _ id: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let calendar = try readable(calendarID, call, in: world)
    guard let event = calendar.event(id) else { throw .googleNotFound }
    if call.request.headers["if-none-match"] == event.etag { return .empty(304) }
    let zone = try zone(call, in: world)
    return .ok(world.json(of: event, in: calendar, zone: zone))
  }

  static func readable(
    _ id: String, _ call: GoogleCall, in world: World
  ) throws(Refusal) -> GoogleCalendar {
    try call.require(GoogleScopes.read)
    let calendar = try world.google.calendar(id, for: call.account, as: .reader)
    if call.isLimitedToOwned(GoogleScopes.readEverywhere), calendar.access[call.account] != .owner {
      throw .googleScope
    }
    return calendar
  }

  /// The zone that times are to be shown in, where one is asked for.
  static func zone(_ call: GoogleCall, in world: World) throws(Refusal) -> Zone? {
    guard let name = call.request.value("timeZone") else { return nil }
    guard let zone = try? world.zones.zone(name) else {
      throw .google(
        400, "invalidParameter", "Invalid value for: timeZone", location: ("parameter", "timeZone"))
    }
    return zone
  }
}
