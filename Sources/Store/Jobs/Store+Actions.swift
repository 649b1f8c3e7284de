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
      try self.setJobs(1, of: number, transaction.connection)
      return number
    }
  }

  /// Applies the action to every job that fits, in small bites: each has been recorded once it is done, and a
  /// process that dies in between leaves the rest as it was: asked for again, it does the rest. Jobs enqueued meanwhile are left alone. Lanes pace
  /// what it lets loose.
  package func act(_ action: JobAction, on query: JobQuery) throws -> ActionRecord {
    let number = try write { try self.insert(action, in: $0) }
    var count = 0
    try forEachBite(of: query, for: action.verb) { ids in
      let before = count
      count += try write { transaction in
        var applied = 0
        for id in ids {
          do {
            try self.apply(action, to: id, number: number, in: transaction)
            applied += 1
          } catch is JobActionRefusal {
            // It has moved on since it was found, or never fitted.
          }
        }
        try self.setJobs(before + applied, of: number, transaction.connection)
        return applied
      }
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
          SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at
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
        SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at
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
        SELECT id, verb, made_by, made_at, jobs, undone_by, undone_at FROM actions WHERE id = :id
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

  private func setJobs(_ jobs: Int, of number: Int64, _ connection: SQLiteConnection) throws {
    try connection.run("UPDATE actions SET jobs = :jobs WHERE id = :id") {
      $0.bind(":jobs", jobs)
      $0.bind(":id", number)
    }
  }

  /// The jobs that fit and are in a state to which the verb can apply, oldest last, some at a time.
  func forEachBite(
    of query: JobQuery, for verb: JobAction.Verb, _ body: ([JobID]) throws -> Void
  ) throws {
    var page = query
    page.states = verb.states(among: query.states)
    if page.states.isEmpty { return }
    page.limit = Store.actionBite
    if page.before == nil {
      // Nothing that comes later is among them.
      page.before = try ask { try $0.first("SELECT max(id) FROM jobs") { $0.int64(0) } }
        .map { JobID(number: $0 + 1) }
    }
    while true {
      let ids = try read { try self.jobIDs(page, $0) }
      if ids.isEmpty { return }
      try body(ids)
      page.before = ids.last
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
      jobs: row.int(4), undoneBy: row.optionalString(5), undoneAt: row.optionalTimestamp(6))
  }
}
