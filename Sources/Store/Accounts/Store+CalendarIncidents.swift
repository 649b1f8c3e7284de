import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Calendars that could not be read when they were last asked about.
  package func unreadableCalendars() throws -> Set<CalendarID> {
    try read { connection in
      Set(
        try connection.all(
          "SELECT calendar_id FROM calendar_incidents WHERE ended_at IS NULL"
        ) { $0.identifier(0) as CalendarID })
    }
  }

  /// Records that a calendar cannot be read, and enqueues what `notice` makes of the incident's number, once:
  /// while an incident goes on nothing is added, and while another calendar of the account has one, nobody is
  /// told again: an account that is down is one thing to hear of. Does not wait for the commit.
  package func beginIncident(
    of calendar: CalendarID, error: JobError,
    notice: @escaping @Sendable (_ incident: Int64) throws -> NewJob,
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      // The unique index decides, so that two processes tell the owner once.
      let isNew = try transaction.connection.insertIfNew(
        """
        INSERT INTO calendar_incidents (calendar_id, began_at, error_class, error_message)
        VALUES (:calendar, :now, :class, :message)
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":now", transaction.now)
        $0.bind(":class", error.kind.rawValue)
        $0.bind(":message", error.message)
      }
      let number = transaction.connection.lastInsertedRow
      guard isNew, try !self.hasOlderIncident(than: number, calendar, transaction.connection)
      else { return }
      _ = try self.enqueue(try notice(number), in: transaction)
    }) { completion($0) }
  }

  private func hasOlderIncident(
    than number: Int64, _ calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM calendars AS c
        CROSS JOIN calendar_incidents AS i ON i.calendar_id = c.id AND i.ended_at IS NULL
      WHERE c.connection_id = (SELECT connection_id FROM calendars WHERE id = :calendar)
        AND i.id < :number
      LIMIT 1
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":number", number)
    }
  }

  /// Records that the calendar was read again. Does not wait for the commit.
  package func endIncident(
    of calendar: CalendarID, completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      try transaction.connection.run(
        """
        UPDATE calendar_incidents SET ended_at = max(began_at, :now)
        WHERE calendar_id = :calendar AND ended_at IS NULL
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":calendar", calendar)
      }
      return
    }) { completion($0) }
  }

  /// What an owner is to be told of under an incident's number: it, or where it is over, what else goes on with
  /// the account.
  package func incident(_ number: Int64) throws -> CalendarIncident? {
    try read { connection in
      try connection.first(
        """
        SELECT i.id, i.began_at, i.ended_at, i.error_class, c.name, n.name, h.id, h.organization_id,
          h.name, h.email, h.time_zone
        FROM calendar_incidents AS i
          JOIN calendars AS c ON c.id = i.calendar_id
          JOIN connections AS n ON n.id = c.connection_id
          JOIN hosts AS h ON h.id = n.host_id
        WHERE i.id = coalesce((
          SELECT min(o.id) FROM calendar_incidents AS told
            CROSS JOIN calendars AS known ON known.id = told.calendar_id
            CROSS JOIN calendars AS other ON other.connection_id = known.connection_id
            CROSS JOIN calendar_incidents AS o ON o.calendar_id = other.id AND o.ended_at IS NULL
          WHERE told.id = :id), :id)
        """
      ) {
        $0.bind(":id", number)
      } read: { row in
        CalendarIncident(
          number: row.int64(0), beganAt: row.timestamp(1), endedAt: row.optionalTimestamp(2),
          needsOwner: row.string(3) == ErrorClass.needsOwner.rawValue,
          calendarName: row.string(4), connectionName: row.string(5),
          owner: HostRecord(
            id: row.identifier(6), organization: row.identifier(7), name: row.string(8),
            email: row.string(9), timeZone: row.string(10)))
      }
    }
  }
}
