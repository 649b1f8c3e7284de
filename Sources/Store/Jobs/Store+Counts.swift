import Core
import Queue
import SQLite
import Synchronization

// How many jobs there are of each kind in each state. Every change of a state is noted in the batch and
// written with its commit, in a few rows however many jobs it moved: so the numbers are exact on every
// snapshot, and nobody counts rows.

extension Store {
  /// Notes that a job has come into a state, from another one or from nowhere.
  func count(
    _ kind: JobKind, from: JobState? = nil, to: JobState?, in transaction: Transaction
  ) {
    if let from { transaction.notes.add(-1, to: countKeys.number(kind, from)) }
    if let to { transaction.notes.add(1, to: countKeys.number(kind, to)) }
  }

  func writeCounts(_ sums: [Int: Int], in transaction: Transaction) throws {
    for (number, amount) in sums where amount != 0 {
      let (kind, state) = countKeys.key(number)
      try transaction.connection.run(
        """
        INSERT INTO job_counts (kind, state, count) VALUES (:kind, :state, :amount)
        ON CONFLICT (kind, state) DO UPDATE SET count = count + excluded.count
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":state", state.rawValue)
        $0.bind(":amount", amount)
      }
      if state.isFinal && amount > 0 { try countFinished(kind, amount, in: transaction) }
    }
  }

  private func countFinished(
    _ kind: JobKind, _ amount: Int, in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO job_minutes (minute, kind, finished) VALUES (:minute, :kind, :amount)
      ON CONFLICT (minute, kind) DO UPDATE SET finished = finished + excluded.finished
      """
    ) {
      $0.bind(":minute", transaction.now.minute)
      $0.bind(":kind", kind.rawValue)
      $0.bind(":amount", amount)
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

  /// Compares the counts with the jobs themselves, on one snapshot, and returns those that differ by how much
  /// they are too small. It walks over all jobs: for a check, not for a page.
  package func miscounts() throws -> [JobCount] {
    try read { connection in
      var difference: [JobCountKey: Int] = [:]
      let truth = try connection.all("SELECT kind, state, count(*) FROM jobs GROUP BY kind, state")
      {
        JobCount(row: $0)
      }
      for count in truth { difference[count.key, default: 0] += count.count }
      for count in try self.counted(connection) { difference[count.key, default: 0] -= count.count }
      return difference.filter { $0.value != 0 }.map { JobCount(key: $0.key, count: $0.value) }
        .sorted {
          ($0.key.kind.rawValue, $0.key.state.rawValue)
            < ($1.key.kind.rawValue, $1.key.state.rawValue)
        }
    }
  }

  /// Adds what `miscounts` has found missing.
  package func correct(_ miscounts: [JobCount]) throws {
    try write { transaction in
      for miscount in miscounts {
        transaction.notes.add(
          miscount.count, to: self.countKeys.number(miscount.key.kind, miscount.key.state))
      }
    }
  }
}

extension JobCount {
  fileprivate init(row: Row) {
    self.init(
      key: JobCountKey(
        kind: JobKind(rawValue: row.string(0)),
        state: JobState(rawValue: row.string(1)) ?? .discarded),
      count: row.int(2))
  }
}

/// Numbers for the sums of a batch's notes: one for each kind and state.
final class CountKeys: Sendable {
  private struct State {
    var kinds: [JobKind] = []
    var numbers: [JobKind: Int] = [:]
  }

  private static let states = JobState.allCases
  private let state = Mutex(State())

  func number(_ kind: JobKind, _ job: JobState) -> Int {
    let kindNumber = state.withLock { state in
      if let known = state.numbers[kind] { return known }
      state.kinds.append(kind)
      state.numbers[kind] = state.kinds.count - 1
      return state.kinds.count - 1
    }
    return kindNumber * Self.states.count + job.number
  }

  func key(_ number: Int) -> (JobKind, JobState) {
    let kind = state.withLock { $0.kinds[number / Self.states.count] }
    return (kind, Self.states[number % Self.states.count])
  }
}

extension JobState {
  fileprivate var number: Int {
    switch self {
    case .available: 0
    case .executing: 1
    case .completed: 2
    case .cancelled: 3
    case .discarded: 4
    case .awaitingApproval: 5
    case .parked: 6
    }
  }
}
