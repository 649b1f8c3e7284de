import Core

extension GoogleCalendar {
  /// As which it appears among an event's people: a main calendar is its person, any other itself.
  var identity: String { primaryOf ?? id }
}

extension GoogleEvent {
  mutating func setResponse(_ response: JSON, of email: String) {
    let changed = attendees.map { attendee in
      attendee["email"]?.string?.lowercased() == email
        ? attendee.adding("responseStatus", response) : attendee
    }
    fields["attendees"] = .array(changed)
  }
}

extension World {
  /// Writes the event down, tells those who watch, and returns it with its new etag.
  mutating func store(_ event: GoogleEvent, in calendar: String) -> GoogleEvent {
    google.calendars[calendar]?.put(event, at: now)
    if event.conference?.state == .pending {
      google.pendingConferences.append((calendar, event.id))
      settleConferences()
    }
    notifyChannels(of: calendar)
    return google.calendars[calendar]?.event(event.id) ?? event
  }

  /// Out of one calendar and into another, which organizes it from now on.
  mutating func move(
    _ event: GoogleEvent, from source: String, to destination: String
  ) throws(ControlRefusal) -> JSON {
    guard let calendar = google.calendars[destination], calendar.event(event.id) == nil else {
      throw .noCalendar
    }
    var moved = event.organized(by: calendar.identity, number: nextNumber())
    moved.sequence += 1
    var left = event
    left.status = "cancelled"
    _ = store(left, in: source)
    return json(of: store(moved, in: destination), in: calendar)
  }

  func json(of event: GoogleEvent, in calendar: GoogleCalendar, zone: Zone? = nil) -> JSON {
    event.json(for: calendar.identity, in: zone ?? self.zone(calendar.timeZone) ?? .utc)
  }

  /// Every write that asks for it mails, also one that changes nothing: whether Google would notice is not
  /// known, and a client must not count on it.
  mutating func mailGuests(
    from old: GoogleEvent?, to new: GoogleEvent, _ calendar: GoogleCalendar,
    whom isMeant: (String) -> Bool
  ) {
    let zone = zone(calendar.timeZone) ?? .utc
    let wereInvited = old.map { $0.isCancelled ? [] : $0.guests } ?? []
    let areInvited = new.isCancelled ? [] : new.guests
    let all = areInvited + wereInvited.filter { !areInvited.contains($0) }
    for guest in all where isMeant(guest.lowercased()) && guest.lowercased() != calendar.identity {
      let kind: GuestMail.Kind =
        !areInvited.contains(guest)
        ? .cancellation : wereInvited.contains(guest) ? .update : .invitation
      mails.append(
        record: GuestMail(
          number: nextNumber(), time: now, provider: .google, kind: kind,
          account: calendar.identity,
          recipient: guest, event: new.id, summary: new.fields["summary"]?.string ?? "",
          start: new.start.instant(in: zone), end: new.end.instant(in: zone)))
    }
  }
}
