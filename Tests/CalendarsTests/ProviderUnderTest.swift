import Bookings
import Calendars
import Core
import HTTPClient
import ProviderTestSupport

import struct Foundation.UUID

/// What the conformance suite needs of an implementation: the provider, a calendar of its own, and the
/// hands of somebody else.
struct ProviderUnderTest {
  enum Kind: String, CaseIterable, Sendable {
    case local, caldav, google, outlook
    /// CalDAV where the server invites (RFC 6638).
    case scheduling

    /// Whether a deleted event's key stays taken.
    var remembersDeletions: Bool { self == .google || self == .outlook }
    /// Whether the event lies at a place that follows from its key, where somebody else's might lie.
    var hasPlaces: Bool { self != .outlook }
    /// Whether it can tell that it has seen the key before; Exchange may answer as if it had not.
    var tellsRepeats: Bool { self != .outlook }
    /// Whether it takes our UIDs.
    var takesUIDs: Bool { self == .local || self == .caldav || self == .scheduling }
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
    case .scheduling: self = try .scheduling()
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
    return dav(
      .caldav, try account.provider(), calendar,
      count: { try account.objects(in: calendar).count },
      // Radicale's tokens end with a digest, of which another letter makes one that it never gave.
      expired: { SyncPosition($0.text.dropLast() + ($0.text.hasSuffix("0") ? "1" : "0")) },
      send: { try account.send($0, calendar, $1, $2) })
  }

  private static func scheduling() throws -> ProviderUnderTest {
    let account = try SchedulingAccount()
    return dav(
      .scheduling, try account.provider(), account.calendar,
      count: { try account.count() },
      // Cyrus's end with a number of changes.
      expired: { SyncPosition($0.text + "99999") },
      send: { try account.send($0, $1, $2) })
  }

  /// - Parameter send: A method, a file of the calendar and what is sent, as another program would.
  private static func dav(
    _ kind: Kind, _ provider: any CalendarProvider, _ calendar: Calendar,
    count: @escaping () throws -> Int,
    expired: @escaping (SyncPosition) -> SyncPosition,
    send: @escaping (_ method: String, _ file: String, _ body: String) throws -> HTTPResponse
  ) -> ProviderUnderTest {
    let put = { (file: String, lines: String) throws in
      let text = """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Somebody//Else//EN
        BEGIN:VEVENT
        DTSTAMP:20260101T000000Z
        \(lines)
        END:VEVENT
        END:VCALENDAR

        """
      let answer = try send("PUT", file, text.replacing("\n", with: "\r\n"))
      guard answer.status == 201 else { throw StrangerRefused(status: answer.status) }
    }
    return ProviderUnderTest(
      kind: kind, provider: provider, calendar: calendar, count: count,
      delete: { _ = try send("DELETE", "\($0.text).ics", "") },
      drag: { draft, interval, sequence in
        _ = try send("DELETE", "\(draft.key.text).ics", "")
        try put(
          "\(draft.key.text).ics",
          """
          UID:\(draft.uid)
          SEQUENCE:\(sequence)
          DTSTART:\(basic(interval.start))
          DTEND:\(basic(interval.end))
          SUMMARY:Dragged
          """)
      },
      occupy: { key in
        try put(
          "\(key.text).ics",
          "UID:stranger\nDTSTART:20260101T000000Z\nDTEND:20260101T010000Z\nSUMMARY:Stranger")
      },
      add: { interval in
        let name = UUID().uuidString
        try put(
          "\(name).ics",
          "UID:\(name)\nDTSTART:\(basic(interval.start))\nDTEND:\(basic(interval.end))")
      },
      hands: .caldav(calendar, expired: expired, send: send))
  }

  private static func basic(_ instant: Timestamp) -> String { StrangersHands.basic(instant) }
}
