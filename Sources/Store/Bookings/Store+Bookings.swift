import Bookings
import Core
import SQLite

extension Store {
  package func booking(_ id: BookingID) throws -> Booking? {
    try ask { try booking(id, $0) }
  }

  func booking(_ id: BookingID, _ connection: SQLiteConnection) throws -> Booking? {
    let row = try connection.first(
      """
      SELECT id, organization_id, link_id, calendar_id, state, revision, start_at, end_at,
        requested_start_at, requested_end_at, details, reason, created_at, updated_at, conference_url,
        generation, event_uid
      FROM bookings WHERE id = :id
      """
    ) {
      $0.bind(":id", id)
    } read: {
      BookingRow(row: $0)
    }
    return try row?.booking()
  }

  package func bookingWithHistory(
    _ id: BookingID
  ) throws -> (booking: Booking, history: [BookingHistoryEntry])? {
    try read { connection in
      try booking(id, connection).map { ($0, try history(of: id, connection)) }
    }
  }

  package func history(of booking: BookingID) throws -> [BookingHistoryEntry] {
    try ask { try history(of: booking, $0) }
  }

  private func history(
    of booking: BookingID, _ connection: SQLiteConnection
  ) throws -> [BookingHistoryEntry] {
    try connection.all(
      """
      SELECT at, change, state, start_at, end_at, reason, actor FROM booking_history
      WHERE booking_id = :booking ORDER BY number
      """
    ) {
      $0.bind(":booking", booking)
    } read: { row in
      BookingHistoryEntry(
        at: row.timestamp(0), change: BookingChange(rawValue: row.string(1)) ?? .booked,
        state: BookingState(rawValue: row.string(2)) ?? .failed,
        time: Interval(start: row.timestamp(3), end: row.timestamp(4)),
        reason: row.optionalString(5),
        actor: row.optionalString(6).flatMap(BookingActor.init(rawValue:)))
    }
  }

  package func bookings(_ query: BookingQuery) throws -> [Booking] {
    try read { connection in
      try connection.all(
        """
        SELECT b.id, b.organization_id, b.link_id, b.calendar_id, b.state, b.revision, b.start_at,
          b.end_at, b.requested_start_at, b.requested_end_at, b.details, b.reason, b.created_at,
          b.updated_at, b.conference_url, b.generation, b.event_uid
        FROM bookings AS b
        WHERE b.organization_id = :organization
          AND (:link IS NULL OR b.link_id = :link)
          AND (:host IS NULL OR b.link_id IN (
            SELECT id FROM links WHERE organization_id = :organization AND host_id = :host))
          AND (:from IS NULL OR b.end_at > :from) AND (:to IS NULL OR b.start_at < :to)
          AND (:state IS NULL OR b.state = :state)
          AND (:guest IS NULL OR b.guest_email = :guest)
          AND (:before IS NULL OR b.id < :before)
        ORDER BY b.id DESC LIMIT :limit
        """
      ) {
        $0.bind(":organization", query.organization)
        $0.bind(":link", query.link)
        $0.bind(":host", query.host)
        $0.bind(":from", query.from)
        $0.bind(":to", query.to)
        $0.bind(":state", query.state?.rawValue)
        $0.bind(":guest", query.guestEmail?.lowercased())
        $0.bind(":before", query.before)
        $0.bind(":limit", query.limit)
      } read: {
        BookingRow(row: $0)
      }.map { try $0.booking() }
    }
  }

  /// The time that bookings keep on the calendars, in order of their starts.
  package func claims(
    on calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?
  ) throws -> [Interval] {
    try read { connection in
      var claims: [Interval] = []
      for calendar in calendars {
        claims += try self.claims(on: calendar, interval, excluding: booking, connection)
      }
      return claims.sorted { $0.start < $1.start }
    }
  }

  /// Claims of one calendar do not overlap (but for a booking's own two), so that only the last one that
  /// starts before `interval` can reach into it.
  func claims(
    on calendar: CalendarID, _ interval: Interval, excluding booking: BookingID?,
    _ connection: SQLiteConnection
  ) throws -> [Interval] {
    try connection.all(
      """
      SELECT start_at, end_at FROM claims
      WHERE calendar_id = :calendar AND start_at < :end AND end_at > :start
        AND start_at >= :start - :longest
        AND (:excluding IS NULL OR booking_id <> :excluding)
      ORDER BY start_at
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":start", interval.start)
      $0.bind(":end", interval.end)
      $0.bind(":longest", Self.longestClaim)
      $0.bind(":excluding", booking)
    } read: {
      Interval(start: $0.timestamp(0), end: $0.timestamp(1))
    }
  }

  /// The longest duration with the longest buffers, in milliseconds.
  static let longestClaim: Int64 =
    Int64(
      LinkSettings.Limit.durationMinutes.upperBound
        + 2 * LinkSettings.Limit.bufferMinutes.upperBound) * 60_000
}

struct BookingRow {
  private let id: BookingID
  private let organization: OrganizationID
  private let link: LinkID
  private let calendar: CalendarID
  private let state: BookingState?
  private let revision: Int
  private let time: Interval
  private let requestedTime: Interval?
  private let details: String
  private let reason: String?
  private let createdAt: Timestamp
  private let updatedAt: Timestamp
  private let conferenceURL: String?
  private let generation: Int
  private let eventUID: String?

  init(row: Row) {
    id = row.identifier(0)
    organization = row.identifier(1)
    link = row.identifier(2)
    calendar = row.identifier(3)
    state = BookingState(rawValue: row.string(4))
    revision = row.int(5)
    time = Interval(start: row.timestamp(6), end: row.timestamp(7))
    requestedTime = row.optionalTimestamp(8).map { Interval(start: $0, end: row.timestamp(9)) }
    details = row.string(10)
    reason = row.optionalString(11)
    createdAt = row.timestamp(12)
    updatedAt = row.timestamp(13)
    conferenceURL = row.optionalString(14)
    generation = row.int(15)
    eventUID = row.optionalString(16)
  }

  func booking() throws -> Booking {
    guard let state else {
      throw UnreadableRow(table: "bookings", id: id.text, detail: "unknown state")
    }
    return Booking(
      id: id, organization: organization, link: link, calendar: calendar, state: state,
      revision: revision, time: time, requestedTime: requestedTime,
      details: try reading(details, table: "bookings", id: id.text) {
        BookingDetails(reading: $0)
      }, reason: reason, conferenceURL: conferenceURL, eventUID: eventUID,
      generation: generation, createdAt: createdAt, updatedAt: updatedAt)
  }
}
