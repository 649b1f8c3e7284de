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

/// Windows' names of the zones that mailboxes have most; by IANA's name all are understood.
let windowsZones: [String: String] = [
  "Dateline Standard Time": "Etc/GMT+12", "Hawaiian Standard Time": "Pacific/Honolulu",
  "Alaskan Standard Time": "America/Anchorage", "Pacific Standard Time": "America/Los_Angeles",
  "US Mountain Standard Time": "America/Phoenix", "Mountain Standard Time": "America/Denver",
  "Central Standard Time": "America/Chicago", "Canada Central Standard Time": "America/Regina",
  "Eastern Standard Time": "America/New_York", "US Eastern Standard Time": "America/Indianapolis",
  "SA Pacific Standard Time": "America/Bogota", "Atlantic Standard Time": "America/Halifax",
  "Newfoundland Standard Time": "America/St_Johns",
  "E. South America Standard Time": "America/Sao_Paulo",
  "Argentina Standard Time": "America/Buenos_Aires", "Greenland Standard Time": "America/Godthab",
  "Azores Standard Time": "Atlantic/Azores", "UTC": "UTC", "tzone://Microsoft/Utc": "UTC",
  "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
  "Morocco Standard Time": "Africa/Casablanca", "W. Europe Standard Time": "Europe/Berlin",
  "Central Europe Standard Time": "Europe/Budapest", "Romance Standard Time": "Europe/Paris",
  "Central European Standard Time": "Europe/Warsaw",
  "W. Central Africa Standard Time": "Africa/Lagos", "GTB Standard Time": "Europe/Bucharest",
  "FLE Standard Time": "Europe/Kiev", "E. Europe Standard Time": "Europe/Chisinau",
  "South Africa Standard Time": "Africa/Johannesburg", "Israel Standard Time": "Asia/Jerusalem",
  "Egypt Standard Time": "Africa/Cairo", "Turkey Standard Time": "Europe/Istanbul",
  "Arab Standard Time": "Asia/Riyadh", "Russian Standard Time": "Europe/Moscow",
  "E. Africa Standard Time": "Africa/Nairobi", "Iran Standard Time": "Asia/Tehran",
  "Arabian Standard Time": "Asia/Dubai", "Pakistan Standard Time": "Asia/Karachi",
  "India Standard Time": "Asia/Calcutta", "Nepal Standard Time": "Asia/Katmandu",
  "Bangladesh Standard Time": "Asia/Dhaka", "SE Asia Standard Time": "Asia/Bangkok",
  "China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore",
  "W. Australia Standard Time": "Australia/Perth", "Taipei Standard Time": "Asia/Taipei",
  "Tokyo Standard Time": "Asia/Tokyo", "Korea Standard Time": "Asia/Seoul",
  "Cen. Australia Standard Time": "Australia/Adelaide",
  "E. Australia Standard Time": "Australia/Brisbane",
  "AUS Eastern Standard Time": "Australia/Sydney",
  "New Zealand Standard Time": "Pacific/Auckland",
]
