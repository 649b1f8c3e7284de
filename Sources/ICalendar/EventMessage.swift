import Bookings
import Core

/// A message of iTIP about one event, as its sender's program wrote it (RFC 5546 section 3.2): what
/// an organizer asks of guests, or what a guest answers.
///
/// Nothing in it proves who sent it; that is the business of whoever received it.
package struct EventMessage: Equatable, Sendable {
  package enum Method: String, Sendable {
    case request = "REQUEST"
    case cancel = "CANCEL"
    case reply = "REPLY"
  }

  package struct Attendee: Equatable, Sendable {
    /// In lower case, without `mailto:`.
    package let email: String
    package let participation: EventObject.Participation

    package init(email: String, participation: EventObject.Participation) {
      self.email = email
      self.participation = participation
    }
  }

  package let method: Method
  package let uid: String
  /// 0 where the message does not say.
  package let sequence: Int
  package let stamp: Timestamp
  /// A reply need not repeat it.
  package let interval: Interval?
  package let isCancelled: Bool
  /// In lower case, without `mailto:`.
  package let organizer: String?
  package let attendees: [Attendee]
  /// The sender's words; empty where there are none.
  package let comment: String

  /// Reads the message; times without a zone are of `calendarZone`.
  ///
  /// Throws `notAnEventMessage` for another METHOD or none, or for more events than one,
  /// `eventMissing` without an event that has a UID, `eventIsRecurring` for one instance of a
  /// series, and whatever keeps the text from being understood.
  package init(
    _ text: String, calendarZone: Zone, zones: ZoneDatabase
  ) throws(ICalendarError) {
    let calendars = try Component.read(text)
    guard calendars.count == 1, let calendar = calendars.first,
      let method = calendar.first("METHOD").flatMap({ Method(rawValue: $0.value.uppercased()) })
    else { throw .notAnEventMessage }
    let events = calendar.components(named: "VEVENT")
    guard let event = events.first, let uid = event.first("UID")?.text, !uid.isEmpty else {
      throw .eventMissing
    }
    guard events.count == 1 else { throw .notAnEventMessage }
    if calendar.isSeries(uid: uid) {
      throw .eventIsRecurring(line: event.properties.first?.line ?? 0)
    }
    var zones = ObjectZones(calendar: calendar, calendarZone: calendarZone, zones: zones)
    self.method = method
    self.uid = uid
    sequence = event.first("SEQUENCE").flatMap { Int($0.value) } ?? 0
    stamp = try EventMessage.stamp(of: event, zones: &zones)
    interval = try EventMessage.interval(of: event, method, zones: &zones)
    isCancelled = method == .cancel || event.first("STATUS")?.value.uppercased() == "CANCELLED"
    organizer = event.first("ORGANIZER")?.mailAddress
    attendees = event.all("ATTENDEE").compactMap { line in
      line.mailAddress.map { Attendee(email: $0, participation: line.participation) }
    }
    comment = event.all("COMMENT").map(\.text).joined(separator: "\n")
  }

  /// The times that an answer repeats are of no consequence, and some programs write them in zones that only
  /// they know.
  private static func interval(
    of event: Component, _ method: Method, zones: inout ObjectZones
  ) throws(ICalendarError) -> Interval? {
    if event.first("DTSTART") == nil { return nil }
    do throws(ICalendarError) {
      return try CalendarEvent(event, zones: &zones, ownAddresses: OwnAddresses([])).interval()
    } catch {
      if method == .reply { return nil }
      throw error
    }
  }

  private static func stamp(
    of event: Component, zones: inout ObjectZones
  ) throws(ICalendarError) -> Timestamp {
    guard let line = event.first("DTSTAMP") else {
      throw .malformed(
        line: event.properties.first?.line ?? 0, detail: "the event has no DTSTAMP")
    }
    return try zones.instant(of: try TimeValue(line), line: line.line)
  }
}

extension ContentLine {
  /// The address of a `mailto:` value, in lower case; nil for any other.
  var mailAddress: String? {
    let scheme = "mailto:"
    guard value.prefix(scheme.count).lowercased() == scheme else { return nil }
    let address = value.dropFirst(scheme.count).lowercased()
    return address.isEmpty ? nil : address
  }

  /// RFC 5545 section 3.2.12: what is not said, or not known to us, is that nobody has answered.
  var participation: EventObject.Participation {
    self["PARTSTAT"].flatMap { EventObject.Participation(rawValue: $0.uppercased()) }
      ?? .needsAction
  }
}
