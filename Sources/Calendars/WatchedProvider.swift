import Bookings
import Core
import Synchronization

/// Tells when an account no longer lets us in, and when it does again, and the same of its calendars: whatever
/// call finds it out.
package struct WatchedProvider: CalendarProvider {
  private let provider: any CalendarProvider
  private let isOneGrant: Bool
  private let state: State

  /// `isWell` is what is known of the account. `tell` hears of the account when it begins to refuse us and at
  /// the first answer after that, and of its calendars after every write and whenever one is refused; from any
  /// thread. With `isOneGrant` a right that is missing anywhere is missing everywhere.
  package init(
    _ provider: any CalendarProvider, isWell: Bool, isOneGrant: Bool,
    tell: @escaping @Sendable (AccountNews) -> Void
  ) {
    self.provider = provider
    self.isOneGrant = isOneGrant
    state = State(isWell: isWell, tell: tell)
  }

  private final class State: Sendable {
    let isWell: Atomic<Bool>
    let tell: @Sendable (AccountNews) -> Void

    init(isWell: Bool, tell: @escaping @Sendable (AccountNews) -> Void) {
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
    let answers = try watching { () throws(ProviderError) in
      try provider.busy(in: calendars, during: window, except: own)
    }
    for calendar in calendars {
      if case .failure(let error)? = answers[calendar.id] { note(error, calendar, .reading) }
    }
    return answers
  }

  package func event(
    _ key: EventKey, in calendar: Calendar
  ) throws(ProviderError) -> StoredEvent? {
    try reading(calendar) { () throws(ProviderError) in try provider.event(key, in: calendar) }
  }

  package func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try reading(calendar) { () throws(ProviderError) in try provider.isInPlace(key, in: calendar) }
  }

  package func create(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try writing(calendar) { () throws(ProviderError) in try provider.create(event, in: calendar) }
  }

  package func move(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try writing(calendar) { () throws(ProviderError) in try provider.move(event, in: calendar) }
  }

  package func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {
    try writing(calendar) { () throws(ProviderError) in try provider.remove(event, in: calendar) }
  }

  package func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    try reading(calendar) { () throws(ProviderError) in
      try provider.changes(on: calendar, since: position, during: window)
    }
  }

  package func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    try reading(calendar) { () throws(ProviderError) in
      try provider.ownEvents(in: calendar, during: window)
    }
  }

  package func removeCopy(_ copy: MarkedEvent, in calendar: Calendar) throws(ProviderError) {
    try writing(calendar) { () throws(ProviderError) in try provider.removeCopy(copy, in: calendar)
    }
  }

  // That a calendar cannot be watched harms nobody: it is asked instead.

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

  // MARK: - Watching

  private func reading<Value>(
    _ calendar: Calendar, _ body: () throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    do throws(ProviderError) { return try watching(body) } catch {
      note(error, calendar, .reading)
      throw error
    }
  }

  private func writing<Value>(
    _ calendar: Calendar, _ body: () throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    do throws(ProviderError) {
      let value = try watching(body)
      state.tell(.worked(calendar, .writing))
      return value
    } catch {
      note(error, calendar, .writing)
      throw error
    }
  }

  private func watching<Value>(
    _ body: () throws(ProviderError) -> Value
  ) throws(ProviderError) -> Value {
    do throws(ProviderError) {
      let value = try body()
      // Looked at before it is written: almost every answer finds it as it should be.
      if !state.isWell.load(ordering: .relaxed) {
        let wasWell = state.isWell.exchange(true, ordering: .relaxed)
        if !wasWell { state.tell(.answers) }
      }
      return value
    } catch {
      if isAccounts(error) {
        let wasWell = state.isWell.exchange(false, ordering: .relaxed)
        if wasWell { state.tell(.refuses(error)) }
      }
      throw error
    }
  }

  private func note(_ error: ProviderError, _ calendar: Calendar, _ use: CalendarUse) {
    guard error.kind == .needsOwner, !isAccounts(error) else { return }
    state.tell(.refusesCalendar(calendar, use, error))
  }

  /// A right that is missing on one calendar of several is not the account's trouble.
  private func isAccounts(_ error: ProviderError) -> Bool {
    error == .unauthorized || isOneGrant && error.kind == .needsOwner
  }
}
