import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Nil where there is no such calendar any more.
  package func followed(_ id: CalendarID) throws -> FollowedCalendar? {
    let now = database.time.now()
    return try read { connection in
      guard let calendar = try calendar(id, connection),
        let account = try self.connection(calendar.connection, connection)?.connection
      else { return nil }
      let reading = try reading(of: id, connection)
      return FollowedCalendar(
        calendar: calendar, organization: account.organization, position: reading?.position,
        window: reading?.window, lastEnd: try lastEnd(on: id, now: now, connection))
    }
  }

  /// Claims do not overlap, so that the last to start is the last to end.
  private func lastEnd(
    on calendar: CalendarID, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> Timestamp? {
    let last = try connection.first(
      """
      SELECT end_at AS last_end FROM claims
      WHERE calendar_id = :calendar ORDER BY start_at DESC LIMIT 1
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      $0.timestamp(0)
    }
    return last.flatMap { $0 > now ? $0 : nil }
  }

  private func reading(
    of calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> (position: String, window: Interval)? {
    try connection.first(
      """
      SELECT position, window_start_at, window_end_at FROM followed_calendars
      WHERE calendar_id = :calendar AND position IS NOT NULL
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      (
        position: $0.string(0),
        window: Interval(start: $0.timestamp(1), end: $0.timestamp(2))
      )
    }
  }

  /// The bookings that keep time on the calendar and are not over, the next one first.
  package func bookingsAhead(on calendar: CalendarID) throws -> [FollowedBooking] {
    let now = database.time.now()
    return try read { connection in
      try connection.all(
        """
        SELECT id, state, start_at, end_at, event_id FROM bookings
        WHERE id IN (
          SELECT booking_id FROM claims
          WHERE calendar_id = :calendar AND start_at > :now - :longest AND end_at > :now
          UNION
          -- One that the host has put upon another has nothing left to claim.
          SELECT id FROM bookings INDEXED BY bookings_placed_by_host
          WHERE calendar_id = :calendar AND placed_by_host = 1 AND end_at > :now)
        ORDER BY start_at, id
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":now", now)
        $0.bind(":longest", Self.longestClaim)
      } read: {
        FollowedBooking(row: $0)
      }
    }
  }

  /// The bookings whose events have these names at the provider, over or not; one look-up for each.
  package func bookings(
    ofEvents events: [String], on calendar: CalendarID
  ) throws -> [FollowedBooking] {
    try read { connection in
      try events.compactMap { event in
        try connection.first(
          """
          SELECT id, state, start_at, end_at, event_id FROM bookings INDEXED BY bookings_of_event
          WHERE calendar_id = :calendar AND event_id = :event
          """
        ) {
          $0.bind(":calendar", calendar)
          $0.bind(":event", event)
        } read: {
          FollowedBooking(row: $0)
        }
      }
    }
  }

  /// Keeps what a reading has brought: the jobs that look at it, and where the next one goes on, all or
  /// nothing. Of jobs with a unique key those are added that nobody waits to do already.
  package func take(_ reading: CalendarReading, looking jobs: [NewJob]) throws {
    try write { transaction in
      for job in jobs { try self.enqueueUnlessWaiting(job, in: transaction) }
      // A reader that hung, and was replaced, does not take the position back.
      try transaction.connection.run(
        """
        UPDATE followed_calendars SET position = :position, read_at = :now,
          window_start_at = CASE WHEN :position IS NULL THEN NULL
            ELSE coalesce(:windowStart, window_start_at) END,
          window_end_at = CASE WHEN :position IS NULL THEN NULL
            ELSE coalesce(:windowEnd, window_end_at) END
        WHERE calendar_id = :calendar AND position IS :from
        """
      ) {
        $0.bind(":position", reading.position)
        $0.bind(":now", transaction.now)
        $0.bind(":windowStart", reading.window?.start)
        $0.bind(":windowEnd", reading.window?.end)
        $0.bind(":calendar", reading.calendar)
        $0.bind(":from", reading.from)
      }
      return
    }
  }

  /// Whether any job of the booking's own has not ended: its event may be about to change, by us.
  package func isInHand(_ booking: BookingID) throws -> Bool {
    try ask { try sequenceIsBusy("booking:\(booking)", $0) }
  }
}

extension FollowedBooking {
  fileprivate init(row: Row) {
    self.init(
      id: row.identifier(0), state: BookingState(rawValue: row.string(1)) ?? .failed,
      time: Interval(start: row.timestamp(2), end: row.timestamp(3)),
      event: row.optionalString(4))
  }
}
