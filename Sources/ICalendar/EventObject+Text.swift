import Core

extension EventObject {
  /// Our private property: the booking's id.
  static let bookingProperty = "X-BOOKEND-BOOKING"

  /// The whole VCALENDAR. With a method it is a message of iTIP; without one it is for storing on a
  /// CalDAV server, where METHOD is forbidden (RFC 4791 section 4.1). A cancelling message says
  /// STATUS:CANCELLED whatever `status` is (RFC 5546 section 3.2.5).
  package func text(method: Method?) -> String {
    var calendar = Component(
      "VCALENDAR",
      [
        ContentLine("PRODID", value: "-//Bookend//Bookend 1.0//EN"),
        ContentLine("VERSION", value: "2.0"),
        ContentLine("CALSCALE", value: "GREGORIAN"),
      ])
    if let method { calendar.properties.append(ContentLine("METHOD", value: method.rawValue)) }
    if let zone {
      calendar.components.append(Component.timeZone(zone, around: interval))
    }
    calendar.components.append(event(method: method))
    return calendar.text
  }

  private func event(method: Method?) -> Component {
    var lines = [
      ContentLine("UID", text: uid),
      ContentLine("DTSTAMP", value: TimeValue.text(stamp)),
      ContentLine("SEQUENCE", value: String(sequence)),
      ContentLine.time("DTSTART", interval.start, in: zone),
      ContentLine.time("DTEND", interval.end, in: zone),
      ContentLine("SUMMARY", text: summary),
    ]
    if !description.isEmpty { lines.append(ContentLine("DESCRIPTION", text: description)) }
    if !location.isEmpty { lines.append(ContentLine("LOCATION", text: location)) }
    if !url.isEmpty { lines.append(ContentLine("URL", value: url)) }
    if !conferenceURL.isEmpty { lines.append(.conference(conferenceURL)) }
    if let organizer { lines.append(organizer.line) }
    lines += attendees.map { $0.line(isInvitation: method != .cancel) }
    let status = method == .cancel ? Status.cancelled : status
    lines.append(ContentLine("STATUS", value: status.rawValue))
    // That it takes time goes without saying (RFC 5545 section 3.8.2.7), and better so: Cyrus keeps a guest's
    // own TRANSP beside the organizer's when the event moves, and then refuses the guest's answer.
    if let created { lines.append(ContentLine("CREATED", value: TimeValue.text(created))) }
    if let lastModified {
      lines.append(ContentLine("LAST-MODIFIED", value: TimeValue.text(lastModified)))
    }
    if let booking {
      lines.append(ContentLine(EventObject.bookingProperty, text: booking.text))
    }
    return Component("VEVENT", lines)
  }
}

extension ContentLine {
  /// RFC 7986 section 5.11.
  fileprivate static func conference(_ url: String) -> ContentLine {
    ContentLine(
      "CONFERENCE",
      [
        Parameter("VALUE", ["URI"]), Parameter("FEATURE", ["AUDIO", "VIDEO"]),
        Parameter("LABEL", ["Join"]),
      ], value: url)
  }
}

extension EventObject.Organizer {
  fileprivate var line: ContentLine {
    ContentLine("ORGANIZER", name.asCommonName, value: "mailto:\(email)")
  }
}

extension EventObject.Attendee {
  fileprivate func line(isInvitation: Bool) -> ContentLine {
    var parameters = [
      ContentLine.Parameter("CUTYPE", ["INDIVIDUAL"]),
      ContentLine.Parameter("ROLE", ["REQ-PARTICIPANT"]),
      ContentLine.Parameter("PARTSTAT", [participation.rawValue]),
    ]
    if isReplyWanted && isInvitation {
      parameters.append(ContentLine.Parameter("RSVP", ["TRUE"]))
    }
    return ContentLine("ATTENDEE", parameters + name.asCommonName, value: "mailto:\(email)")
  }
}

extension String {
  fileprivate var asCommonName: [ContentLine.Parameter] {
    isEmpty ? [] : [ContentLine.Parameter("CN", [self])]
  }
}

extension ContentLine {
  /// A DATE-TIME: wall time with TZID, or UTC.
  static func time(_ name: String, _ instant: Timestamp, in zone: Zone?) -> ContentLine {
    guard let zone else { return ContentLine(name, value: TimeValue.text(instant)) }
    let local = zone.local(at: instant)
    // A wall time that clocks show twice means its first occurrence; the second can only be told in
    // UTC.
    guard zone.instantKeepingOffset(of: local).seconds == instant.seconds else {
      return ContentLine(name, value: TimeValue.text(instant))
    }
    return ContentLine(
      name, [Parameter("TZID", [zone.name])], value: TimeValue.text(local))
  }
}
