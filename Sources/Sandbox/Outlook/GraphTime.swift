import Core

/// The start or end of an event: an instant and the zone it was written in; of an all-day event its date.
struct GraphTime: Sendable, Equatable {
  let instant: Timestamp
  let timeZone: String
  /// What its clocks showed.
  let local: LocalDateTime

  /// - Parameter name: The property, for what the refusal says.
  init(reading json: JSON?, _ name: String, in world: World) throws(Refusal) {
    guard let text = json?["dateTime"]?.string else {
      throw .graphProperty("At least one property failed validation: \(name).")
    }
    guard let local = LocalDateTime(wireText: text) else {
      throw .graph(
        400, "ErrorInvalidParameter", "The value of \(name)/dateTime is no local date and time.")
    }
    let name = json?["timeZone"]?.string ?? "UTC"
    guard let zone = world.zone(name) else {
      throw .graph(
        400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified.")
    }
    self.local = local
    timeZone = name
    instant = zone.instantKeepingOffset(of: local)
  }

  /// - Parameter isAllDay: A date has no zone: it reads midnight in whichever is asked for.
  func json(in zone: (name: String, rules: Zone), isAllDay: Bool) -> JSON {
    let text =
      isAllDay
      ? "\(local.date)T00:00:00.0000000" : zone.rules.localText(instant) + ".0000000"
    return ["dateTime": .string(text), "timeZone": .string(zone.name)]
  }

  /// As it was written, for merging a PATCH in.
  var written: JSON {
    let zone = Zone.utc
    let text = zone.localText(local.instant(offsetSeconds: 0))
    return ["dateTime": .string(text), "timeZone": .string(timeZone)]
  }
}
