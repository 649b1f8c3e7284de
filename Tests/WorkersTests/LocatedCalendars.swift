import Bookings
import Calendars
import Core

/// A provider whose calendars are called otherwise here: the store's work and home are the account's.
struct LocatedCalendars: CalendarProvider {
  let provider: any CalendarProvider
  /// By our ids.
  let places: [CalendarID: Calendar]

  var invitesGuests: Bool { provider.invitesGuests }
  var isLocal: Bool { provider.isLocal }

  func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool {
    try provider.invitesGuests(of: locate(calendar))
  }

  func calendars() throws(ProviderError) -> [RemoteCalendar] { try provider.calendars() }

  func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
    let located = try calendars.map { calendar throws(ProviderError) in
      let there = try locate(calendar)
      return Calendar(
        id: calendar.id, connection: calendar.connection, remoteID: there.remoteID,
        name: there.name, timeZone: there.timeZone, isWritable: true)
    }
    return try provider.busy(in: located, during: window, except: own)
  }

  func create(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try provider.create(event, in: locate(calendar))
  }

  func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? {
    try provider.event(key, in: locate(calendar))
  }

  func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool {
    try provider.isInPlace(key, in: locate(calendar))
  }

  func move(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    try provider.move(event, in: locate(calendar))
  }

  func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {
    try provider.remove(event, in: locate(calendar))
  }

  func changes(
    on calendar: Calendar, since position: SyncPosition?, during window: Interval
  ) throws(ProviderError) -> CalendarChanges? {
    try provider.changes(on: locate(calendar), since: position, during: window)
  }

  func ownEvents(
    in calendar: Calendar, during window: Interval
  ) throws(ProviderError) -> [MarkedEvent] {
    try provider.ownEvents(in: locate(calendar), during: window)
  }

  func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? {
    try provider.watch(locate(calendar), request)
  }

  func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? {
    try provider.renew(watch, of: locate(calendar), until: until)
  }

  func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
    try provider.unwatch(watch, of: locate(calendar))
  }

  private func locate(_ calendar: Calendar) throws(ProviderError) -> Calendar {
    guard let there = places[calendar.id] else {
      throw ProviderError(.permanent, "no calendar \(calendar.id)")
    }
    return there
  }
}
