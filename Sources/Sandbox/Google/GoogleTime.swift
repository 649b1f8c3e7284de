import Core

/// The start or end of an event: a date, or an instant with the zone that it was meant in.
struct GoogleTime: Sendable, Equatable {
  enum Value: Sendable, Equatable {
    case date(CivilDate)
    case instant(Timestamp)
  }

  let value: Value
  /// Nil where only an offset was given.
  var timeZone: String?

  /// - Parameter name: `start` or `end`, for what the refusal says.
  init(reading json: JSON?, _ name: String, in world: World) throws(Refusal) {
    guard let json, json.object != nil else { throw .googleRequired("Missing \(name) time.") }
    let zoneName = json["timeZone"]?.string
    let zone = zoneName.flatMap { try? world.zones.zone($0) }
    if zoneName != nil, zone == nil {
      throw .googleInvalid("Invalid time zone definition for \(name) time.")
    }
    timeZone = zoneName
    switch (json["date"]?.string, json["dateTime"]?.string) {
    case (nil, nil): throw .googleRequired("Missing \(name) time.")
    case (let text?, nil):
      guard let date = CivilDate(text) else { throw .googleInvalid("Invalid \(name) time.") }
      value = .date(date)
    case (nil, let text?):
      if let instant = Timestamp(rfc3339: text) {
        value = .instant(instant)
      } else if let local = LocalDateTime(wireText: text) {
        guard let zone else {
          throw .googleRequired("Missing time zone definition for \(name) time.")
        }
        value = .instant(zone.instantKeepingOffset(of: local))
      } else {
        throw .googleInvalid("Invalid \(name) time.")
      }
    default: throw .googleInvalid("Invalid \(name) time.")
    }
  }

  var isDate: Bool { if case .date = value { true } else { false } }

  /// A date begins when the calendar's day does.
  func instant(in zone: Zone) -> Timestamp {
    switch value {
    case .date(let date): zone.startOfDay(date)
    case .instant(let instant): instant
    }
  }

  func json(in zone: Zone) -> JSON {
    switch value {
    case .date(let date): return ["date": .string(date.description)]
    case .instant(let instant):
      let json: JSON = ["dateTime": .string(zone.rfc3339(instant))]
      return json.adding("timeZone", timeZone.map(JSON.string))
    }
  }
}
