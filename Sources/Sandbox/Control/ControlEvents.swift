import Core

/// Events as the host's own hand makes, moves and deletes them, and as guests answer them: nobody is
/// mailed, and those who watch are told.
enum ControlEvents {
  private struct Order {
    let place: Place
    let id: String?
    let event: JSON
    /// Another calendar of the account, which the event is to move to.
    let destination: Place?
  }

  private static func order(_ json: JSON, in world: World) throws -> Order {
    try FieldReader.read(json) { fields -> Order? in
      let id = fields.optionalString("id", length: 1...1024)
      let event = fields.value("event") ?? [:]
      if event.object == nil { fields.report("event", "must be an object") }
      let destination = fields.optionalString("moveTo", length: 1...1024)
      guard let place = Place(reading: fields, in: world) else { return nil }
      let moved = destination.map { try? Place(place.provider, place.account, $0, in: world) }
      if case .some(nil) = moved { fields.report("moveTo", "is no calendar of that account") }
      return Order(place: place, id: id, event: event, destination: moved ?? nil)
    }
  }

  static func list(_ request: WireRequest, in world: World) throws -> Answer {
    guard let provider = ProviderName(rawValue: request.value("provider") ?? "") else {
      throw ControlRefusal(400, "?provider", "must be one of google, outlook")
    }
    let account = (request.value("account") ?? "").lowercased()
    let place = try Place(provider, account, request.value("calendar"), in: world)
    switch provider {
    case .google:
      guard let calendar = world.google.calendars[place.calendar] else {
        throw ControlRefusal.noCalendar
      }
      return .ok(["events": .array(calendar.events.map { world.json(of: $0, in: calendar) })])
    case .outlook:
      guard let mailbox = world.outlook.mailboxes[account] else {
        throw ControlRefusal.noAccount(account)
      }
      var style = try GraphPreferences(nil, in: world)
      style.isImmutable = true
      let events = mailbox.events.filter { $0.calendar == place.calendar }
      return .ok(
        [
          "events": .array(
            events.map { event in
              event.expanded(
                event.json(for: mailbox, style), properties: event.properties.map(\.id)
              )
              .adding("isDeleted", .bool(event.isDeleted))
            })
        ])
    }
  }

  static func create(_ json: JSON, in world: inout World) throws -> Answer {
    let order = try order(json, in: world)
    switch order.place.provider {
    case .google:
      guard let calendar = world.google.calendars[order.place.calendar] else {
        throw ControlRefusal.noCalendar
      }
      let draft = try GoogleEventDraft(reading: order.event, in: calendar, world: world)
      let id = order.event["id"]?.string ?? base32hex(world.randomness.bytes(16))
      let organizer = order.event["organizer"]?["email"]?.string?.lowercased()
      let event = GoogleEvent(
        number: world.nextNumber(), id: id, iCalUID: "\(id)@google.com", fields: draft.fields,
        start: draft.start, end: draft.end, status: draft.status, created: world.now,
        creator: organizer ?? order.place.account, organizer: organizer ?? calendar.identity,
        updated: world.now)
      let stored = world.store(event, in: calendar.id)
      return .json(201, world.json(of: stored, in: calendar))
    case .outlook:
      guard let mailbox = world.outlook.mailboxes[order.place.account],
        let calendar = mailbox.calendar(order.place.calendar)
      else { throw ControlRefusal.noCalendar }
      try GraphEventDraft.check(names: order.event)
      let event = try world.newGraphEvent(order.event, in: calendar, of: mailbox)
      return .json(
        201, try shown(world.store(event, in: mailbox.email, "created"), of: mailbox, world))
    }
  }

  static func change(_ json: JSON, in world: inout World) throws -> Answer {
    let order = try order(json, in: world)
    switch order.place.provider {
    case .google:
      guard let calendar = world.google.calendars[order.place.calendar] else {
        throw ControlRefusal.noCalendar
      }
      guard var event = calendar.event(order.id ?? "") else { throw ControlRefusal.noEvent }
      let zone = world.zone(calendar.timeZone) ?? .utc
      let merged = event.document(in: zone).merged(with: order.event)
      let draft = try GoogleEventDraft(reading: merged, in: calendar, world: world)
      if draft.start != event.start || draft.end != event.end { event.sequence += 1 }
      event.fields = draft.fields
      event.start = draft.start
      event.end = draft.end
      event.status = draft.status
      if let destination = order.destination {
        return .ok(try world.move(event, from: calendar.id, to: destination.calendar))
      }
      return .ok(world.json(of: world.store(event, in: calendar.id), in: calendar))
    case .outlook:
      let (mailbox, event) = try graphEvent(order, in: world)
      var changed = try world.merged(event, with: order.event)
      if let destination = order.destination {
        changed.calendar = destination.calendar
        changed.mutableID = world.newID("AAMkAD")
      }
      return .ok(try shown(world.store(changed, in: mailbox.email, "updated"), of: mailbox, world))
    }
  }

  static func delete(_ json: JSON, in world: inout World) throws -> Answer {
    let order = try order(json, in: world)
    switch order.place.provider {
    case .google:
      guard var event = world.google.calendars[order.place.calendar]?.event(order.id ?? "") else {
        throw ControlRefusal.noEvent
      }
      event.status = "cancelled"
      _ = world.store(event, in: order.place.calendar)
    case .outlook:
      var (mailbox, event) = try graphEvent(order, in: world)
      event.isDeleted = true
      event.mutableID = world.newID("AAMkAD")
      _ = world.store(event, in: mailbox.email, "deleted")
    }
    return .empty(204)
  }

  static func respond(_ json: JSON, in world: inout World) throws -> Answer {
    typealias Reply = (place: Place, id: String, guest: String, response: String)
    let reply = try FieldReader.read(json) { fields -> Reply? in
      let id = fields.string("id", length: 1...1024)
      let guest = fields.string("guest", length: 3...320)?.lowercased()
      let response = fields.choice(
        "response", among: ["accepted", "declined", "tentative", "needsAction"])
      guard let place = Place(reading: fields, in: world), let id, let guest, let response else {
        return nil
      }
      return (place, id, guest, response)
    }
    switch reply.place.provider {
    case .google:
      guard var event = world.google.calendars[reply.place.calendar]?.event(reply.id) else {
        throw ControlRefusal.noEvent
      }
      event.setResponse(.string(reply.response), of: reply.guest)
      _ = world.store(event, in: reply.place.calendar)
    case .outlook:
      var (mailbox, event) = try graphEvent(
        Order(place: reply.place, id: reply.id, event: [:], destination: nil), in: world)
      let words = ["tentative": "tentativelyAccepted", "needsAction": "notResponded"]
      event.setResponse(words[reply.response] ?? reply.response, of: reply.guest, at: world.now)
      _ = world.store(event, in: mailbox.email, "updated")
    }
    return .empty(204)
  }

  private static func graphEvent(
    _ order: Order, in world: World
  ) throws(ControlRefusal) -> (Mailbox, GraphEvent) {
    guard let mailbox = world.outlook.mailboxes[order.place.account],
      let event = mailbox.event(order.id ?? "")
    else { throw .noEvent }
    return (mailbox, event)
  }

  private static func shown(
    _ event: GraphEvent, of mailbox: Mailbox, _ world: World
  ) throws -> JSON {
    var style = try GraphPreferences(nil, in: world)
    style.isImmutable = true
    return event.json(for: mailbox, style)
  }
}
