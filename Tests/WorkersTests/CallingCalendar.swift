import Bookings
import Calendars
import Core
import ProviderTestSupport
import Synchronization

/// A provider that calls whoever asks for it: it keeps its watches until they are ended, as a real one does.
final class CallingCalendar: PlainProvider {
  struct State {
    var watches: [String: WatchRequest] = [:]
    var renewed: [String: Timestamp] = [:]
    /// In order: `watch`, `renew`, `unwatch`.
    var calls: [String] = []
    /// What the next call of that name meets.
    var failures: [String: ProviderError] = [:]
    /// It has lost all of its watches, and none can be renewed.
    var renews = true
    var onWatch: (@Sendable (WatchRequest) -> Void)?
  }

  let state = Mutex(State())
  var invitesGuests: Bool { false }
  var isLocal: Bool { false }

  var calls: [String] { state.withLock { $0.calls } }
  var watches: [WatchRequest] { state.withLock { Array($0.watches.values) } }

  func fail(_ call: String, _ kind: ProviderError.Kind) {
    state.withLock { $0.failures[call] = ProviderError(kind, "by script") }
  }

  func watch(
    _ calendar: Calendar, _ request: WatchRequest
  ) throws(ProviderError) -> CalendarWatch? {
    state.withLock { $0.onWatch }?(request)
    try note("watch")
    state.withLock { $0.watches["at-\(request.name)"] = request }
    if let lost = failure(of: "watch answered") { throw lost }
    return CalendarWatch(id: "at-\(request.name)", resource: "r", expiresAt: request.until)
  }

  func renew(
    _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
  ) throws(ProviderError) -> CalendarWatch? {
    try note("renew")
    return state.withLock { state in
      guard state.renews, state.watches[watch.id] != nil else { return nil }
      state.renewed[watch.id] = until
      return CalendarWatch(id: watch.id, resource: "r", expiresAt: until)
    }
  }

  func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
    try note("unwatch")
    state.withLock { $0.watches[watch.id] = nil }
  }

  private func note(_ call: String) throws(ProviderError) {
    state.withLock { $0.calls.append(call) }
    if let failure = failure(of: call) { throw failure }
  }

  private func failure(of call: String) -> ProviderError? {
    state.withLock { $0.failures.removeValue(forKey: call) }
  }

  // MARK: - What it is not about

  func calendars() throws(ProviderError) -> [RemoteCalendar] { [] }

  func busy(
    in calendars: [Calendar], during window: Interval, except own: OwnEvent?
  ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] { [:] }

  func create(
    _ event: EventDraft, in calendar: Calendar
  ) throws(ProviderError) -> EventReference {
    throw ProviderError(.permanent, "no events here")
  }

  func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? { nil }

  func move(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) -> EventReference {
    throw ProviderError(.permanent, "no events here")
  }

  func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {}
}
