import Bookings
import Core

/// The calendar that is built in, for hosts who have none elsewhere: same contract, own database.
package struct LocalProvider: CalendarProvider {
  package let invitesGuests = false
  package let isLocal = true

  private let connection: ConnectionID
  let events: any LocalEvents

  package init(connection: ConnectionID, events: any LocalEvents) {
    self.connection = connection
    self.events = events
  }

  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    invitesGuests
  }

  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    try events.calendars(of: connection)
  }

  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    var results: [CalendarID: Result<[BusyInterval], ProviderError>] = [:]
    for calendar in calendars {
      do throws(ProviderError) {
        let busy = try events.busy(in: calendar.id, during: window)
        results[calendar.id] = .success(busy.without(own, in: calendar.id))
      } catch {
        results[calendar.id] = .failure(error)
      }
    }
    return results
  }

  package func create(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    let wanted = LocalEvent(
      calendar: calendar.id, key: draft.key.text, uid: draft.uid, booking: draft.booking,
      sequence: draft.sequence, interval: draft.interval, summary: draft.summary)
    guard let stored = try events.insertIfAbsent(wanted) else {
      return reference(wanted, wasThere: false)
    }
    guard draft.key.names(stored.uid) else { throw .occupied }
    return reference(stored, wasThere: true)
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    guard let stored = try events.event(key.text, in: calendar.id), key.names(stored.uid) else {
      return nil
    }
    return StoredEvent(
      reference: reference(stored, wasThere: true), uid: stored.uid, interval: stored.interval,
      sequence: stored.sequence, isCancelled: false)
  }

  package func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try event(key, in: calendar) != nil
  }

  package func move(
    _ draft: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    guard let stored = try events.event(draft.key.text, in: calendar.id) else { throw .gone }
    guard draft.key.names(stored.uid) else { throw .occupied }
    switch MoveDecision(draft, interval: stored.interval, sequence: stored.sequence) {
    case .done: return reference(stored, wasThere: true)
    case .newer: throw .newer
    case .write: break
    }
    let moved = try events.update(
      draft.key.text, in: calendar.id, to: draft.interval, sequence: draft.sequence,
      expectedSequence: stored.sequence)
    guard moved else { throw ProviderError(.transient, "the event changed at the same moment") }
    var event = stored
    event.sequence = draft.sequence
    event.interval = draft.interval
    return reference(event, wasThere: false)
  }

  package func remove(_ draft: EventDraft, in calendar: Calendar) throws(ProviderError) {
    guard let stored = try events.event(draft.key.text, in: calendar.id),
      draft.key.names(stored.uid)
    else { return }
    try events.remove(draft.key.text, in: calendar.id)
  }

  private func reference(_ event: LocalEvent, wasThere: Bool) -> EventReference {
    EventReference(remoteID: event.key, etag: "\(event.sequence)", wasThere: wasThere)
  }
}
