import Bookings
import Core
import Queue
import SQLite

// Single calendars that cannot be read, or not be written.

extension Store {
  /// The calendar could not be used. Nothing is begun while its whole account waits for its owner, who is told
  /// of that. Does not wait for the commit; `completion` hears whether it was news.
  package func beginIncident(
    _ use: CalendarUse, of calendar: CalendarID, cause: Incident.Cause, reason: String,
    completion: @escaping @Sendable (Result<Bool, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      guard let account = try self.account(of: calendar, transaction.connection) else {
        return false
      }
      if account.needsOwner {
        let trouble = Trouble(connection: account.id, cause: .owner, reason: reason)
        return try self.note(trouble, in: transaction).isNew
      }
      return try self.note(
        Trouble(
          connection: account.id, calendar: calendar, use: use, cause: cause, reason: reason),
        in: transaction
      ).isNew
    }) { completion($0) }
  }

  /// Nil where the account was disconnected.
  private func account(
    of calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> (id: ConnectionID, needsOwner: Bool)? {
    try connection.first(
      """
      SELECT n.id, n.state = 'needsOwner' FROM calendars AS c
        JOIN connections AS n ON n.id = c.connection_id
      WHERE c.id = :calendar AND n.removed_at IS NULL
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      (id: $0.identifier(0), needsOwner: $0.bool(1))
    }
  }

  /// Whether the calendar was in trouble when this was last tried, whichever process has found it out.
  package func hasIncident(_ use: CalendarUse, of calendar: CalendarID) throws -> Bool {
    try ask { connection in
      try connection.exists(
        """
        SELECT 1 FROM calendars AS c
          CROSS JOIN incidents AS i INDEXED BY incidents_going_on ON i.connection_id = c.connection_id
        WHERE c.id = :calendar AND coalesce(i.calendar_id, '') = c.id
          AND coalesce(i.use, '') = :use AND i.ended_at IS NULL
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":use", use.rawValue)
      }
    }
  }

  /// The calendar works again, and what waited for its owner goes on. Does not wait for the commit.
  package func endIncident(
    _ use: CalendarUse, of calendar: CalendarID,
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      let ended = try transaction.connection.first(
        """
        UPDATE incidents SET ended_at = max(began_at, :now)
        WHERE connection_id = (SELECT connection_id FROM calendars WHERE id = :calendar)
          AND calendar_id = :calendar AND use = :use AND ended_at IS NULL
        RETURNING connection_id, cause
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":calendar", calendar)
        $0.bind(":use", use.rawValue)
      } read: {
        (account: $0.identifier(0) as ConnectionID, cause: $0.string(1))
      }
      if let ended, ended.cause == Incident.Cause.owner.rawValue {
        _ = try self.wakeJobs(waitingFor: ended.account, in: transaction)
      }
    }) { completion($0) }
  }
}
