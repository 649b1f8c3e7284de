import Core
import Queue
import SQLite

extension Store {
  /// Counts the places that each lane's jobs take and those that wait, and corrects the lanes that say
  /// otherwise; returns them. The counting is done on a snapshot: it takes the longer the more wait, and must
  /// not keep the writer.
  package func recountLanes() throws -> [LaneID] {
    let lanes = try ask { connection in
      try connection.all("SELECT id FROM lanes ORDER BY id") { LaneID(rawValue: $0.string(0)) }
    }
    return try lanes.filter { id in
      guard let missing = try read({ try self.missing(in: id, $0) }) else { return false }
      return try write { try self.correct(id, by: missing, in: $0) }
    }
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
