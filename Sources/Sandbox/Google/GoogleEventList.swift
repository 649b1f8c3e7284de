import Core

/// `events.list`: by query, page by page, and by sync token.
enum GoogleEventList {
  private static let largestPage = 2500
  private static let usualPage = 250
  /// What a sync token cannot be combined with.
  private static let notWithSync = [
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
    "timeMax", "updatedMin",
  ]
  /// Lists that are no picture of the calendar get no sync token.
  private static let withoutSync = [
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin",
  ]

  static func list(
    _ call: GoogleCall, _ calendarID: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let calendar = try GoogleEventReads.readable(calendarID, call, in: world)
    let zone = try GoogleEventReads.zone(call, in: world)
    let size = min(
      try call.number("maxResults", in: 1...Int(Int32.max)) ?? usualPage, largestPage)
    let filter = try GoogleEventFilter(call, in: world)
    var query = Dictionary(grouping: call.request.query, by: \.name).mapValues { $0.map(\.value) }
    let pageToken = query.removeValue(forKey: "pageToken")?.first
    let syncToken = query.removeValue(forKey: "syncToken")?.first
    for name in ["maxResults", "fields", "prettyPrint", "alt", "key", "quotaUser"] {
      query[name] = nil
    }

    let ids: [String]
    let since: Int
    let isSync: Bool
    var base = query
    if let pageToken {
      guard let cursor = world.google.cursors[pageToken], cursor.calendar == calendar.id,
        case .page(let rest, let begun, let wasSync) = cursor.place
      else {
        throw .google(
          400, "invalid", "Invalid page token value.", location: ("parameter", "pageToken"))
      }
      (ids, since, isSync) = (rest, begun, wasSync)
      base = cursor.query
    } else if let syncToken {
      if let name = notWithSync.first(where: { query[$0] != nil }) {
        throw .google(
          400, "invalid", "Sync token cannot be used with \(name).",
          location: ("parameter", "syncToken"))
      }
      guard let cursor = world.google.cursors[syncToken], cursor.calendar == calendar.id,
        case .sync(let last) = cursor.place
      else { throw .googleFullSyncRequired }
      base = cursor.query
      ids = changed(
        since: last, in: calendar, matching: try GoogleEventFilter(base, in: world), world)
      (since, isSync) = (calendar.changes, true)
    } else {
      ids = filter.sorted(calendar.events.filter { filter.matches($0, in: calendar, world) })
        .map(\.id)
      (since, isSync) = (calendar.changes, false)
    }

    var items = ids.prefix(size).compactMap { calendar.event($0) }.map { event in
      isSync && event.isCancelled
        ? event.tombstone : world.json(of: event, in: calendar, zone: zone)
    }
    if isSync, case .phantomDeletion(let id) = call.fault?.effect, let event = calendar.event(id) {
      items.append(event.tombstone)
    }
    var page = JSONObject([
      ("kind", "calendar#events"), ("etag", .string(calendar.etag)),
      ("summary", .string(calendar.summary)), ("description", ""),
      ("updated", .string(calendar.updated.googleText)),
      ("timeZone", .string(zone?.name ?? calendar.timeZone)),
      ("accessRole", .string(calendar.access[call.account]?.rawValue ?? "reader")),
      ("defaultReminders", .array([])),
    ])
    let rest = Array(ids.dropFirst(size))
    if !rest.isEmpty {
      page["nextPageToken"] = .string(
        world.remember(
          GoogleCursor(
            calendar: calendar.id, place: .page(rest: rest, since: since, isSync: isSync),
            query: base)))
    } else if !withoutSync.contains(where: { base[$0] != nil }) {
      page["nextSyncToken"] = .string(
        world.remember(
          GoogleCursor(calendar: calendar.id, place: .sync(since: since), query: base)))
    }
    page["items"] = .array(items)
    return .ok(.object(page))
  }

  /// Deletions are told whatever else was asked.
  private static func changed(
    since last: Int, in calendar: GoogleCalendar, matching filter: GoogleEventFilter,
    _ world: World
  ) -> [String] {
    calendar.events.filter {
      $0.change > last && ($0.isCancelled || filter.matches($0, in: calendar, world))
    }
    .sorted { $0.change < $1.change }.map(\.id)
  }
}

extension World {
  fileprivate mutating func remember(_ cursor: GoogleCursor) -> String {
    let token = "C" + self.token(15) + "="
    google.cursors[token] = cursor
    return token
  }
}
