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

  /// How far the wall clock is behind the newest job: it was set back while no process ran. Nil where it is
  /// not, or where that was dealt with: the clock has shown that time before it was set back.
  package func clockIsBehind() throws -> Duration? {
    let latest = latestEnqueue.withLock { $0 }
    let behind = latest - database.time.now()
    guard behind > .zero, try reached() < latest else { return nil }
    return behind
  }

  /// What was set back while no process ran is dealt with at the next start: once, however many start.
  package func clockWasBehind(by jump: Duration) throws {
    let latest = latestEnqueue.withLock { $0 }
    try write { transaction in
      if try self.reached(transaction.connection) >= latest { return }
      try self.beginMovingBack(by: jump, in: transaction)
    }
    try finishMovingBack()
  }

  package func clockWentBack(
    by jump: Duration, between earlier: MonotonicInstant, and later: MonotonicInstant
  ) throws {
    try write { transaction in
      // Whoever saw it before has dealt with it. A reading that is ahead is from before the machine started.
      let dealtWith = try transaction.connection.first(
        """
        SELECT coalesce(sum(jump), 0) FROM (
          SELECT seen_at, jump FROM clock_jumps ORDER BY id DESC LIMIT :kept)
        WHERE seen_at > :earlier AND seen_at <= :now
        """
      ) {
        $0.bind(":kept", Store.keptJumps)
        $0.bind(":earlier", Int64(clamping: earlier.nanoseconds))
        $0.bind(":now", Int64(clamping: self.database.time.monotonic().nanoseconds))
      } read: {
        Duration.milliseconds($0.int64(0))
      }
      let left = jump - (dealtWith ?? .zero)
      if left < Store.leastJump { return }
      try self.beginMovingBack(by: left, seenAt: later, in: transaction)
    }
    try finishMovingBack()
  }

  /// What a clock is set back by in one step, and not slewed.
  private static let leastJump = Duration.seconds(1)
  /// More than anybody sets a clock while another process takes one look at it.
  private static let keptJumps = 100

  /// The lanes' times are moved at once; those of the jobs, however many, from here on in bites.
  private func beginMovingBack(
    by jump: Duration, seenAt: MonotonicInstant? = nil, in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    let seenAt = seenAt ?? database.time.monotonic()
    try connection.run(
      """
      INSERT INTO clock_jumps (seen_at, jump, reached, last_job, moved_to)
      VALUES (:seenAt, :jump, :reached, (SELECT coalesce(max(id), 0) FROM jobs), 0)
      """
    ) {
      $0.bind(":seenAt", Int64(clamping: seenAt.nanoseconds))
      $0.bind(":jump", jump.wholeMilliseconds)
      $0.bind(":reached", max(transaction.now + jump, self.latestEnqueue.withLock { $0 }))
    }
    try connection.run("DELETE FROM clock_jumps WHERE id <= :last AND moved_to IS NULL") {
      $0.bind(":last", connection.lastInsertedRow - Int64(Store.keptJumps))
    }
    try changeLanes(in: transaction) { connection in
      try connection.run(
        """
        UPDATE lanes SET not_before = not_before - :jump, open_until = open_until - :jump,
          tokens_at = tokens_at - :jump
        """
      ) { $0.bind(":jump", jump.wholeMilliseconds) }
    }
  }

  private func reached() throws -> Timestamp { try ask { try reached($0) } }

  private func reached(_ connection: SQLiteConnection) throws -> Timestamp {
    let reached = try connection.first("SELECT max(reached) FROM clock_jumps") {
      $0.optionalTimestamp(0)
    }
    return (reached ?? nil) ?? Timestamp(milliseconds: 0)
  }

  // MARK: - In bites

  /// Moves the jobs' times back, however many there are; also those that a process has left that died.
  func finishMovingBack() throws {
    while try writeBite({ try self.moveBack(in: $0) }) {}
  }

  /// Moves those of the next few jobs that have to be; false where there is nothing left to do. A retry that is
  /// planned meanwhile may come earlier than it was meant to.
  private func moveBack(in transaction: Transaction) throws -> Bool {
    guard let jump = try unfinishedJump(transaction.connection) else { return false }
    let connection = transaction.connection
    let next = try connection.all(
      """
      SELECT id, run_at, state = 'available' AND run_at > :now
        AND (fence > 0 OR run_at <= enqueued_at)
      FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id > :movedTo AND id <= :last ORDER BY id LIMIT :bite
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":movedTo", jump.movedTo)
      $0.bind(":last", jump.lastJob)
      $0.bind(":bite", Store.clockBite)
    } read: {
      (id: $0.int64(0), runAt: $0.timestamp(1), isToMove: $0.bool(2))
    }
    for job in next where job.isToMove {
      // The lanes' heads are read anew once all have moved.
      try connection.run("UPDATE jobs SET run_at = :runAt, in_order = NULL WHERE id = :id") {
        $0.bind(":runAt", job.runAt - jump.by)
        $0.bind(":id", job.id)
      }
    }
    let isLast = next.count < Store.clockBite
    try connection.run("UPDATE clock_jumps SET moved_to = :movedTo WHERE id = :id") {
      $0.bind(":movedTo", isLast ? nil : next.last?.id)
      $0.bind(":id", jump.number)
    }
    if isLast {
      // Their waiting jobs have moved.
      try changeLanes(in: transaction) { connection in
        try connection.run("UPDATE lanes SET wake_at = CASE WHEN waiting > 0 THEN :now END") {
          $0.bind(":now", transaction.now)
        }
      }
      jobsReady.give()
    }
    return true
  }

  private func unfinishedJump(
    _ connection: SQLiteConnection
  ) throws -> (number: Int64, by: Duration, movedTo: Int64, lastJob: Int64)? {
    try connection.first(
      """
      SELECT id, jump, moved_to, last_job FROM clock_jumps INDEXED BY clock_jumps_unfinished
      WHERE moved_to IS NOT NULL ORDER BY id LIMIT 1
      """
    ) {
      (
        number: $0.int64(0), by: .milliseconds($0.int64(1)), movedTo: $0.int64(2),
        lastJob: $0.int64(3)
      )
    }
  }

  /// Jobs in one transaction: some milliseconds' work.
  private static let clockBite = 500
}
