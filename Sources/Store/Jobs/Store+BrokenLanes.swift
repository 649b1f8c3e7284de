import Core
import Queue
import SQLite

// Available jobs that count as parked, because their lane's breaker is not closed.

extension Store {
  /// How many wait for such lanes, as the lanes count them.
  func waitingForBrokenLanes(_ connection: SQLiteConnection) throws -> Int {
    try connection.first(
      "SELECT coalesce(sum(waiting), 0) FROM lanes WHERE breaker <> 'closed'"
    ) { $0.int(0) } ?? 0
  }

  /// Looks through all that wait for such lanes, and for no others.
  func waitingForBrokenLanes(
    _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT jobs.id FROM lanes
        CROSS JOIN jobs INDEXED BY jobs_waiting_for_lane ON jobs.lane = lanes.id
      WHERE lanes.breaker <> 'closed' AND lanes.waiting > 0
        AND state = 'available' AND waits_for = 'lane' AND jobs.id BETWEEN :first AND :last
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY jobs.id DESC LIMIT :limit
      """
    ) {
      filter.bindWithoutStates($0)
    } read: {
      JobFilter.id($0)
    }
  }

  /// Looks for them among all that live, the newest first.
  func parkedAmongAvailable(
    _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id BETWEEN :first AND :last
        AND waits_for = 'lane' AND state = 'available'
        AND EXISTS (SELECT 1 FROM lanes WHERE lanes.id = jobs.lane AND breaker <> 'closed')
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bindWithoutStates($0)
    } read: {
      JobFilter.id($0)
    }
  }
}
