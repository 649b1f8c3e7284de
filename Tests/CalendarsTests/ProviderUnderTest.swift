import Bookings
import Calendars
import Core
import ProviderTestSupport

/// What the conformance suite needs of an implementation: the provider, a calendar of its own, and the
/// hands of somebody else.
struct ProviderUnderTest {
  enum Kind: String, CaseIterable, Sendable {
    case local, caldav, google, outlook

    /// Whether a deleted event's key stays taken.
    var remembersDeletions: Bool { self == .google || self == .outlook }
    /// Whether the event lies at a place that follows from its key, where somebody else's might lie.
    var hasPlaces: Bool { self != .outlook }
    /// Whether it can tell that it has seen the key before; Exchange may answer as if it had not.
    var tellsRepeats: Bool { self != .outlook }
    /// Whether it takes our UIDs.
    var takesUIDs: Bool { self == .local || self == .caldav }
    /// Whether it keeps who takes part.
    var keepsAttendees: Bool { self != .local }
  }

  let kind: Kind

  let provider: any CalendarProvider
  let calendar: Calendar
  /// How many events the calendar holds, asked behind the provider's back.
  let count: () throws -> Int
  /// Somebody else deletes our event.
  let delete: (EventKey) throws -> Void
  /// Somebody else moves our event and raises its sequence, as their program does.
  let drag: (EventDraft, Interval, Int) throws -> Void
  /// Somebody else's event lies where the key's belongs.
  let occupy: (EventKey) throws -> Void
  /// Somebody else's event at that time.
  let add: (Interval) throws -> Void
  /// Nil where nobody but us writes.
  let hands: StrangersHands?

  init(_ kind: Kind) throws {
    switch kind {
    case .local: self = .local()
    case .caldav: self = try .caldav()
    case .google: self = try .sandbox(.google, try SandboxAccount(.google))
    case .outlook: self = try .sandbox(.outlook, try SandboxAccount(.outlook))
    }
  }

  private init(
    kind: Kind, provider: any CalendarProvider, calendar: Calendar,
    count: @escaping () throws -> Int,
    delete: @escaping (EventKey) throws -> Void,
    drag: @escaping (EventDraft, Interval, Int) throws -> Void,
    occupy: @escaping (EventKey) throws -> Void, add: @escaping (Interval) throws -> Void,
    hands: StrangersHands?
  ) {
    self.kind = kind
    self.provider = provider
    self.calendar = calendar
    self.count = count
    self.delete = delete
    self.drag = drag
    self.occupy = occupy
    self.add = add
    self.hands = hands
  }

  private static func sandbox(_ kind: Kind, _ account: SandboxAccount) throws -> ProviderUnderTest {
    ProviderUnderTest(
      kind: kind, provider: account.provider, calendar: account.calendar,
      count: { try account.liveEvents().count },
      delete: { try account.deleteEvent($0) },
      drag: { draft, interval, _ in try account.dragEvent(draft.key, to: interval) },
      occupy: { key in
        let time = Interval(start: Timestamp(seconds: 1_767_225_600), duration: .minutes(30))
        try account.addEvent(time, id: key.text)
      },
      add: { try account.addEvent($0) }, hands: .sandbox(account))
  }

  private static func local() -> ProviderUnderTest {
    let events = LocalEventsInMemory()
    let connection = ConnectionID("cnn_1")
    let calendar = Calendar(
      id: CalendarID("cal_1"), connection: connection, remoteID: "local", name: "Local",
      timeZone: "Europe/Berlin", isWritable: true)
    return ProviderUnderTest(
      kind: .local, provider: LocalProvider(connection: connection, events: events),
      calendar: calendar,
      count: { events.events.count },
      delete: { try events.remove($0.text, in: calendar.id) },
      drag: { draft, interval, sequence in
        _ = try events.update(
          draft.key.text, in: calendar.id, to: interval, sequence: sequence,
          expectedSequence: draft.sequence)
      },
      occupy: { key in
        let time = Interval(start: Timestamp(seconds: 0), duration: .minutes(30))
        _ = try events.insertIfAbsent(
          LocalEvent(
            calendar: calendar.id, key: key.text, uid: "stranger", booking: BookingID("bkg_0"),
            sequence: 0, interval: time, summary: "Stranger"))
      },
      add: { interval in
        _ = try events.insertIfAbsent(
          LocalEvent(
            calendar: calendar.id, key: "\(interval)", uid: "stranger-\(interval)",
            booking: BookingID("bkg_0"), sequence: 0, interval: interval, summary: "Stranger"))
      }, hands: nil)
  }

  private static func caldav() throws -> ProviderUnderTest {
    let account = try CalDAVAccount()
    let calendar = try account.calendar()
    return ProviderUnderTest(
      kind: .caldav, provider: try account.provider(), calendar: calendar,
      count: { try account.objects(in: calendar).count },
      delete: { try account.send("DELETE", calendar, "\($0.text).ics") },
      drag: { draft, interval, sequence in
        try account.send("DELETE", calendar, "\(draft.key.text).ics")
        try account.send(
          "PUT", calendar, "\(draft.key.text).ics",
          """
          BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//Else//EN\r\nBEGIN:VEVENT\r
          UID:\(draft.uid)\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:\(sequence)\r
          DTSTART:\(basic(interval.start))\r\nDTEND:\(basic(interval.end))\r
          SUMMARY:Dragged\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
          """)
      },
      occupy: { key in
        try account.send(
          "PUT", calendar, "\(key.text).ics",
          """
          BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//Else//EN\r\nBEGIN:VEVENT\r
          UID:stranger\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r
          DTEND:20260101T010000Z\r\nSUMMARY:Stranger\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n
          """)
      },
      add: { interval in
        try account.put(
          "DTSTART:\(basic(interval.start))\nDTEND:\(basic(interval.end))", in: calendar)
      }, hands: .caldav(account, calendar))
  }

  private static func basic(_ instant: Timestamp) -> String { StrangersHands.basic(instant) }
}
