import Core

/// Which guests a change is mailed to.
enum GraphMailing {
  /// All of them.
  case always
  /// Those who came or went.
  case changedOnly
}

extension World {
  mutating func newGraphEvent(
    _ body: JSON, in calendar: GraphCalendar, of mailbox: Mailbox
  ) throws(Refusal) -> GraphEvent {
    let draft = try GraphEventDraft(reading: body, in: self)
    let number = nextNumber()
    let organizer =
      body["organizer"]?["emailAddress"].flatMap { address in
        address["address"]?.string.map { (address["name"]?.string ?? $0, $0.lowercased()) }
      } ?? (mailbox.name, mailbox.email)
    let id = newID("AAMkAD")
    var event = GraphEvent(
      number: number, calendar: calendar.id, mutableID: id, immutableID: newID("AAkALg"),
      lastKnownID: id, iCalUId: "040000008200E00074C5B7101A82E008\(hexadecimal(16))",
      transactionID: body["transactionId"]?.string, organizer: organizer, fields: draft.fields,
      start: draft.start, end: draft.end, properties: draft.properties, created: now, updated: now)
    if draft.wantsMeeting { beginMeeting(of: &event, calendar) }
    return event
  }

  /// Where the calendar has no such provider, the event is there without a meeting.
  private mutating func beginMeeting(of event: inout GraphEvent, _ calendar: GraphCalendar) {
    let wanted = event.fields["onlineMeetingProvider"]?.string
    guard let provider = calendar.onlineMeetingProviders.first,
      wanted == nil || wanted == "unknown" || wanted == provider
    else { return }
    let url = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_\(token(18))%40thread.v2/0"
    event.meeting = GraphEvent.Meeting(joinURL: url, due: now + settings.conferenceDelay)
    let body = event.fields["body"]
    event.fields["body"] = [
      "contentType": body?["contentType"] ?? "html",
      "content": .string((body?["content"]?.string ?? "") + GraphEvent.invitation(url)),
    ]
  }

  /// Exchange writes the address into the body; a client that writes a body without it ends the meeting.
  mutating func merged(_ event: GraphEvent, with body: JSON) throws(Refusal) -> GraphEvent {
    var rest = body.object ?? JSONObject()
    rest["singleValueExtendedProperties"] = nil
    let draft = try GraphEventDraft(reading: event.document.merged(with: .object(rest)), in: self)
    var changed = event
    changed.fields = draft.fields
    changed.start = draft.start
    changed.end = draft.end
    for entry in body["singleValueExtendedProperties"]?.array ?? [] {
      guard let id = entry["id"]?.string, let value = entry["value"]?.string else { continue }
      changed.properties = changed.properties.filter { $0.id != id } + [(id, value)]
    }
    if let meeting = event.meeting {
      let content = changed.fields["body"]?["content"]?.string ?? ""
      if body["body"] != nil, !content.contains(meeting.joinURL) { changed.meeting = nil }
    } else if draft.wantsMeeting,
      let calendar = outlook.mailboxes.values.lazy.compactMap({ $0.calendar(event.calendar) }).first
    {
      beginMeeting(of: &changed, calendar)
    }
    return changed
  }

  /// Writes the event down, tells those who watch, and returns it with its new change key.
  mutating func store(_ event: GraphEvent, in account: String, _ change: String) -> GraphEvent {
    outlook.mailboxes[account]?.put(event, at: now)
    if let meeting = event.meeting, !meeting.isReady {
      outlook.pendingMeetings.append((account, event.number))
      settleOnlineMeetings()
    }
    let stored = outlook.mailboxes[account]?.event(number: event.number) ?? event
    notifySubscriptions(of: account, stored, change)
    return stored
  }

  mutating func settleOnlineMeetings() {
    let due = outlook.pendingMeetings
    outlook.pendingMeetings = due.filter { account, number in
      guard var event = outlook.mailboxes[account]?.event(number: number),
        let meeting = event.meeting, !meeting.isReady, !settings.conferenceFails
      else { return false }
      guard meeting.due <= now else { return true }
      event.meeting?.isReady = true
      outlook.mailboxes[account]?.put(event, at: now)
      return false
    }
  }

  /// Into Deleted Items, where calendars do not look; its guests are told if it is theirs to tell.
  mutating func remove(_ event: GraphEvent, from account: String, comment: String?) {
    var removed = event
    removed.isDeleted = true
    removed.isCancelled = event.organizer.email == account
    removed.mutableID = newID("AAMkAD")
    let stored = store(removed, in: account, "deleted")
    if removed.isCancelled {
      mailGuests(from: event, to: stored, .always, comment: comment, account: account)
    }
  }

  mutating func mailGuests(
    from old: GraphEvent?, to new: GraphEvent, _ mailing: GraphMailing, comment: String?,
    account: String
  ) {
    let were = old?.guests ?? []
    let are = new.isDeleted ? [] : new.guests
    for guest in are + were.filter({ !are.contains($0) }) {
      let kind: GuestMail.Kind =
        !are.contains(guest) ? .cancellation : were.contains(guest) ? .update : .invitation
      if kind == .update, mailing == .changedOnly { continue }
      mails.append(
        record: GuestMail(
          number: nextNumber(), time: now, provider: .outlook, kind: kind, account: account,
          recipient: guest, event: new.immutableID, summary: new.fields["subject"]?.string ?? "",
          start: new.start.instant, end: new.end.instant,
          comment: kind == .cancellation ? comment : nil))
    }
  }

  /// In the form of Outlook's: base64url with padding, so that a client has to encode it.
  func newID(_ prefix: String) -> String { prefix + base64url(randomness.bytes(46)) + "AAA=" }

  private func hexadecimal(_ count: Int) -> String {
    randomness.bytes(count).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
      .joined()
  }
}

extension GraphEvent {
  mutating func resetResponses() {
    let none: JSON = ["response": "none", "time": never]
    if !attendees.isEmpty {
      fields["attendees"] = .array(attendees.map { $0.adding("status", none) })
    }
  }

  mutating func setResponse(_ response: String, of guest: String, at now: Timestamp) {
    let status: JSON = ["response": .string(response), "time": .string(now.graphText)]
    let changed = attendees.map { attendee in
      attendee["emailAddress"]?["address"]?.string?.lowercased() == guest
        ? attendee.adding("status", status) : attendee
    }
    fields["attendees"] = .array(changed)
  }

  static func invitation(_ url: String) -> String {
    "<div class=\"me-email-text\"><a href=\"\(url)\">Join the meeting now</a></div>"
  }
}
