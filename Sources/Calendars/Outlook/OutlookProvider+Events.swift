import Bookings
import Core
import HTTPClient

/// Graph gives no condition to name with a write, so each looks first, writes what is absolute, and looks at
/// what came of it. Our own property finds the event; its id never changes but is Exchange's choice.
extension OutlookProvider {
  package func create(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    let request = RESTRequest(
      "POST", "\(path(of: calendar))/events", body: draft.outlookEvent(zones: zones))
    let answer = try api.send(request)
    // The repeat of a transaction is answered in three ways: as if it were new, with 409 and with 400.
    if OutlookOutcome.isDuplicate(answer) {
      guard let event = try find(draft.key, in: calendar), !event.isCancelled else { throw .gone }
      return event.reference(wasThere: true)
    }
    guard answer.status == 200 || answer.status == 201 else { throw api.error(answer, request) }
    let event = try event(of: answer, request, calendar)
    guard !event.isCancelled else { throw .gone }
    if event.interval == draft.interval { return event.reference(wasThere: false) }
    // The answer to a repeat is the event as it stands, wherever its owner has moved it meanwhile.
    guard event.isUntouched, event.interval.looksMisread(draft.interval) else {
      return event.reference(wasThere: true)
    }
    return try corrected(event, draft, calendar)
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    guard let event = try find(key, in: calendar) else { return nil }
    return StoredEvent(
      reference: event.reference(wasThere: true), uid: event.uid, interval: event.interval,
      sequence: event.revision, isCancelled: event.isCancelled, guests: event.guests)
  }

  package func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try find(key, in: calendar).map { !$0.isCancelled } ?? false
  }

  package func move(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    for _ in 1...OutlookProvider.rounds {
      guard let event = try find(draft.key, in: calendar), !event.isCancelled else { throw .gone }
      // Whoever brought it there, its guests know: to write the time again would tell them again.
      if event.interval == draft.interval { return event.reference(wasThere: true) }
      guard event.revision <= draft.sequence else { throw .newer }
      guard !event.isRecurring else { throw .series }
      let request = RESTRequest(
        "PATCH", place(of: event), body: draft.outlookMove(zones: zones))
      let answer = try api.send(request)
      switch answer.status {
      case 200:
        let moved = try self.event(of: answer, request, calendar)
        if moved.interval == draft.interval { return moved.reference(wasThere: false) }
        return try corrected(moved, draft, calendar)
      case 404: throw .gone
      case 409, 412: continue
      default: throw api.error(answer, request)
      }
    }
    throw .keepsChanging
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    guard let event = try find(draft.key, in: calendar), !event.isCancelled else { return }
    // Only a meeting can be cancelled; either way Exchange tells whoever was invited.
    let request =
      event.guests.isEmpty || !event.isOrganizer
      ? RESTRequest("DELETE", place(of: event))
      : RESTRequest("POST", "\(place(of: event))/cancel", body: ["comment": ""])
    let answer = try api.send(request)
    switch answer.status {
    case 200, 202, 204, 404: return
    default: throw api.error(answer, request)
    }
  }

  private static let rounds = 3

  /// Exchange has read our time zone by other rules than ours: tzdata knows of a new law before Windows does.
  /// The same in UTC leaves it nothing to interpret.
  private func corrected(
    _ event: OutlookEvent, _ draft: EventDraft, _ calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    let request = RESTRequest("PATCH", place(of: event), body: draft.outlookMoveInUTC())
    let answer = try api.send(request)
    guard answer.status == 200 else { throw api.error(answer, request) }
    let corrected = try self.event(of: answer, request, calendar)
    guard corrected.interval == draft.interval else {
      throw ProviderError(.unknownOutcome, "Outlook keeps the event at another time")
    }
    return corrected.reference(wasThere: false)
  }

  private func find(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> OutlookEvent? {
    let request = RESTRequest(
      "GET", "\(path(of: calendar))/events", query: OutlookEvent.search(key))
    let answer = try api.send(request)
    switch answer.status {
    case 200: break
    // The calendar is gone, and the event with it.
    case 404: return nil
    default: throw api.error(answer, request)
    }
    guard let found = answer.json["value"]?.array else { throw .saysNothing }
    // The filter does not tell upper case from lower, and a proxy might leave it out altogether.
    let ours = found.filter { OutlookEvent.property(OutlookEvent.keyProperty, of: $0) == key.text }
    let events = try ours.map { json throws(ProviderError) in try event(json, calendar) }
    return events.first { !$0.isCancelled } ?? events.first
  }

  private func event(
    of answer: RESTAnswer, _ request: RESTRequest, _ calendar: Calendar
  ) throws(ProviderError) -> OutlookEvent {
    let json = try api.object(of: answer, request)
    do throws(ProviderError) {
      return try event(json, calendar)
    } catch {
      throw ProviderError(.unknownOutcome, error.message)
    }
  }

  private func event(_ json: JSON, _ calendar: Calendar) throws(ProviderError) -> OutlookEvent {
    let zone = (try? zones.zone(calendar.timeZone)) ?? .utc
    guard let event = OutlookEvent(json, zone: zone, zones: zones) else {
      throw ProviderError(.permanent, "Outlook's event cannot be read")
    }
    return event
  }

  private func place(of event: OutlookEvent) -> String {
    "\(root)/events/\(percentEncoded(event.id))"
  }
}

extension Interval {
  /// Whether it is `other` by the clocks of a zone with another law: a change of daylight saving time is an
  /// hour, twice that for a zone that changed its offset as well.
  fileprivate func looksMisread(_ other: Interval) -> Bool {
    let shift = start - other.start
    return end - other.end == shift && (shift < .zero ? .zero - shift : shift) <= .hours(2)
  }
}
