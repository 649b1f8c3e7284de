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
      do throws(ProviderError) {
        if let changes = try synchronized(calendar, since: token) { return changes }
      } catch {
        guard error.isRefusal else { throw error }
        // A server that gives tokens and does not take them.
        return try whole(calendar, during: window, byComparison: true)
      }
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
    _ calendar: Calendar, during window: Interval, byComparison: Bool = false
  ) throws(ProviderError) -> CalendarChanges {
    let location = try location(of: calendar)
    let position = try self.position(of: location, byComparison: byComparison)
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

  private func position(
    of location: DAVLocation, byComparison: Bool
  ) throws(ProviderError) -> CalDAVPosition {
    let found = try whereabouts(of: location)
    if !byComparison, let token = found?.first(.dav("sync-token"))?.trimmed, !token.isEmpty {
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
}

extension ChangedEvent {
  init(remoteID: String, _ reading: EventReading) {
    self.init(remoteID: remoteID, interval: reading.isCancelled ? nil : reading.interval)
  }
}
