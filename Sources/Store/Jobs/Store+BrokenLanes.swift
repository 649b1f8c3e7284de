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
    let broken = try connection.all(
      """
      SELECT id FROM lanes
      WHERE breaker <> 'closed' AND waiting > 0 AND (:lane IS NULL OR id = :lane)
      """
    ) {
      $0.bind(":lane", filter.lane?.rawValue)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
    let waiting = try broken.flatMap { lane in
      try allWaiting(in: lane, connection) { JobFilter.id($0) }
    }
    var found: [JobID] = []
    for job in waiting.sorted().reversed() where found.count < filter.limit {
      if try fits(job, filter, connection) { found.append(job) }
    }
    return found
  }

  /// Whatever its state.
  private func fits(
    _ id: JobID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> Bool {
    if id.number < filter.first || id.number > filter.last { return false }
    return try connection.exists(
      """
      SELECT 1 FROM jobs
      WHERE id = :id AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      """
    ) {
      $0.bind(":id", id.number)
      filter.bindFields($0)
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
