import Bookings
import Core
import HTTPClient
import ICalendar

/// Writing is compare-and-set throughout: If-None-Match for what must not be there, If-Match for what must
/// be as we saw it. So a repeat after a lost answer is refused with 412, and a look tells why.
extension CalDAVProvider {
  package func create(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    let place = try place(of: draft.key, in: calendar)
    let text = draft.calendarObject(
      zone: try? zones.zone(draft.timeZone), scheduling: try scheduling(of: calendar))
    let (response, location) = try put(text, to: place, condition: ("If-None-Match", "*"))
    switch response.status {
    case 200, 201, 204:
      // Without an ETag the server has changed what we sent (RFC 4791 section 5.3.4).
      return EventReference(
        remoteID: location.text, etag: response.header("ETag"), wasThere: false)
    case 412:
      guard let reference = try adopt(draft.key, in: calendar) else {
        throw ProviderError(.transient, "the event vanished while it was made")
      }
      return reference
    case 403 where isUIDConflict(response), 409 where isUIDConflict(response):
      guard let reference = try adopt(draft.key, in: calendar) else { throw .occupied }
      return reference
    default:
      throw client.error(response, "PUT")
    }
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    guard let object = try find(key, in: calendar), key.names(object.uid) else { return nil }
    let reading = try object.reading(zone(of: calendar), zones)
    return StoredEvent(
      reference: object.reference(wasThere: true), uid: object.uid, interval: reading.interval,
      sequence: reading.sequence, isCancelled: reading.isCancelled,
      guests: reading.guests.map { StoredGuest($0) })
  }

