import Core

/// What local times of one VCALENDAR mean: its TZIDs, in this order, are IANA names, VTIMEZONEs of
/// the object, or well-known other spellings. One that is none of these is an error, because the
/// event's time is then unknown and must not pass for free.
struct ObjectZones {
  /// The calendar's own zone: floating times and all-day events are of this zone.
  let calendarZone: Zone
  private let zones: ZoneDatabase
  private var described: [String: Component] = [:]
  private var resolved: [String: WallClock] = [:]

  init(calendar: Component, calendarZone: Zone, zones: ZoneDatabase) {
    self.calendarZone = calendarZone
    self.zones = zones
    for component in calendar.components(named: "VTIMEZONE") {
      if let name = component.first("TZID")?.text { described[name] = component }
    }
  }

  mutating func clock(for value: TimeValue, line: Int) throws(ICalendarError) -> WallClock {
    switch value {
    case .utc: .zone(.utc)
    case .date, .floating: .zone(calendarZone)
    case .zoned(_, let name): try clock(named: name, line: line)
    }
  }

  /// Of a DATE, the first instant of that day.
  mutating func instant(of value: TimeValue, line: Int) throws(ICalendarError) -> Timestamp {
    switch value {
    case .utc(let instant): instant
    case .date(let date): calendarZone.startOfDay(date)
    case .floating(let local): calendarZone.instantKeepingOffset(of: local)
    case .zoned(let local, let name): try clock(named: name, line: line).instant(of: local)
    }
  }

  /// The day on the wall that a value falls on; for UTC, on the wall of the calendar's zone.
  func date(of value: TimeValue) -> CivilDate {
    if case .utc(let instant) = value {
      calendarZone.local(at: instant).date
    } else {
      value.local.date
    }
  }

  private mutating func clock(named name: String, line: Int) throws(ICalendarError) -> WallClock {
    if let known = resolved[name] { return known }
    var clock = (try? zones.zone(name)).map(WallClock.zone)
    if clock == nil { clock = try describedClock(name) }
    guard let clock = clock ?? otherSpelling(name) else {
      throw .unknownZone(line: line, name: String(name.prefix(64)))
    }
    resolved[name] = clock
    return clock
  }

  private func describedClock(_ name: String) throws(ICalendarError) -> WallClock? {
    guard let component = described[name] else { return nil }
    if let location = component.first("X-LIC-LOCATION"), let zone = try? zones.zone(location.text) {
      return .zone(zone)
    }
    return .described(try DescribedZone(component))
  }

  /// Windows' names for UTC need no table.
  private func otherSpelling(_ name: String) -> WallClock? {
    if ["Z", "Coordinated Universal Time", "tzone://Microsoft/Utc"].contains(name) {
      return .zone(.utc)
    }
    return zones.zone(spelled: name).map(WallClock.zone)
  }
}

/// Turns wall times into instants.
enum WallClock: Sendable {
  case zone(Zone)
  case described(DescribedZone)

  /// By the rule of RFC 5545 section 3.3.5: a time that clocks skip has the offset before the gap,
  /// one that they show twice means the first.
  func instant(of local: LocalDateTime) throws(ICalendarError) -> Timestamp {
    switch self {
    case .zone(let zone): zone.instantKeepingOffset(of: local)
    case .described(let zone): try zone.instant(of: local)
    }
  }

  /// What one look into it takes, in units of `RecurrenceWork`.
  var work: Int {
    if case .described(let zone) = self { zone.work } else { 0 }
  }

  /// The first instant of a day, which need not be midnight.
  func startOfDay(_ date: CivilDate) throws(ICalendarError) -> Timestamp {
    switch self {
    case .zone(let zone): zone.startOfDay(date)
    case .described(let zone):
      try zone.instant(of: LocalDateTime(date: date, secondOfDay: 0))
    }
  }
}
