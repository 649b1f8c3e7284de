import Bookings
import Calendars
import Core
import Testing

/// What stands in front of a provider passes on every question and every answer. A server that invites the
/// guests was taken for one that does not, because the question never reached it.
struct WatchedProviderForwardingTests {
  private static let reference = EventReference(remoteID: "there", etag: "1", wasThere: true)

  /// Answers everything with what nobody would answer by default.
  private struct Outspoken: CalendarProvider {
    let invitesGuests = true
    let isLocal = true

    func invitesGuests(of calendar: Calendar) throws(ProviderError) -> Bool { true }
    func calendars() throws(ProviderError) -> [RemoteCalendar] {
      [RemoteCalendar(remoteID: "there", name: "", timeZone: "UTC", isWritable: true)]
    }
    func busy(
      in calendars: [Calendar], during window: Interval, except own: OwnEvent?
    ) throws(ProviderError) -> [CalendarID: Result<[BusyInterval], ProviderError>] {
      [CalendarID("there"): .success([BusyInterval(interval: window, uid: own?.key.text)])]
    }
    func create(
      _ event: EventDraft, in calendar: Calendar
    ) throws(ProviderError) -> EventReference { reference }
    func event(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> StoredEvent? {
      StoredEvent(
        reference: reference, uid: key.text,
        interval: Interval(start: Timestamp(seconds: 0), end: Timestamp(seconds: 1)), sequence: 7,
        isCancelled: true)
    }
    /// Unlike what the event would tell.
    func isInPlace(_ key: EventKey, in calendar: Calendar) throws(ProviderError) -> Bool { true }
    func move(
      _ event: EventDraft, in calendar: Calendar
    ) throws(ProviderError) -> EventReference { reference }
    func remove(_ event: EventDraft, in calendar: Calendar) throws(ProviderError) {
      throw ProviderError(.transient, "removed")
    }
    func changes(
      on calendar: Calendar, since position: SyncPosition?, during window: Interval
    ) throws(ProviderError) -> CalendarChanges? {
      CalendarChanges(
        events: [ChangedEvent(remoteID: "there", interval: window)],
        position: position ?? SyncPosition("first"), isWhole: position == nil)
    }
    func ownEvents(
      in calendar: Calendar, during window: Interval
    ) throws(ProviderError) -> [MarkedEvent] {
      [MarkedEvent(remoteID: "there", key: "key", interval: window)]
    }
    func watch(
      _ calendar: Calendar, _ request: WatchRequest
    ) throws(ProviderError) -> CalendarWatch? {
      CalendarWatch(id: request.name, resource: request.address, expiresAt: request.until)
    }
    func renew(
      _ watch: CalendarWatch, of calendar: Calendar, until: Timestamp
    ) throws(ProviderError) -> CalendarWatch? {
      CalendarWatch(id: watch.id, resource: calendar.remoteID, expiresAt: until)
    }
    func unwatch(_ watch: CalendarWatch, of calendar: Calendar) throws(ProviderError) {
      throw ProviderError(.transient, watch.id)
    }
  }

  private let provider = Outspoken()
  private let watched = WatchedProvider(Outspoken(), isWell: true, isOneGrant: false) { _ in }
  private let calendar = Calendar(
    id: CalendarID("cal_1"), connection: ConnectionID("cnn_1"), remoteID: "there", name: "",
    timeZone: "UTC", isWritable: true)
  private let window: Interval
  private let draft: EventDraft

  init() throws {
    window = try interval("2027-01-15T09:00:00Z", "2027-01-15T09:30:00Z")
    draft = .sample(at: window)
  }

  @Test func whoInvitesAndWhatIsInPlace() throws {
    #expect(watched.invitesGuests && watched.isLocal)
    #expect(try watched.invitesGuests(of: calendar))
    #expect(try watched.isInPlace(draft.key, in: calendar))
  }

  @Test func eventsAndBusyTimes() throws {
    #expect(try watched.calendars() == provider.calendars())
    let own = OwnEvent(draft.key, in: calendar.id)
    #expect(
      try watched.busy(in: [calendar], during: window, except: own)
        == provider.busy(in: [calendar], during: window, except: own))
    #expect(try watched.create(draft, in: calendar) == Self.reference)
    #expect(try watched.event(draft.key, in: calendar)?.sequence == 7)
    #expect(try watched.move(draft, in: calendar) == Self.reference)
    #expect(failure { try watched.remove(draft, in: calendar) }?.message == "removed")
  }

  @Test func changesAndWatches() throws {
    let position = SyncPosition("second")
    #expect(
      try watched.changes(on: calendar, since: position, during: window)
        == provider.changes(on: calendar, since: position, during: window))
    #expect(
      try watched.ownEvents(in: calendar, during: window)
        == provider.ownEvents(in: calendar, during: window))
    let request = WatchRequest(
      address: "http://127.0.0.1/", secret: Redacted("s"), name: "name", until: window.end)
    let watch = try #require(try watched.watch(calendar, request))
    #expect(try watch == provider.watch(calendar, request))
    #expect(
      try watched.renew(watch, of: calendar, until: window.start)
        == provider.renew(watch, of: calendar, until: window.start))
    #expect(failure { try watched.unwatch(watch, of: calendar) }?.message == "name")
  }
}
