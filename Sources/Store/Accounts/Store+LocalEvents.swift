import Bookings
import Core
import SQLite

/// An event of a built-in calendar, as it is kept.
package struct LocalEventRow: Sendable, Equatable {
  package var calendar: CalendarID
  package var key: String
  package var uid: String
  package var booking: BookingID
  package var sequence: Int
  package var interval: Interval
  package var summary: String

  package init(
    calendar: CalendarID, key: String, uid: String, booking: BookingID, sequence: Int,
    interval: Interval, summary: String
  ) {
    self.calendar = calendar
    self.key = key
    self.uid = uid
    self.booking = booking
    self.sequence = sequence
    self.interval = interval
    self.summary = summary
  }
}

extension Store {
  /// Inserts the event unless its calendar has one under its key: then that one is returned.
  package func insertLocalEvent(_ event: LocalEventRow) throws -> LocalEventRow? {
    try write { transaction in
      let isNew = try transaction.connection.insertIfNew(
        """
        INSERT INTO local_events (calendar_id, key, uid, booking_id, start_at, end_at, sequence,
          summary, updated_at)
        VALUES (:calendar, :key, :uid, :booking, :start, :end, :sequence, :summary, :now)
        """
      ) {
        $0.bind(":calendar", event.calendar)
        $0.bind(":key", event.key)
        $0.bind(":uid", event.uid)
        $0.bind(":booking", event.booking)
        $0.bind(":start", event.interval.start)
        $0.bind(":end", event.interval.end)
        $0.bind(":sequence", event.sequence)
        $0.bind(":summary", event.summary)
        $0.bind(":now", transaction.now)
      }
      if isNew { return nil }
      return try self.localEvent(event.key, in: event.calendar, transaction.connection)
    }
  }

  package func localEvent(_ key: String, in calendar: CalendarID) throws -> LocalEventRow? {
    try ask { try localEvent(key, in: calendar, $0) }
  }

  private func localEvent(
    _ key: String, in calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> LocalEventRow? {
    try connection.first(
      """
      SELECT uid, booking_id, sequence, start_at, end_at, summary FROM local_events
      WHERE calendar_id = :calendar AND key = :key
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":key", key)
    } read: { row in
      LocalEventRow(
        calendar: calendar, key: key, uid: row.string(0), booking: row.identifier(1),
        sequence: row.int(2),
        interval: Interval(start: row.timestamp(3), end: row.timestamp(4)),
        summary: row.string(5))
    }
  }

  /// Whether the event was there with `expectedSequence`, and has the new interval and sequence now.
  package func updateLocalEvent(
    _ key: String, in calendar: CalendarID, to interval: Interval, sequence: Int,
    expectedSequence: Int
  ) throws -> Bool {
    try write { transaction in
      let changed = try transaction.connection.run(
        """
        UPDATE local_events SET start_at = :start, end_at = :end, sequence = :sequence,
          updated_at = :now
        WHERE calendar_id = :calendar AND key = :key AND sequence = :expected
        """
      ) {
        $0.bind(":start", interval.start)
        $0.bind(":end", interval.end)
        $0.bind(":sequence", sequence)
        $0.bind(":now", transaction.now)
        $0.bind(":calendar", calendar)
        $0.bind(":key", key)
        $0.bind(":expected", expectedSequence)
      }
      return changed > 0
    }
  }

  package func removeLocalEvent(_ key: String, in calendar: CalendarID) throws {
    try write { transaction in
      try transaction.connection.run(
        "DELETE FROM local_events WHERE calendar_id = :calendar AND key = :key"
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":key", key)
      }
      return
    }
  }

  /// The events that overlap `window`, by start. The schema bounds an event's length, so that the range
  /// of the index is bounded too.
  package func localBusy(
    in calendar: CalendarID, during window: Interval
  ) throws -> [BusyInterval] {
    try ask { connection in
      try connection.all(
        """
        SELECT start_at, end_at, uid FROM local_events INDEXED BY local_events_by_time
        WHERE calendar_id = :calendar AND start_at > :start - 90000000 AND start_at < :end
          AND end_at > :start
        ORDER BY start_at
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":start", window.start)
        $0.bind(":end", window.end)
      } read: { row in
        BusyInterval(
          interval: Interval(start: row.timestamp(0), end: row.timestamp(1)), uid: row.string(2))
      }
    }
  }
}
