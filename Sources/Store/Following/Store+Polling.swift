import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Has those calendars read whose last reading was asked for longer ago than their provider's interval.
  /// Only calendars with bookings ahead are; a provider without an interval is left out. Returns how many.
  package func poll(every intervals: [Connection.Provider: Duration]) throws -> Int {
    let due = try calendarsDue(intervals)
    var count = 0
    // A commit of hundreds would keep guests waiting.
    for start in stride(from: 0, to: due.count, by: Self.pollBatch) {
      let batch = due[start..<min(start + Self.pollBatch, due.count)]
      count += try write { transaction in
        try batch.count { try self.followNow($0, after: .zero, in: transaction) != nil }
      }
    }
    return count
  }

  private static let pollBatch = 50

  private func calendarsDue(
    _ intervals: [Connection.Provider: Duration]
  ) throws -> [CalendarID] {
    let now = database.time.now()
    return try read { connection in
      try connection.all(
        """
        SELECT c.id, n.provider, f.asked_at
        FROM connections AS n
          JOIN calendars AS c ON c.connection_id = n.id
          LEFT JOIN followed_calendars AS f ON f.calendar_id = c.id
        WHERE n.removed_at IS NULL AND n.provider <> 'local' AND EXISTS (
          SELECT 1 FROM claims
          WHERE calendar_id = c.id AND start_at > :now - :longest AND end_at > :now)
        ORDER BY f.asked_at, c.id
        """
      ) {
        $0.bind(":now", now)
        $0.bind(":longest", Self.longestClaim)
      } read: {
        (
          calendar: $0.identifier(0) as CalendarID,
          provider: Connection.Provider(rawValue: $0.string(1)), askedAt: $0.optionalTimestamp(2)
        )
      }
    }.filter { row in
      guard let interval = row.provider.flatMap({ intervals[$0] }) else { return false }
      // One that lies ahead was asked for before the clock was set back.
      guard let askedAt = row.askedAt, askedAt <= now else { return true }
      return askedAt + interval <= now
    }.map(\.calendar)
  }
}
