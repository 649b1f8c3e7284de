import Core
import Queue
import SQLite

extension Store {
  /// Counts the places that each lane's jobs take and those that wait, and corrects the lanes that say
  /// otherwise; returns them. Before that it looks whether all that wait in order are where they are looked for.
  /// The counting is done on a snapshot: it takes the longer the more wait, and must not keep the writer.
  package func recountLanes() throws -> [LaneID] {
    let lost = try read { try lanesThatHaveLostJobs($0) }
    for lane in lost { try write { try self.findAgain(lane, in: $0) } }
    let lanes = try ask { connection in
      try connection.all("SELECT id FROM lanes ORDER BY id") { LaneID(rawValue: $0.string(0)) }
    }
    let corrected = try lanes.filter { id in
      guard let missing = try read({ try self.missing(in: id, $0) }) else { return false }
      return try write { try self.correct(id, by: missing, in: $0) }
    }
    return (lost.map(\.lane) + corrected).removingRepeats()
  }

  private struct LostJobs {
    let lane: LaneID
    let kind: JobKind
    let first: Int64
    let last: Int64
  }

  /// Kinds of which jobs wait in order outside the bounds of their span: nobody would ever look for them there.
  private func lanesThatHaveLostJobs(_ connection: SQLiteConnection) throws -> [LostJobs] {
    try connection.all(
      """
      SELECT found.lane, found.kind, first, last FROM (
        SELECT lane, kind, min(id) AS first, max(id) AS last FROM jobs INDEXED BY jobs_unfinished
        WHERE finished_at IS NULL AND in_order = 1 GROUP BY lane, kind) AS found
      LEFT JOIN lane_spans AS span ON span.lane = found.lane AND span.kind = found.kind
      WHERE first_job IS NULL OR first < first_job OR last > last_job
      """
    ) {
      LostJobs(
        lane: LaneID(rawValue: $0.string(0)), kind: JobKind(rawValue: $0.string(1)),
        first: $0.int64(2), last: $0.int64(3))
    }
  }

  /// Bounds that are wider than they need be do no harm.
  private func findAgain(_ lost: LostJobs, in transaction: Transaction) throws {
    try changeLanes(in: transaction) { connection in
      try connection.run(
        """
        INSERT INTO lane_spans (lane, kind, first_job, last_job, newest_job)
        VALUES (:lane, :kind, :first, :last, :last)
        ON CONFLICT (lane, kind) DO UPDATE SET
          first_job = min(coalesce(first_job, :first), :first),
          last_job = max(coalesce(last_job, :last), :last), newest_job = max(newest_job, :last)
        """
      ) {
        $0.bind(":lane", lost.lane.rawValue)
        $0.bind(":kind", lost.kind.rawValue)
        $0.bind(":first", lost.first)
        $0.bind(":last", lost.last)
      }
      try connection.run("UPDATE lanes SET wake_at = :now WHERE id = :lane") {
        $0.bind(":now", transaction.now)
        $0.bind(":lane", lost.lane.rawValue)
      }
    }
    jobsReady.give()
  }

  /// How many more jobs of the lane there are than it counts; nil where there are as many.
  private func missing(
    in lane: LaneID, _ connection: SQLiteConnection
  ) throws -> (admitted: Int, waiting: Int)? {
    let waiting = try allWaiting(in: lane, connection) { $0.int64(0) }.count
    let missing = try connection.first(
      """
      SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_executing
        WHERE state = 'executing' AND lane = lanes.id AND admitted = 1) - admitted, waiting
      FROM lanes WHERE id = :lane
      """
    ) {
      $0.bind(":lane", lane.rawValue)
    } read: {
      (admitted: $0.int(0), waiting: waiting - $0.int(1))
    }
    return missing.flatMap { $0 == (0, 0) ? nil : $0 }
  }

  /// What is missing does not depend on what has come and gone since it was counted.
  private func correct(
    _ id: LaneID, by missing: (admitted: Int, waiting: Int), in transaction: Transaction
  ) throws -> Bool {
    let row = try laneToChange(id, in: transaction)
    row.lane.admitted = max(0, row.lane.admitted + missing.admitted)
    row.lane.waiting = max(0, row.lane.waiting + missing.waiting)
    row.forgetHeads()
    row.wake(at: transaction.now)
    jobsReady.give()
    return true
  }
}