  /// One GET. To search for a UID many a server reads its whole calendar; when a crash had left a dozen jobs
  /// to be repeated, their searches together kept a small server busy for seconds, and nothing was finished
  /// meanwhile.
  package func isInPlace(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> Bool {
    guard let object = try objectInPlace(of: key, in: calendar), key.names(object.uid) else {
      return false
    }
    return try !object.reading(zone(of: calendar), zones).isCancelled
  }

  package func move(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    for _ in 1...CalDAVProvider.rounds {
      guard let object = try find(draft.key, in: calendar) else { throw .gone }
      guard draft.key.names(object.uid) else { throw .occupied }
      let reading = try object.reading(zone(of: calendar), zones)
      guard !reading.isCancelled else { throw .gone }
      switch MoveDecision(draft, interval: reading.interval, sequence: reading.sequence) {
      case .done: return object.reference(wasThere: true)
      case .newer: throw .newer
      case .write: break
      }
      let (response, location) = try put(
        try moved(object, to: draft), to: object.location,
        condition: ("If-Match", object.etag ?? "*"))
      switch response.status {
      case 200, 201, 204:
        return EventReference(
          remoteID: location.text, etag: response.header("ETag"), wasThere: false)
      case 412: continue
      default: throw client.error(response, "PUT")
      }
    }
    throw .keepsChanging
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    for _ in 1...CalDAVProvider.rounds {
      guard let object = try find(draft.key, in: calendar), draft.key.names(object.uid) else {
        return
      }
      let (response, _) = try client.send(
        "DELETE", to: object.location, headers: [("If-Match", object.etag ?? "*")])
      switch response.status {
      case 200, 202, 204, 404, 410: return
      // Radicale answers a DELETE with a multistatus, as RFC 4918 section 9.6.1 allows.
      case 207 where DAVMultistatus(response.body) != nil: return
      case 412: continue
      default: throw client.error(response, "DELETE")
      }
    }
    throw .keepsChanging
  }

  package func removeCopy(_ copy: MarkedEvent, in calendar: Calendar) throws(ProviderError) {
    guard let place = DAVLocation(copy.remoteID) else { return }
    let (found, location) = try client.send("GET", to: place)
    if [404, 410].contains(found.status) { return }
    guard found.status == 200 else { throw client.error(found, "GET") }
    let object = try CalDAVObject(
      location: location, etag: found.header("ETag"),
      text: String(decoding: found.body, as: UTF8.self))
    guard EventKey.text(inUID: object.uid) == copy.key else { return }
    let (response, _) = try client.send(
      "DELETE", to: object.location, headers: [("If-Match", object.etag ?? "*")])
    switch response.status {
    case 200, 202, 204, 404, 410: return
    case 207 where DAVMultistatus(response.body) != nil: return
    case 412: throw .keepsChanging
    default: throw client.error(response, "DELETE")
    }
  }

  /// A guest's answer rewrites the event too; three people at the same second is one more than plausible.
  private static let rounds = 3

  private func moved(_ object: CalDAVObject, to draft: EventDraft) throws(ProviderError) -> String {
    let move = EventMove(
      interval: draft.interval, zone: try? zones.zone(draft.timeZone), sequence: draft.sequence,
      stamp: draft.stamp, ownAddresses: knownAddresses.union([draft.organizer.email]))
    do throws(ICalendarError) {
      return try move.applied(to: object.text, uid: object.uid)
    } catch {
      guard case .eventIsRecurring = error else { throw .unreadableEvent }
      throw .series
    }
  }

  /// Our event as it lies there; nil where nothing does.
  private func adopt(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> EventReference? {
    guard let object = try find(key, in: calendar) else { return nil }
    guard key.names(object.uid) else { throw .occupied }
    guard !(try object.reading(zone(of: calendar), zones).isCancelled) else { throw .gone }
    return object.reference(wasThere: true)
  }

  /// What lies at the key's place, or else our event wherever the server or another program has put it.
  private func find(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> CalDAVObject? {
    if let object = try objectInPlace(of: key, in: calendar) { return object }
    return try find(uidOf: key, in: calendar)
  }

  private func objectInPlace(
    of key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> CalDAVObject? {
    let (response, location) = try client.send("GET", to: try place(of: key, in: calendar))
    switch response.status {
    case 200:
      return try CalDAVObject(
        location: location, etag: response.header("ETag"),
        text: String(decoding: response.body, as: UTF8.self))
    case 404, 410: return nil
    default: throw client.error(response, "GET")
    }
  }

  private func find(
    uidOf key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> CalDAVObject? {
    let answer: DAVMultistatus
    let found: DAVLocation
    do throws(ProviderError) {
      (answer, found) = try client.multistatus(
        "REPORT", to: try location(of: calendar), depth: 1,
        body: CalDAVQueries.events(uidContains: "\(key.text)@"))
    } catch {
      // A server that cannot search, or whose calendar is gone, has nothing of ours elsewhere.
      guard error.isRefusal else { throw error }
      return nil
    }
    for resource in answer.resources {
      guard let data = resource.properties.first(.caldav("calendar-data")),
        let location = found.resolving(resource.href)
      else { continue }
      let etag = resource.properties.first(.dav("getetag"))?.trimmed
      let object = try CalDAVObject(location: location, etag: etag, text: data.text)
      // A server that ignores the filter answers with everything.
      if key.names(object.uid) { return object }
    }
    return nil
  }

  private func put(
    _ text: String, to location: DAVLocation, condition: (name: String, value: String)
  ) throws(ProviderError) -> (response: HTTPResponse, location: DAVLocation) {
    try client.send(
      "PUT", to: location,
      headers: [("Content-Type", "text/calendar; charset=utf-8; component=VEVENT"), condition],
      body: text)
  }

  private func place(of key: EventKey, in calendar: Calendar) throws(ProviderError) -> DAVLocation {
    try location(of: calendar).member("\(key.text).ics")
  }

  /// Our own events name their zone; this one is for times that others have left without.
  private func zone(of calendar: Calendar) -> Zone {
    (try? zones.zone(calendar.timeZone)) ?? .utc
  }

  /// RFC 4791 section 5.3.2.1, RFC 6638 section 3.2.4.1.
  private func isUIDConflict(_ response: HTTPResponse) -> Bool {
    !CalDAVOutcome.preconditions(of: response)
      .isDisjoint(with: ["no-uid-conflict", "unique-scheduling-object-resource"])
  }
}
