import Core
import Queue
import SQLite

// Which of a lane's jobs are let through.

extension Store {
  /// Sends the lane's ready jobs back to those that wait: it has closed.
  func dismissReady(
    from row: inout LaneRow, _ policy: LanePolicy, _ connection: SQLiteConnection
  ) throws {
    let id = row.lane.id
    let dismissed = try connection.run(
      """
      UPDATE jobs INDEXED BY jobs_admitted SET admitted = 0, waits_for = 'lane'
      WHERE lane = :lane AND admitted = 1 AND state = 'available'
      """
    ) { $0.bind(":lane", id.rawValue) }
    row.lane.dismiss(dismissed, policy: policy)
  }

  /// Lets as many jobs through as there is room for, and saves the lane.
  func admit(
    to row: inout LaneRow, _ policy: LanePolicy, in transaction: Transaction
  ) throws {
    row.wakeAt = nil
    if row.lane.waiting > 0 {
      switch row.lane.room(now: transaction.now, policy: policy) {
      case .none: break
      case .later(let time): row.wakeAt = time
      case .jobs(let room):
        let found = try firstWaiting(in: row.lane.id, limit: room, in: transaction)
        for id in found.due {
          try transaction.connection.run(
            "UPDATE jobs SET waits_for = NULL, admitted = 1 WHERE id = :id"
          ) { $0.bind(":id", id.number) }
        }
        row.lane.waiting -= found.due.count
        row.lane.admit(found.due.count, policy: policy)
        if !found.due.isEmpty { jobsReady.give() }
        row.wakeAt = found.next
        // Those of the rate's next token; a free place needs no clock.
        if found.due.count == room, row.lane.waiting > 0,
          case .later(let time) = row.lane.room(now: transaction.now, policy: policy)
        {
          row.wake(at: time)
        }
      }
    }
    try save(row, transaction.connection)
  }

  /// The lane's jobs that are due, in the order of a claim, and when the next one is.
  private func firstWaiting(
    in lane: LaneID, limit: Int, in transaction: Transaction
  ) throws -> (due: [JobID], next: Timestamp?) {
    let connection = transaction.connection
    var candidates: [ClaimCandidate] = []
    var next: Timestamp?
    var kind = try firstKind(waitingIn: lane, after: "", connection)
    while let current = kind {
      kind = try firstKind(waitingIn: lane, after: current.rawValue, connection)
      if !(try mayBegin(current, connection)) { continue }
      let priority = policy(current).priority
      let heads = try connection.all(
        """
        SELECT id, run_at FROM jobs INDEXED BY jobs_waiting_for_lane
        WHERE lane = :lane AND kind = :kind AND state = 'available' AND waits_for = 'lane'
        ORDER BY run_at, id LIMIT :limit
        """
      ) {
        $0.bind(":lane", lane.rawValue)
        $0.bind(":kind", current.rawValue)
        $0.bind(":limit", limit)
      } read: {
        ClaimCandidate(id: JobID(number: $0.int64(0)), runAt: $0.timestamp(1), priority: priority)
      }
      for candidate in heads {
        if candidate.runAt <= transaction.now {
          candidates.append(candidate)
        } else {
          next = min(next ?? candidate.runAt, candidate.runAt)
        }
      }
    }
    return (candidates.sorted().prefix(limit).map(\.id), next)
  }

  func firstKind(
    waitingIn lane: LaneID, after kind: String, _ connection: SQLiteConnection
  ) throws -> JobKind? {
    try connection.first(
      """
      SELECT kind FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE lane = :lane AND kind > :kind AND state = 'available' AND waits_for = 'lane'
      ORDER BY kind LIMIT 1
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
  }
}
