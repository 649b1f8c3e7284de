import Core
import Queue
import SQLite

// How many jobs there are of each kind in each state. Every change of a state is noted in memory and written
// with its commit, in a few rows however many jobs it moved: so the numbers are exact on every
// snapshot, and nobody counts rows.

extension Store {
  /// Notes that a job has come into a state, from another one or from nowhere.
  func count(
    _ kind: JobKind, from: JobState? = nil, to: JobState?, in transaction: Transaction
  ) {
    memory.change { state in
      if let from { state.counts.add(-1, to: JobCountKey(kind: kind, state: from)) }
      if let to { state.counts.add(1, to: JobCountKey(kind: kind, state: to)) }
    }
  }

  /// Forgets minutes before `limit`; true where there may be more.
  package func pruneMinutes(before limit: Timestamp) throws -> Bool {
    try write { transaction in
      try transaction.connection.run(
        """
        DELETE FROM job_minutes WHERE (minute, kind) IN (
          SELECT minute, kind FROM job_minutes WHERE minute < :limit ORDER BY minute LIMIT :bite)
        """
      ) {
        $0.bind(":limit", limit.minute)
        $0.bind(":bite", Store.pruneBite)
      } == Store.pruneBite
    }
  }

  /// All counts that are not zero.
  package func jobCounts() throws -> [JobCount] {
    try ask { try counted($0) }
  }

  func counted(_ connection: SQLiteConnection) throws -> [JobCount] {
    try connection.all(
      "SELECT kind, state, count FROM job_counts WHERE count <> 0 ORDER BY kind, state"
    ) {
      JobCount(row: $0)
    }
  }
}

extension JobCount {
  /// Adds to the count that is stored.
  func write(in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO job_counts (kind, state, count) VALUES (:kind, :state, :amount)
      ON CONFLICT (kind, state) DO UPDATE SET count = count + excluded.count
      """
    ) {
      $0.bind(":kind", key.kind.rawValue)
      $0.bind(":state", key.state.rawValue)
      $0.bind(":amount", count)
    }
    if key.state.isFinal && count > 0 { try countFinished(in: transaction) }
  }

  private func countFinished(in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO job_minutes (minute, kind, finished) VALUES (:minute, :kind, :amount)
      ON CONFLICT (minute, kind) DO UPDATE SET finished = finished + excluded.finished
      """
    ) {
      $0.bind(":minute", transaction.now.minute)
      $0.bind(":kind", key.kind.rawValue)
      $0.bind(":amount", count)
    }
  }

  /// From `kind, state, count`.
  init(row: Row) {
    self.init(
      key: JobCountKey(
        kind: JobKind(rawValue: row.string(0)),
        state: JobState(rawValue: row.string(1)) ?? .discarded),
      count: row.int(2))
  }
}

/// By how much the counts have changed since the last commit.
struct CountMemory {
  private var changes: [JobCountKey: Int] = [:]

  mutating func add(_ amount: Int, to key: JobCountKey) { changes[key, default: 0] += amount }

  mutating func take() -> [JobCount] {
    defer { changes.removeAll(keepingCapacity: true) }
    return changes.compactMap { $1 == 0 ? nil : JobCount(key: $0, count: $1) }
  }
}
