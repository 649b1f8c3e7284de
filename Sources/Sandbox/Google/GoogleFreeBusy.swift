import Core

/// `freebusy.query`: busy time of several calendars, each with its own errors.
enum GoogleFreeBusy {
  private static let mostCalendars = 50
  /// About three months are answered; no figure is documented.
  private static let longestRange: Duration = .days(92)

  static func query(_ call: GoogleCall, in world: inout World) throws(Refusal) -> Answer {
    try call.require(GoogleScopes.freeBusy)
    let body = try call.document()
    let from = try instant(body, "timeMin")
    let to = try instant(body, "timeMax")
    guard from < to else {
      throw .google(400, "timeRangeEmpty", "The specified time range is empty.", domain: "calendar")
    }
    guard to - from <= longestRange else {
      throw .google(
        400, "timeRangeTooLong", "The requested time range is too long.", domain: "calendar")
    }
    let shown = body["timeZone"]?.string.flatMap { try? world.zones.zone($0) } ?? .utc
    let limit = min(Int(body["calendarExpansionMax"]?.integer ?? 50), mostCalendars)
    var calendars = JSONObject()
    for (index, item) in (body["items"]?.array ?? []).enumerated() {
      guard let id = item["id"]?.string else { throw .googleRequired("Missing item id.") }
      if let reason = index < limit ? problem(id, call, world) : "tooManyCalendarsRequested" {
        calendars[id] = [
          "errors": [["domain": "global", "reason": .string(reason)]], "busy": [],
        ]
      } else {
        let blocks = busy(id, call, from, to, world)
        calendars[id] = [
          "busy": .array(
            blocks.map { ["start": .string(shown.rfc3339($0)), "end": .string(shown.rfc3339($1))] })
        ]
      }
    }
    return .ok(
      [
        "kind": "calendar#freeBusy", "timeMin": .string(from.googleText),
        "timeMax": .string(to.googleText), "calendars": .object(calendars),
      ])
  }

  private static func instant(_ body: JSON, _ name: String) throws(Refusal) -> Timestamp {
    guard let text = body[name]?.string else { throw .googleRequired("Missing \(name) parameter.") }
    guard let instant = Timestamp(rfc3339: text) else {
      throw .google(400, "badRequest", "Bad Request")
    }
    return instant
  }

  private static func problem(_ id: String, _ call: GoogleCall, _ world: World) -> String? {
    if case .itemError(let item, let reason) = call.fault?.effect, item == id { return reason }
    let calendar = try? world.google.calendar(id, for: call.account, as: .freeBusyReader)
    return calendar == nil ? "notFound" : nil
  }

  /// Merged, cut to the range, in order.
  private static func busy(
    _ id: String, _ call: GoogleCall, _ from: Timestamp, _ to: Timestamp, _ world: World
  ) -> [(Timestamp, Timestamp)] {
    guard let calendar = try? world.google.calendar(id, for: call.account, as: .freeBusyReader)
    else { return [] }
    let zone = world.zone(calendar.timeZone) ?? .utc
    let blocks = calendar.events.filter { $0.isBusy(for: calendar.identity) }
      .map { (max(from, $0.start.instant(in: zone)), min(to, $0.end.instant(in: zone))) }
    return mergedBlocks(blocks)
  }
}

/// Joins blocks that overlap or touch; empty ones vanish.
func mergedBlocks(_ blocks: [(Timestamp, Timestamp)]) -> [(Timestamp, Timestamp)] {
  var merged: [(Timestamp, Timestamp)] = []
  for block in blocks.filter({ $0.0 < $0.1 }).sorted(by: { $0.0 < $1.0 }) {
    if let last = merged.last, block.0 <= last.1 {
      merged[merged.count - 1].1 = max(last.1, block.1)
    } else {
      merged.append(block)
    }
  }
  return merged
}
