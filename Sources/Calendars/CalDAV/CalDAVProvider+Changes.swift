import Bookings
import Core
import ICalendar

/// By the server's own record of what has changed (RFC 6578) where it keeps one, else by comparing ETags. An
/// entry is an object: a series with all its exceptions is one.
extension CalDAVProvider {
  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    switch position.flatMap(CalDAVPosition.init) {
    case .token(let token):
      if let changes = try synchronized(calendar, since: token) { return changes }
    case .tags(let tags): return try compared(calendar, with: tags)
    case nil: break
    }
    return try whole(calendar, during: window)
  }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    let query = CalDAVQueries.events(
      during: CalDAVProvider.widened(window), uidContains: EventKey.prefix)
    var marked: [MarkedEvent] = []
    for resource in try resources(at: try location(of: calendar), query) {
      guard let reading = reading(resource.text, at: resource.place, calendar),
        let key = EventKey.text(inUID: reading.uid), !reading.isCancelled,
        reading.interval.overlaps(window) || reading.isRecurring
      else { continue }
      marked.append(
        MarkedEvent(remoteID: resource.place.text, key: key, interval: reading.interval))
    }
    return marked
  }

  // MARK: - Everything

  /// The position is asked for first: what changes meanwhile is told twice and not missed.
  private func whole(
    _ calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> CalendarChanges {
    let location = try location(of: calendar)
    let position = try self.position(of: location)
    var events = ChangedEvents()
    let query = CalDAVQueries.events(during: CalDAVProvider.widened(window))
    for resource in try resources(at: location, query) {
      guard let reading = reading(resource.text, at: resource.place, calendar),
        reading.interval.overlaps(window) || reading.isRecurring
      else { continue }
      events.add(ChangedEvent(remoteID: resource.place.text, reading))
    }
    return CalendarChanges(events: events.all, position: position.position, isWhole: true)
  }

  private func position(of location: DAVLocation) throws(ProviderError) -> CalDAVPosition {
    let found = try properties(CalDAVQueries.positions, of: location)
    if let token = found?.first(.dav("sync-token"))?.trimmed, !token.isEmpty {
      return .token(token)
    }
    return .tags(try tags(of: location, whole: found?.first(.ctag)?.trimmed))
  }

  // MARK: - By the server's record

  /// Nil where the server no longer knows the token.
  private func synchronized(
    _ calendar: Calendar, since token: String
  ) throws(ProviderError) -> CalendarChanges? {
    var token = token
    var changed: Set<DAVLocation> = []
    var removed: Set<DAVLocation> = []
    for _ in 1...CalDAVProvider.mostRounds {
      let (response, found) = try client.send(
        "REPORT", to: try location(of: calendar),
        headers: [("Depth", "0"), ("Content-Type", "application/xml; charset=utf-8")],
        body: CalDAVQueries.changes(since: token))
      if CalDAVOutcome.isExpired(response) { return nil }
      guard response.status == 207 else { throw client.error(response, "REPORT") }
      guard let answer = DAVMultistatus(response.body), let next = answer.syncToken else {
        throw ProviderError(.transient, "the answer to REPORT cannot be read")
      }
      for resource in answer.resources {
        guard let place = found.member(href: resource.href), resource.status != 507 else {
          continue
        }
        let isGone = resource.status == 404 || resource.status == 410
        if isGone { changed.remove(place) } else { changed.insert(place) }
        if isGone { removed.insert(place) } else { removed.remove(place) }
      }
      // RFC 6578 section 3.6: the server has more to tell than it wants to at once.
      guard answer.resources.contains(where: { $0.status == 507 }), next != token else {
        return try told(
          changed, removed, on: calendar, position: CalDAVPosition.token(next).position)
      }
      token = next
    }
    throw ProviderError(.transient, "the calendar's changes have no end")
  }

  private static let mostRounds = 100

  // MARK: - By comparison

  private func compared(
    _ calendar: Calendar, with known: CalDAVTags
  ) throws(ProviderError) -> CalendarChanges {
    let location = try location(of: calendar)
    let whole = try properties(CalDAVQueries.positions, of: location)?.first(.ctag)?.trimmed
    if let whole, whole == known.whole {
      return CalendarChanges(
        events: [], position: CalDAVPosition.tags(known).position, isWhole: false)
    }
    let tags = try tags(of: location, whole: whole)
    let changed = tags.objects.filter { known.objects[$0.key] != $0.value }.keys
    let removed = known.objects.keys.filter { tags.objects[$0] == nil }
    return try told(
      Set(changed.map(location.member)), Set(removed.map(location.member)), on: calendar,
      position: CalDAVPosition.tags(tags).position)
  }

  /// The tag of the whole is older than those of the objects: what changes meanwhile makes it differ again.
  private func tags(
    of location: DAVLocation, whole: String?
  ) throws(ProviderError) -> CalDAVTags {
    let (answer, found) = try client.multistatus(
      "PROPFIND", to: location, depth: 1, body: CalDAVQueries.etags)
    var objects: [String: String] = [:]
    for resource in answer.resources {
      guard let place = found.member(href: resource.href),
        let etag = resource.properties.first(.dav("getetag"))?.trimmed, !place.name.isEmpty
      else { continue }
      objects[place.name] = etag
    }
    return CalDAVTags(whole: whole, objects: objects)
  }

  // MARK: - What both share

  /// Reads what has changed; what is gone when it is asked for is gone.
  private func told(
    _ changed: Set<DAVLocation>, _ removed: Set<DAVLocation>, on calendar: Calendar,
    position: SyncPosition
  ) throws(ProviderError) -> CalendarChanges {
    var events = ChangedEvents()
    for place in removed.sorted(by: { $0.text < $1.text }) {
      events.add(ChangedEvent(remoteID: place.text, interval: nil))
    }
    let places = changed.sorted { $0.text < $1.text }
    for start in stride(from: 0, to: places.count, by: CalDAVProvider.objectsAtOnce) {
      let some = places[start..<min(places.count, start + CalDAVProvider.objectsAtOnce)]
      let (answer, found) = try client.multistatus(
        "REPORT", to: try location(of: calendar), depth: 1, body: CalDAVQueries.objects(at: some))
      for resource in answer.resources {
        guard let place = found.member(href: resource.href) else { continue }
        if resource.status == 404 || resource.status == 410 {
          events.add(ChangedEvent(remoteID: place.text, interval: nil))
        } else if let data = resource.properties.first(.caldav("calendar-data")),
          let reading = reading(data.text, at: place, calendar)
        {
          events.add(ChangedEvent(remoteID: place.text, reading))
        }
      }
    }
    return CalendarChanges(events: events.all, position: position, isWhole: false)
  }

  private static let objectsAtOnce = 50

  /// Nil for what is no event or cannot be understood, tasks and lone exceptions of a series among it: it is
  /// none of ours, and must not keep the others from being read.
  private func reading(
    _ text: String, at place: DAVLocation, _ calendar: Calendar
  ) -> EventReading? {
    let zone = (try? zones.zone(calendar.timeZone)) ?? .utc
    let object = try? CalDAVObject(location: place, etag: nil, text: text)
    return try? object?.reading(zone, zones)
  }

  private func properties(
    _ question: String, of location: DAVLocation
  ) throws(ProviderError) -> DAVElement? {
    try client.multistatus("PROPFIND", to: location, depth: 0, body: question)
      .answer.resources.first?.properties
  }
}

extension ChangedEvent {
  fileprivate init(remoteID: String, _ reading: EventReading) {
    self.init(remoteID: remoteID, interval: reading.isCancelled ? nil : reading.interval)
  }
}
