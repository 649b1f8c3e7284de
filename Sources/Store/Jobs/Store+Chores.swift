import Core
import Queue
import SQLite

extension Store {
  package func makeChores(_ chores: [JobKind: Schedule]) throws {
    let now = database.time.now()
    let planned = try plannedChores()
    let due = chores.filter { kind, schedule in
      guard let next = planned[kind] else { return true }
      // A plan that lies further ahead than one interval was made before the clock was set back.
      return next <= now || next > now + schedule.every
    }
    if due.isEmpty { return }
    try write { transaction in
      for (kind, schedule) in due { try self.make(kind, schedule, in: transaction) }
    }
  }

  /// The row decides: another process may have made it since we looked.
  private func make(
    _ kind: JobKind, _ schedule: Schedule, in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    let now = transaction.now
    let planned = try connection.first("SELECT next_at FROM chores WHERE kind = :kind") {
      $0.bind(":kind", kind.rawValue)
    } read: {
      $0.timestamp(0)
    }
    if let planned, planned > now, planned <= now + schedule.every { return }
    if let planned, schedule.isDue(planned, now: now) {
      // One that still runs, or waits, is enough.
      _ = try enqueue(
        NewJob(kind: kind, payload: ["version": 1], uniqueKey: "chore:\(kind.rawValue)"),
        in: transaction)
    }
    try connection.run(
      """
      INSERT INTO chores (kind, next_at) VALUES (:kind, :next)
      ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at
      """
    ) {
      $0.bind(":kind", kind.rawValue)
      $0.bind(":next", schedule.next(after: now))
    }
  }

  private func plannedChores() throws -> [JobKind: Timestamp] {
    let rows = try ask { connection in
      try connection.all("SELECT kind, next_at FROM chores ORDER BY kind") {
        (JobKind(rawValue: $0.string(0)), $0.timestamp(1))
      }
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }
}
