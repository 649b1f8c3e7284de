import Core
import Queue
import SQLite

// What operators do. Every action is recorded with who did it and what each job was before, in the same
// transaction; until a job has begun again, that can be undone.

extension Store {
  /// Applies the action to one job and returns the record's number. Throws `JobActionRefusal` where it does not
  /// apply, and then nothing is changed.
  package func act(_ action: JobAction, on id: JobID) throws -> Int64 {
    try write { transaction in
      let number = try self.insert(action, in: transaction)
      try self.apply(action, to: id, number: number, in: transaction)
      try self.addJobs(1, to: number, transaction.connection)
      return number
    }
  }

  /// Applies the action to every job that fits, in small bites, each committed with how far it has come: if the
  /// process dies in between, whoever sweeps next goes on. Jobs enqueued meanwhile are left alone. Lanes pace
  /// what it lets loose. Where it is undone meanwhile, it ends there; where `WorkLimit.current` is over, it goes on
  /// with the next sweep, and the record says so.
  package func act(_ action: JobAction, on query: JobQuery) throws -> ActionRecord {
    let number = try write { transaction in
      let number = try self.insert(action, in: transaction)
      try self.begin(number, action, on: query, in: transaction)
      return number
    }
    do {
      try finishAction(number)
    } catch is StoppedBetweenBites {
      // The rest is in the file.
    }
    guard let record = try actionRecord(number) else {
      trap("an action that was recorded is there")
    }
    return record
  }

  package func actions(of organization: String?, limit: Int) throws -> [ActionRecord] {
    try ask { connection in
      guard let organization else {
        return try connection.all(
          """
          SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at,
            undone_to IS NOT NULL OR EXISTS (SELECT 1 FROM actions_begun WHERE action_id = id)
          FROM actions ORDER BY id DESC LIMIT :limit
          """
        ) {
          $0.bind(":limit", limit)
        } read: {
          ActionRecord(row: $0)
        }
      }
      return try connection.all(
        """
        SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at,
          undone_to IS NOT NULL OR EXISTS (SELECT 1 FROM actions_begun WHERE action_id = id)
        FROM actions INDEXED BY actions_of_organization
        WHERE organization_id = :organization ORDER BY id DESC LIMIT :limit
        """
      ) {
        $0.bind(":organization", organization)
        $0.bind(":limit", limit)
      } read: {
        ActionRecord(row: $0)
      }
    }
  }

  private func actionRecord(_ number: Int64) throws -> ActionRecord? {
    try ask { connection in
      try connection.first(
        """
        SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at,
          undone_to IS NOT NULL OR EXISTS (SELECT 1 FROM actions_begun WHERE action_id = id)
        FROM actions WHERE id = :id
        """
      ) {
        $0.bind(":id", number)
      } read: {
        ActionRecord(row: $0)
      }
    }
  }

  private func insert(_ action: JobAction, in transaction: Transaction) throws -> Int64 {
    try transaction.connection.run(
      """
      INSERT INTO actions (organization_id, verb, made_by, made_at, jobs)
      VALUES (:organization, :verb, :by, :now, 0)
      """
    ) {
      $0.bind(":organization", action.organization)
      $0.bind(":verb", action.verb.name)
      $0.bind(":by", action.by)
      $0.bind(":now", transaction.now)
    }
    return transaction.connection.lastInsertedRow
  }

  func addJobs(_ jobs: Int, to number: Int64, _ connection: SQLiteConnection) throws {
    try connection.run("UPDATE actions SET jobs = jobs + :jobs WHERE id = :id") {
      $0.bind(":jobs", jobs)
      $0.bind(":id", number)
    }
  }

  /// Jobs in one transaction: a few milliseconds' work.
  static let actionBite = 100
}

/// A job as it was before an action.
struct JobBefore {
  let id: JobID
  let fence: Int
  let state: JobState
  let runAt: Timestamp
  let maxAttempts: Int
  let finishedAt: Timestamp?
  let reason: String?

  /// From `id, fence, state, run_at, max_attempts, finished_at, reason`.
  init(row: Row) {
    id = JobID(number: row.int64(0))
    fence = row.int(1)
    state = JobState(rawValue: row.string(2)) ?? .discarded
    runAt = row.timestamp(3)
    maxAttempts = row.int(4)
    finishedAt = row.optionalTimestamp(5)
    reason = row.optionalString(6)
  }
}

extension ActionRecord {
  fileprivate init(row: Row) {
    self.init(
      id: row.int64(0), verb: row.string(1), by: row.string(2), at: row.timestamp(3),
      jobs: row.int(4), isUnderWay: row.bool(7), undoneBy: row.optionalString(5),
      undoneAt: row.optionalTimestamp(6))
  }
}
