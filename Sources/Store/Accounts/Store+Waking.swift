import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Makes the parked jobs available that wait for this account, because their booking's event lies there or
  /// because it is one of the calendars that the link looks at. The next meeting comes first.
  func wakeJobs(waitingFor connection: ConnectionID, in transaction: Transaction) throws -> Int {
    let database = transaction.connection
    let waiting = try database.all(
      """
      SELECT j.id FROM connections AS c
        JOIN jobs AS j INDEXED BY jobs_parked_of_organization
          ON j.organization_id = c.organization_id AND j.state = 'parked'
        JOIN bookings AS b ON b.id = substr(j.sequence, length('booking:') + 1)
        JOIN links AS l ON l.id = b.link_id
      WHERE c.id = :connection AND EXISTS (
        SELECT 1 FROM calendars AS k
        WHERE k.connection_id = c.id AND (k.id = b.calendar_id
          OR instr(' ' || l.conflict_calendar_ids || ' ', ' ' || k.id || ' ')))
      ORDER BY b.start_at, j.id
      """
    ) {
      $0.bind(":connection", connection)
    } read: {
      $0.int64(0)
    }
    for (index, id) in waiting.enumerated() {
      try database.run(
        """
        UPDATE jobs SET state = 'available', run_at = :runAt, reason = NULL
        WHERE id = :id AND state = 'parked'
        """
      ) {
        // In the past, a millisecond apart: all may run now, in this order.
        $0.bind(":runAt", transaction.now - .milliseconds(waiting.count - index))
        $0.bind(":id", id)
      }
    }
    if !waiting.isEmpty { jobsReady.give() }
    return waiting.count
  }
}
