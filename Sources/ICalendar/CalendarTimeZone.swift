import Core

/// The zone that a VCALENDAR names by its VTIMEZONE, as CalDAV's calendar-timezone property holds
/// one (RFC 4791 section 5.2.2). Nil if it has none, or none that goes by an IANA name.
package func calendarTimeZone(
  in text: String, zones: ZoneDatabase
) throws(ICalendarError) -> Zone? {
  for calendar in try Component.read(text) {
    for component in calendar.components(named: "VTIMEZONE") {
      for line in [component.first("X-LIC-LOCATION"), component.first("TZID")] {
        if let line, let zone = zones.zone(spelled: line.text) { return zone }
      }
    }
  }
  return nil
}

extension ZoneDatabase {
  /// The zone of an IANA name, also inside of a "globally unique" one such as
  /// `/citadel.org/20210210_1/Europe/Berlin` (RFC 5545 section 3.8.3.1).
  func zone(spelled name: String) -> Zone? {
    if let zone = try? zone(name) { return zone }
    guard name.hasPrefix("/") else { return nil }
    let parts = name.split(separator: "/")
    for count in [3, 2, 1] where parts.count >= count {
      if let zone = try? zone(parts.suffix(count).joined(separator: "/")) { return zone }
    }
    return nil
  }
}
