import Bookings
import Core

/// Another time for an event that a server holds. What else the object says, and in what order,
/// stays as it is: the host's notes, alarms, colours, and properties nobody here has heard of.
package struct EventMove: Sendable {
  package var interval: Interval
  /// The new times are written in this zone, in UTC if nil.
  package var zone: Zone?
  package var sequence: Int
  /// When the change is made: DTSTAMP and LAST-MODIFIED.
  package var stamp: Timestamp
  /// Of the calendar's owner, who need not be asked again; the organizer is never asked.
  package var ownAddresses: Set<String>

  package init(
    interval: Interval, zone: Zone?, sequence: Int, stamp: Timestamp,
    ownAddresses: Set<String> = []
  ) {
    self.interval = interval
    self.zone = zone
    self.sequence = sequence
    self.stamp = stamp
    self.ownAddresses = ownAddresses
  }

  /// The object with its event at the new time. Everybody else's answer is NEEDS-ACTION again,
  /// since it was given for another time (RFC 5546 section 2.1.4); METHOD goes, as the object is
  /// for storing.
  ///
  /// Throws `eventMissing` if the object has no event of that UID, and `eventIsRecurring` if
  /// somebody has made a series of it, where one new time would not say what is meant.
  package func applied(to text: String, uid: String) throws(ICalendarError) -> String {
    var calendars = try Component.read(text)
    for index in calendars.indices where calendars[index].singleEvent(uid: uid) != nil {
      try apply(to: &calendars[index], uid: uid)
      return calendars[index].text
    }
    throw .eventMissing
  }

  private func apply(to calendar: inout Component, uid: String) throws(ICalendarError) {
    guard !calendar.isSeries(uid: uid) else {
      let line = calendar.singleEvent(uid: uid)?.properties.first?.line ?? 0
      throw .eventIsRecurring(line: line)
    }
    calendar.remove("METHOD")
    for index in calendar.components.indices where calendar.components[index].isEvent(uid: uid) {
      edit(&calendar.components[index])
    }
    replaceTimeZone(in: &calendar)
  }

  private func edit(_ event: inout Component) {
    let end = ContentLine.time("DTEND", interval.end, in: zone)
    event.replace(with: ContentLine.time("DTSTART", interval.start, in: zone))
    if event.first("DTEND") == nil,
      let index = event.properties.firstIndex(where: { $0.name == "DURATION" })
    {
      event.properties[index] = end
    }
    event.remove("DURATION")
    event.replace(with: end)
    event.replace(with: ContentLine("SEQUENCE", value: String(sequence)))
    event.replace(with: ContentLine("DTSTAMP", value: TimeValue.text(stamp)))
    event.replace(with: ContentLine("LAST-MODIFIED", value: TimeValue.text(stamp)))

    let organizer = event.first("ORGANIZER").map { [$0.value] } ?? []
    let asked = OwnAddresses(ownAddresses.union(organizer))
    for index in event.properties.indices where event.properties[index].name == "ATTENDEE" {
      if !asked.contains(event.properties[index]) {
        event.properties[index]["PARTSTAT"] = "NEEDS-ACTION"
      }
    }
  }

  /// One VTIMEZONE for the new zone, where one stood before if there was any; those that no line
  /// names any more go. An old one of the same name is replaced: its rules may end before the new
  /// time.
  private func replaceTimeZone(in calendar: inout Component) {
    let used = calendar.timeZoneNames
    let place = calendar.components.firstIndex { $0.name == "VTIMEZONE" } ?? 0
    calendar.components.removeAll { component in
      guard component.name == "VTIMEZONE", let name = component.first("TZID")?.text else {
        return false
      }
      return name == zone?.name || !used.contains(name)
    }
    if let zone, used.contains(zone.name) {
      calendar.components.insert(.timeZone(zone, around: interval), at: place)
    }
  }
}

extension Component {
  /// The TZID parameters in it.
  fileprivate var timeZoneNames: Set<String> {
    components.reduce(into: Set(properties.compactMap { $0["TZID"] })) { names, component in
      names.formUnion(component.timeZoneNames)
    }
  }
}
