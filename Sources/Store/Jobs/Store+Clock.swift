import Core
import Queue
import SQLite

// The wall clock schedules, and can be set back: by an hour when it was wrong, or between two runs of the
// program. What was planned relative to the time that was wrong is then planned anew; what has an appointed
// time keeps it.

extension Store {
  /// The time for a row's `enqueued_at`: never earlier than a row's with a lower id, so that a time can be
  /// found among the ids.
  func orderedTime(_ now: Timestamp) -> Timestamp {
    latestEnqueue.withLock { latest in
      latest = max(latest, now)
      return latest
    }
  }

  static func latestEnqueue(_ database: Database) throws -> Timestamp {
    try database.readers.ask { connection in
      try connection.first("SELECT enqueued_at FROM jobs ORDER BY id DESC LIMIT 1") {
        $0.timestamp(0)
      } ?? Timestamp(milliseconds: 0)
    }
  }

  /// How far the wall clock is behind the newest job: it was set back while no process ran.
  package func clockIsBehind() -> Duration? {
    let behind = latestEnqueue.withLock { $0 } - database.time.now()
    return behind > .zero ? behind : nil
  }

  package func clockWentBack(by jump: Duration) throws {
    var cursor: JobID? = JobID(number: 0)
    while let reached = cursor { cursor = try moveBack(after: reached, by: jump) }
    try write { transaction in
      // Their waiting jobs have moved: each lane is looked at anew by the next claims.
      try transaction.connection.run(
        """
        UPDATE lanes SET not_before = not_before - :jump, open_until = open_until - :jump,
          tokens_at = tokens_at - :jump, wake_at = CASE WHEN waiting > 0 THEN :now END
        """
      ) {
        $0.bind(":jump", jump.wholeMilliseconds)
        $0.bind(":now", transaction.now)
      }
      // A job whose time is ahead again must not keep a place.
      for lane in try self.lanesWithAdmitted(transaction.connection) {
        try self.makeRoom(in: lane, in: transaction)
      }
      self.jobsReady.give()
    }
  }

  /// Moves those of the next few jobs that have to be; returns the last of them, or nil at the end.
  private func moveBack(after cursor: JobID, by jump: Duration) throws -> JobID? {
    try write { transaction in
      let connection = transaction.connection
      let next = try connection.all(
        """
        SELECT id, run_at, state = 'available' AND run_at > :now
          AND (fence > 0 OR run_at <= enqueued_at)
        FROM jobs INDEXED BY jobs_unfinished
        WHERE finished_at IS NULL AND id > :cursor ORDER BY id LIMIT :bite
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":cursor", cursor.number)
        $0.bind(":bite", Store.clockBite)
      } read: {
        (id: JobID(number: $0.int64(0)), runAt: $0.timestamp(1), isToMove: $0.bool(2))
      }
      for job in next where job.isToMove {
        try connection.run("UPDATE jobs SET run_at = :runAt WHERE id = :id") {
          $0.bind(":runAt", job.runAt - jump)
          $0.bind(":id", job.id.number)
        }
      }
      return next.last?.id
    }
  }

  /// Jobs in one transaction: some milliseconds' work.
  private static let clockBite = 500
}
