import Core

/// `calendarView/delta`: a window first whole, then what changed in it, round by round.
enum GraphDelta {
  private static let usualPage = 10

  static func answer(
    _ call: GraphCall, _ calendar: GraphCalendar?, in world: inout World
  ) throws(Refusal) -> Answer {
    try call.require(GraphCall.reading)
    for name in ["$select", "$filter", "$orderby", "$search", "$expand"] {
      guard call.request.value(name) == nil else {
        throw .graph(
          400, "ErrorInvalidUrlQuery",
          "The following parameters are not supported with change"
            + " tracking over the 'CalendarView' resource: '\(name)'.")
      }
    }
    let mailbox = call.mailbox(in: world)
    let round = try round(call, calendar, mailbox, world)
    let ids = round.rest ?? []
    let size = call.preferences.pageSize ?? usualPage
    let zone = world.zone(mailbox.timeZone) ?? .utc
    let id = calendar?.id ?? mailbox.defaultCalendar?.id
    var seen = round.seen
    var items = ids.prefix(size).compactMap { mailbox.event(number: $0) }.compactMap {
      event -> JSON? in
      let isHere =
        mailbox.isThere(event) && event.calendar == id
        && event.overlaps(round.from, round.to, in: zone)
      if isHere {
        seen.insert(event.number)
        return event.json(for: mailbox, call.preferences)
      }
      return seen.remove(event.number).map { _ in removed(event, call) }
    }
    if !round.isFirst, case .phantomDeletion(let id) = call.fault?.effect,
      let event = mailbox.event(id)
    {
      items.append(removed(event, call))
    }
    let rest = Array(ids.dropFirst(size))
    if world.outlook.cursors.count >= World.mostCursors { world.outlook.cursors = [:] }
    let token = "sandbox" + world.token(24)
    world.outlook.cursors[token] = GraphCursor(
      account: call.account, calendar: calendar?.id, from: round.from, to: round.to,
      rest: rest.isEmpty ? nil : rest, since: round.since, isFirst: round.isFirst, seen: seen)
    let link = GraphQuery(call.request).link([
      (name: rest.isEmpty ? "$deltatoken" : "$skiptoken", value: token)
    ])
    return call.ok(
      [
        "@odata.context": .string("\(call.request.origin)/v1.0/$metadata#Collection(event)"),
        "value": .array(items),
        rest.isEmpty ? "@odata.deltaLink" : "@odata.nextLink": .string(link),
      ])
  }

  /// The round that the request begins or goes on with.
  private static func round(
    _ call: GraphCall, _ calendar: GraphCalendar?, _ mailbox: Mailbox, _ world: World
  ) throws(Refusal) -> GraphCursor {
    let text = call.request.value("$deltatoken") ?? call.request.value("$skiptoken")
    guard let text else {
      let (from, to) = try GraphEventReads.window(call)
      let zone = world.zone(mailbox.timeZone) ?? .utc
      let events = GraphEventReads.events(of: call, calendar, in: world)
        .filter { $0.overlaps(from, to, in: zone) }
      return GraphCursor(
        account: call.account, calendar: calendar?.id, from: from, to: to,
        rest: events.map(\.number), since: mailbox.changes, isFirst: true, seen: [])
    }
    guard let cursor = world.outlook.cursors[text], cursor.account == call.account,
      cursor.calendar == calendar?.id
    else { throw .graphSyncStateNotFound }
    if cursor.rest != nil { return cursor }
    let changed = mailbox.events.filter { $0.change > cursor.since }.sorted {
      $0.change < $1.change
    }
    return GraphCursor(
      account: cursor.account, calendar: cursor.calendar, from: cursor.from, to: cursor.to,
      rest: changed.map(\.number), since: mailbox.changes, isFirst: false, seen: cursor.seen)
  }

  private static func removed(_ event: GraphEvent, _ call: GraphCall) -> JSON {
    // A deleted item has a new mutable id; what clients know is the old one or the immutable one.
    let id = call.preferences.isImmutable ? event.immutableID : event.lastKnownID
    return [
      "@odata.type": "#microsoft.graph.event", "id": .string(id),
      "@removed": ["reason": "deleted"],
    ]
  }
}
