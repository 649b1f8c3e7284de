import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Lets everything go on that waits for this account: its own lane, and whatever is parked because the
  /// account is one of the calendars that a booking's link looks at, wherever its event belongs. The next
  /// meeting comes first. Returns how many jobs were parked.
  func wakeJobs(waitingFor connection: ConnectionID, in transaction: Transaction) throws -> Int {
    var woken = try resetLane(LaneID(rawValue: connection.text), in: transaction)
    let others = try parkedJobs(lookingAt: connection, transaction.connection)
    for lane in Set(others.compactMap(\.lane)) { woken += try resetLane(lane, in: transaction) }
    let laneless = others.filter { $0.lane == nil }
    for (index, job) in laneless.enumerated() {
      // In the past, a millisecond apart: all may run now, in this order.
      let runAt = transaction.now - .milliseconds(laneless.count - index)
      try transaction.connection.run(
        """
        UPDATE jobs SET state = 'available', run_at = :runAt, reason = NULL
        WHERE id = :id AND state = 'parked'
        """
      ) {
        $0.bind(":runAt", runAt)
        $0.bind(":id", job.id.number)
      }
      count(job.kind, from: .parked, to: .available, in: transaction)
      try place(
        WaitingJob(id: job.id, kind: job.kind, lane: nil, runAt: runAt), in: transaction)
    }
    return woken + laneless.count
  }

  private func parkedJobs(
    lookingAt account: ConnectionID, _ database: SQLiteConnection
  ) throws -> [(id: JobID, kind: JobKind, lane: LaneID?)] {
    try database.all(
      """
      SELECT j.id, j.kind, j.lane FROM jobs AS j INDEXED BY jobs_parked_until
        JOIN bookings AS b ON b.id = substr(j.sequence, length('booking:') + 1)
        JOIN links AS l ON l.id = b.link_id
      WHERE j.state = 'parked' AND EXISTS (
        SELECT 1 FROM calendars AS k
        WHERE k.connection_id = :account AND (k.id = b.calendar_id
          OR instr(' ' || l.conflict_calendar_ids || ' ', ' ' || k.id || ' ')))
      ORDER BY b.start_at, j.id
      """
    ) {
      $0.bind(":account", account)
    } read: {
      (
        id: JobID(number: $0.int64(0)), kind: JobKind(rawValue: $0.string(1)),
        lane: $0.optionalString(2).map(LaneID.init(rawValue:))
      )
    }
  }
}
