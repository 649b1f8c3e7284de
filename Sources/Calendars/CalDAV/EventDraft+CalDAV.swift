import Core
import ICalendar

extension EventDraft {
  /// The object to store. Where the server does not schedule for this organizer, SCHEDULE-AGENT=CLIENT
  /// keeps it from mailing the guests all the same: their invitation comes from us (RFC 6638 section 7.1).
  func calendarObject(zone: Zone?, scheduling: CalDAVScheduling) -> String {
    let organizer = scheduling.organizer(instead: organizer)
    let event = EventObject(
      uid: uid, sequence: sequence, stamp: stamp, interval: interval, zone: zone,
      summary: summary, description: description, location: location, url: url ?? "",
      organizer: .init(name: organizer.name, email: organizer.email),
      attendees: attendees.map { .init(name: $0.name, email: $0.email) },
      created: stamp, lastModified: stamp, booking: booking)
    let text = event.text(method: nil)
    if scheduling.isByServer { return text }
    guard var calendars = try? Component.read(text) else {
      trap("what we write can be read")
    }
    for index in calendars[0].components.indices
    where calendars[0].components[index].name == "VEVENT" {
      calendars[0].components[index].leaveInvitationsToUs()
    }
    return calendars[0].text
  }
}

extension Component {
  fileprivate mutating func leaveInvitationsToUs() {
    for index in properties.indices where properties[index].name == "ATTENDEE" {
      properties[index]["SCHEDULE-AGENT"] = "CLIENT"
    }
  }
}
