import Core

/// Events by id, by list and by time.
enum GraphEventReads {
  private static let largestPage = 1000
  /// What a view may span.
  private static let longestView: Duration = .days(1825)

  static func get(
    _ call: GraphCall, _ id: String, _ calendar: GraphCalendar?, in world: World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    let event = try existing(id, calendar, call, in: world)
    return call.ok(json(event, call, in: world))
  }

  static func list(
    _ call: GraphCall, _ calendar: GraphCalendar?, in world: World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    let matches = try GraphQuery(call.request).filter()
    let events = events(of: call, calendar, in: world).filter(matches)
    return try page(events, "events", call, in: world)
  }

  static func view(
    _ call: GraphCall, _ calendar: GraphCalendar?, in world: World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    let (from, to) = try window(call)
    let zone = world.zone(call.mailbox(in: world).timeZone) ?? .utc
    let matches = try GraphQuery(call.request).filter()
    let events = events(of: call, calendar, in: world)
      .filter { $0.overlaps(from, to, in: zone) && matches($0) }
      .sorted { ($0.start.instant, $0.number) < ($1.start.instant, $1.number) }
    return try page(events, "calendarView", call, in: world)
  }

  static func window(_ call: GraphCall) throws(Refusal) -> (Timestamp, Timestamp) {
    let query = GraphQuery(call.request)
    let from = try query.instant("startDateTime")
    let to = try query.instant("endDateTime")
    guard from <= to else {
      throw .graph(400, "ErrorInvalidParameter", "The start of the window lies after its end.")
    }
    guard to - from <= longestView else {
      throw .graph(
        400, "ErrorInvalidParameter",
        "The requested duration specified for the time window is too long.")
    }
    return (from, to)
  }

  static func existing(
    _ id: String, _ calendar: GraphCalendar?, _ call: GraphCall, in world: World
  ) throws(Refusal) -> GraphEvent {
    guard id.count >= 8 else { throw .graph(400, "ErrorInvalidIdMalformed", "Id is malformed.") }
    guard let event = call.mailbox(in: world).event(id),
      calendar.map({ $0.id == event.calendar }) ?? true
    else { throw .graphItemNotFound }
    return event
  }

  /// Those of one calendar; without a name, of the default one.
  static func events(
    of call: GraphCall, _ calendar: GraphCalendar?, in world: World
  ) -> [GraphEvent] {
    let mailbox = call.mailbox(in: world)
    let id = calendar?.id ?? mailbox.defaultCalendar?.id
    return mailbox.events.filter { mailbox.isThere($0) && $0.calendar == id }
  }

  static func json(_ event: GraphEvent, _ call: GraphCall, in world: World) -> JSON {
    let query = GraphQuery(call.request)
    let json = event.json(for: call.mailbox(in: world), call.preferences)
    return query.selected(event.expanded(json, properties: query.expandedProperties))
      .adding("@odata.context", call.context("events/$entity"))
  }

  private static func page(
    _ events: [GraphEvent], _ what: String, _ call: GraphCall, in world: World
  ) throws(Refusal) -> Answer {
    let query = GraphQuery(call.request)
    let mailbox = call.mailbox(in: world)
    let items = try query.ordered(events).map { event in
      event.expanded(
        event.json(for: mailbox, call.preferences), properties: query.expandedProperties)
    }
    return call.ok(
      try query.page(
        items, context: call.context(what), largest: largestPage,
        preferred: call.preferences.pageSize))
  }
}
