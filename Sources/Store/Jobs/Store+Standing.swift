import Core
import Queue
import SQLite

// Queues and lanes for those who watch them. Nothing here counts jobs: the counts are kept.

extension Store {
  /// Every queue that a definition names or a job is in; `kinds` are those that this program knows.
  package func queueStandings(_ kinds: [JobKind]) throws -> [QueueStanding] {
    let now = database.time.now()
    return try read { connection in
      let counts = try counted(connection)
      let pauses = try self.pauses(connection)
      let all = Set(kinds).union(counts.map(\.key.kind))
      let queues = Dictionary(grouping: all) { self.policy($0).queue }
      return try queues.map { name, kinds in
        let kinds = kinds.sorted { $0.rawValue < $1.rawValue }
        var byState: [JobState: Int] = [:]
        for count in counts where kinds.contains(count.key.kind) {
          byState[count.key.state, default: 0] += count.count
        }
        return QueueStanding(
          name: name, kinds: kinds, counts: byState,
          oldestReadyAt: try kinds.compactMap { try oldestReady($0, now: now, connection) }.min(),
          finishedLastMinute: try kinds.map {
            try finished($0, inMinute: now.minute - 1, connection)
          }.reduce(0, +),
          pauses: pauses.filter {
            $0.scope == .queue ? $0.name == name : kinds.map(\.rawValue).contains($0.name)
          })
      }.sorted { $0.name < $1.name }
    }
  }

  private func oldestReady(
    _ kind: JobKind, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> Timestamp? {
    try connection.first(
      """
      SELECT run_at FROM jobs INDEXED BY jobs_ready
      WHERE kind = :kind AND state = 'available' AND waits_for IS NULL AND verdict IS NULL
        AND run_at <= :now
      ORDER BY run_at LIMIT 1
      """
    ) {
      $0.bind(":kind", kind.rawValue)
      $0.bind(":now", now)
    } read: {
      $0.timestamp(0)
    }
  }

  private func finished(
    _ kind: JobKind, inMinute minute: Int64, _ connection: SQLiteConnection
  ) throws -> Int {
    try connection.first(
      "SELECT finished FROM job_minutes WHERE minute = :minute AND kind = :kind"
    ) {
      $0.bind(":minute", minute)
      $0.bind(":kind", kind.rawValue)
    } read: {
      $0.int(0)
    } ?? 0
  }

  /// The lanes that have been used, of one organization or, for nil, all.
  package func laneStandings(of organization: String?) throws -> [LaneStanding] {
    let now = database.time.now()
    return try read { connection in
      let ids = try connection.all(
        """
        SELECT lanes.id, connections.organization_id FROM lanes
        LEFT JOIN connections ON connections.id = lanes.id ORDER BY lanes.id
        """
      ) {
        (id: LaneID(rawValue: $0.string(0)), organization: $0.optionalString(1))
      }
      return try ids.compactMap { id, owner in
        if let organization, organization != owner { return nil }
        guard let policy = try self.policy(of: id, connection),
          let row = try laneRow(id, policy, now: now, connection)
        else { return nil }
        return LaneStanding(
          lane: row.lane, policy: policy, organization: owner,
          parked: try parkedCount(id, connection),
          obstacle: row.lane.obstacle(now: now, policy: policy))
      }
    }
  }

  private func parkedCount(_ lane: LaneID, _ connection: SQLiteConnection) throws -> Int {
    try connection.first(
      "SELECT count(*) FROM jobs INDEXED BY jobs_parked_in_lane WHERE lane = :lane AND aside = 'parked'"
    ) {
      $0.bind(":lane", lane.rawValue)
    } read: {
      $0.int(0)
    } ?? 0
  }
}

extension Timestamp {
  /// Whole minutes since the epoch.
  var minute: Int64 { milliseconds / 60_000 }
}
