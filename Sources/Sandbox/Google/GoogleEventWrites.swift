import Core

/// `events.insert`, `patch`, `update` and `delete`.
enum GoogleEventWrites {
  static func insert(
    _ call: GoogleCall, _ calendarID: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let whom = try recipients(call)
    let calendar = try writable(calendarID, call, in: world)
    let body = try call.document()
    let draft = try GoogleEventDraft(reading: body, in: calendar, world: world)
    try check(guestsOf: draft, call)
    let id = try newID(body, in: calendar, &world)
    var event = GoogleEvent(
      number: world.nextNumber(), id: id,
      iCalUID: body["iCalUID"]?.string ?? "\(id)@google.com", fields: draft.fields,
      start: draft.start, end: draft.end, status: draft.status, created: world.now,
      creator: call.account, organizer: calendar.identity, updated: world.now)
    if try conferenceVersion(call) == 1, body["conferenceData"] != nil {
      event.conference = try world.conference(
        asked: body["conferenceData"], of: nil, in: calendar)
    }
    let stored = world.store(event, in: calendar.id)
    mail(whom, from: nil, to: stored, calendar, &world)
    return .ok(world.json(of: stored, in: calendar))
  }

  /// PATCH merges, PUT replaces.
  static func change(
    _ call: GoogleCall, _ calendarID: String, _ id: String, replaces: Bool, in world: inout World
  ) throws(Refusal) -> Answer {
    let whom = try recipients(call)
    let calendar = try writable(calendarID, call, in: world)
    let event = try existing(id, in: calendar)
    try check(matchOf: call, event)
    let body = try call.document()
    if event.organizer != calendar.identity {
      return try respond(call, body, event, calendar, &world)
    }
    let zone = world.zone(calendar.timeZone) ?? .utc
    let merged = replaces ? body : event.document(in: zone).merged(with: body)
    let draft = try GoogleEventDraft(reading: merged, in: calendar, world: world)
    try check(guestsOf: draft, call)
    var changed = event
    changed.fields = draft.fields
    changed.status = draft.status
    if draft.start != event.start || draft.end != event.end { changed.sequence += 1 }
    changed.start = draft.start
    changed.end = draft.end
    if try conferenceVersion(call) == 1, replaces || body["conferenceData"] != nil {
      changed.conference = try world.conference(
        asked: body["conferenceData"], of: event, in: calendar)
    }
    let stored = world.store(changed, in: calendar.id)
    mail(whom, from: event, to: stored, calendar, &world)
    return .ok(world.json(of: stored, in: calendar))
  }

  static func delete(
    _ call: GoogleCall, _ calendarID: String, _ id: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let whom = try recipients(call)
    let calendar = try writable(calendarID, call, in: world)
    let event = try existing(id, in: calendar)
    guard !event.isCancelled else {
      throw .google(410, "deleted", "Resource has been deleted")
    }
    try check(matchOf: call, event)
    var cancelled = event
    cancelled.status = "cancelled"
    let stored = world.store(cancelled, in: calendar.id)
    if event.organizer == calendar.identity {
      mail(whom, from: event, to: stored, calendar, &world)
    }
    return .empty(204)
  }

  /// Of an event that somebody else organizes, one's own answer is all that can be changed.
  private static func respond(
    _ call: GoogleCall, _ body: JSON, _ event: GoogleEvent, _ calendar: GoogleCalendar,
    _ world: inout World
  ) throws(Refusal) -> Answer {
    let own = body["attendees"]?.array?.first {
      $0["email"]?.string?.lowercased() == calendar.identity
    }
    let others = (body.object?.keys ?? []).filter {
      !["attendees", "attendeesOmitted"].contains($0)
    }
    guard let response = own?["responseStatus"], others.isEmpty else {
      throw .google(
        403, "forbiddenForNonOrganizer",
        "Shared properties can only be changed by the organizer of the event.", domain: "calendar")
    }
    var changed = event
    changed.setResponse(response, of: calendar.identity)
    let stored = world.store(changed, in: calendar.id)
    return .ok(world.json(of: stored, in: calendar))
  }

  // MARK: What all of them check

  private static func writable(
    _ id: String, _ call: GoogleCall, in world: World
  ) throws(Refusal) -> GoogleCalendar {
    try call.require(GoogleScopes.write)
    let calendar = try world.google.calendar(id, for: call.account, as: .writer)
    if call.isLimitedToOwned(GoogleScopes.writeEverywhere), calendar.access[call.account] != .owner
    {
      throw .googleScope
    }
    return calendar
  }

  private static func existing(
    _ id: String, in calendar: GoogleCalendar
  ) throws(Refusal) -> GoogleEvent {
    guard let event = calendar.event(id) else { throw .googleNotFound }
    return event
  }

  private static func check(matchOf call: GoogleCall, _ event: GoogleEvent) throws(Refusal) {
    guard let wanted = call.request.headers["if-match"], wanted != "*" else { return }
    let tags = wanted.split(separator: ",").map { $0.drop { $0 == " " } }
    guard tags.contains(where: { $0 == event.etag }) else { throw .googleConditionNotMet }
  }

  private static func check(guestsOf draft: GoogleEventDraft, _ call: GoogleCall) throws(Refusal) {
    guard call.grant.isBareServiceAccount, draft.fields["attendees"]?.array?.isEmpty == false else {
      return
    }
    throw .google(
      403, "forbiddenForServiceAccounts",
      "Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.",
      domain: "calendar")
  }

  private static func newID(
    _ body: JSON, in calendar: GoogleCalendar, _ world: inout World
  ) throws(Refusal) -> String {
    guard let given = body["id"] else { return base32hex(world.randomness.bytes(16)) }
    let letters = Set("0123456789abcdefghijklmnopqrstuv")
    guard let id = given.string, (5...1024).contains(id.count), id.allSatisfy(letters.contains)
    else { throw .googleInvalid("Invalid resource id value.") }
    guard calendar.event(id) == nil else {
      throw .google(409, "duplicate", "The requested identifier already exists.")
    }
    return id
  }

  private static func conferenceVersion(_ call: GoogleCall) throws(Refusal) -> Int {
    try call.number("conferenceDataVersion", in: 0...1) ?? 0
  }

  private enum Recipients: String { case all, externalOnly, none }

  /// Whom a write is mailed to; nobody where it does not say.
  private static func recipients(_ call: GoogleCall) throws(Refusal) -> Recipients {
    guard let text = call.request.value("sendUpdates") else {
      return call.request.isTrue("sendNotifications") ? .all : .none
    }
    guard let recipients = Recipients(rawValue: text) else {
      throw .google(
        400, "invalidParameter", "Invalid value for: \(text) is not a valid value",
        location: ("parameter", "sendUpdates"))
    }
    return recipients
  }

  /// - Parameter old: Nil for a new event.
  private static func mail(
    _ recipients: Recipients, from old: GoogleEvent?, to new: GoogleEvent,
    _ calendar: GoogleCalendar, _ world: inout World
  ) {
    if recipients == .none { return }
    world.mailGuests(from: old, to: new, calendar) { [accounts = world.google.accounts] guest in
      recipients == .all || accounts[guest] == nil
    }
  }
}
