import Bookings
import Core

/// What a stored object says of one event of ours, for reading back what a server holds.
package struct EventReading: Equatable, Sendable {
  package let uid: String
  /// 0 where the object does not say.
  package let sequence: Int
  package let interval: Interval
  package let isCancelled: Bool
  /// Somebody made a series of it.
  package let isRecurring: Bool
  /// Whose event it is: nil for one that Bookend did not make.
  package let booking: BookingID?
  /// Mail addresses of the attendees.
  package let attendees: [String]

  /// Reads the event with that UID. Times without a zone are of `calendarZone`.
  ///
  /// Throws `eventMissing` where the text holds no such event, and whatever keeps it from being
  /// understood.
  package init(
    _ text: String, uid: String, calendarZone: Zone, zones: ZoneDatabase
  ) throws(ICalendarError) {
    for calendar in try Component.read(text) {
      guard let component = calendar.singleEvent(uid: uid) else { continue }
      var zones = ObjectZones(calendar: calendar, calendarZone: calendarZone, zones: zones)
      let event = try CalendarEvent(component, zones: &zones, ownAddresses: OwnAddresses([]))
      self.uid = uid
      sequence = component.first("SEQUENCE").flatMap { Int($0.value) } ?? 0
      interval = try event.interval()
      isCancelled = component.first("STATUS")?.value.uppercased() == "CANCELLED"
      isRecurring = calendar.isSeries(uid: uid)
      booking = component.first(EventObject.bookingProperty).map { BookingID($0.text) }
      attendees = component.properties.filter { $0.name == "ATTENDEE" }.compactMap {
        $0.value.lowercased().hasPrefix("mailto:") ? String($0.value.dropFirst(7)) : nil
      }
      return
    }
    throw .eventMissing
  }
}

extension Component {
  /// The event of a VCALENDAR that has this UID and is no changed instance of a series.
  func singleEvent(uid: String) -> Component? {
    components.first { $0.isEvent(uid: uid) && $0.first("RECURRENCE-ID") == nil }
  }

  func isSeries(uid: String) -> Bool {
    components.contains { component in
      component.isEvent(uid: uid)
        && component.properties.contains { ["RRULE", "RDATE", "RECURRENCE-ID"].contains($0.name) }
    }
  }

  func isEvent(uid: String) -> Bool { name == "VEVENT" && first("UID")?.text == uid }
}
