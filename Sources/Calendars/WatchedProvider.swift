import Bookings
import Core
import Synchronization

/// Tells when an account no longer lets us in, and when it does again: whatever question finds it out.
package struct WatchedProvider: CalendarProvider {
  private let provider: any CalendarProvider
  private let isOneGrant: Bool
  private let state: State

  /// `isWell` is what is known of the account. `tell` is called with an error when the account begins to
  /// refuse us, and with nil at the first answer after that; from any thread, seldom. With `isOneGrant` a
  /// right that is missing anywhere is missing everywhere.
  package init(
    _ provider: any CalendarProvider, isWell: Bool, isOneGrant: Bool,
    tell: @escaping @Sendable (ProviderError?) -> Void
  ) {
    self.provider = provider
    self.isOneGrant = isOneGrant
    state = State(isWell: isWell, tell: tell)
  }

  private final class State: Sendable {
    let isWell: Atomic<Bool>
    let tell: @Sendable (ProviderError?) -> Void

    init(isWell: Bool, tell: @escaping @Sendable (ProviderError?) -> Void) {
      self.isWell = Atomic(isWell)
      self.tell = tell
    }
  }

  package var invitesGuests: Bool { provider.invitesGuests }
  package var isLocal: Bool { provider.isLocal }

  package func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    try watching { () throws(ProviderError) in try provider.invitesGuests(of: calendar) }
  }

  package func calendars() throws(ProviderError) -> [RemoteCalendar] {
    try watching { () throws(ProviderError) in try provider.calendars() }
  }

  package func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    try watching { () throws(ProviderError) in
      try provider.busy(in: calendars, during: window, except: own)
    }
  }

  package func create(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try watching { () throws(ProviderError) in try provider.create(event, in: calendar) }
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    try watching { () throws(ProviderError) in try provider.event(key, in: calendar) }
  }

  package func isInPlace(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> Bool {
    try watching { () throws(ProviderError) in try provider.isInPlace(key, in: calendar) }
  }

  package func move(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try watching { () throws(ProviderError) in try provider.move(event, in: calendar) }
  }

  package func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {
    try watching { () throws(ProviderError) in try provider.remove(event, in: calendar) }
  }

  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    try watching { () throws(ProviderError) in
      try provider.changes(on: calendar, since: position, during: window)
    }
  }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    try watching { () throws(ProviderError) in
      try provider.ownEvents(in: calendar, during: window)
    }
  }

  package func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? {
    try watching { () throws(ProviderError) in try provider.watch(calendar, request) }
  }

  package func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? {
    try watching { () throws(ProviderError) in
      try provider.renew(watch, of: calendar, until: until)
    }
  }

  package func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
    try watching { () throws(ProviderError) in try provider.unwatch(watch, of: calendar) }
  }

  private func watching<Value>(
    _ body: () throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    do throws(ProviderError) {
      let value = try body()
      // Looked at before it is written: almost every answer finds it as it should be.
      if !state.isWell.load(ordering: .relaxed) {
        let wasWell = state.isWell.exchange(true, ordering: .relaxed)
        if !wasWell { state.tell(nil) }
      }
      return value
    } catch {
      // A right that is missing on one calendar of several is not the account's trouble.
      if error == .unauthorized || isOneGrant && error.kind == .needsOwner {
        let wasWell = state.isWell.exchange(false, ordering: .relaxed)
        if wasWell { state.tell(error) }
      }
      throw error
    }
  }
}
