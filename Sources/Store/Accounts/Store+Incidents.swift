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
  /// while an incident goes on nothing is added. Does not wait for the commit.
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
      if isNew {
        let job = try notice(transaction.connection.lastInsertedRow)
        _ = try self.enqueue(job, in: transaction)
      }
    }) { completion($0) }
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
        WHERE i.id = :id
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
