import Core
import Queue
import SQLite

// Finding jobs. Which index is walked over depends on what is asked for, and SQLite is not left to guess: of
// millions of jobs nearly all have ended well, so that whoever asks for others would be looked for among them.
// Each of the statements below has the same conditions behind its own.

extension Store {
  /// The newest `query.limit` jobs that fit, newest first.
  func jobIDs(_ query: JobQuery, _ connection: SQLiteConnection) throws -> [JobID] {
    guard let filter = try JobFilter(query, self, connection) else { return [] }
    if let error = query.error { return try failed(error, filter, connection) }
    if !query.states.isEmpty {
      if query.states.allSatisfy({ !$0.isFinal }) { return try unfinished(filter, connection) }
      if query.states.allSatisfy({ $0 == .discarded || $0 == .cancelled }) {
        return try merged(query.states, filter) { try givenUp($0, filter, connection) }
      }
    }
    if let organization = query.organization {
      let kinds = try filter.kinds ?? counted(connection).map(\.key.kind).removingRepeats()
      return try merged(kinds, filter) { try jobs(of: organization, $0, filter, connection) }
    }
    guard let kinds = filter.kinds else { return try newest(filter, connection) }
    let organizations = try [nil] + organizationIDs(connection)
    return try merged(organizations, filter) { organization in
      try merged(kinds, filter) { try jobs(of: organization, $0, filter, connection) }
    }
  }

  /// The newest of what is found in several ranges, each newest first.
  private func merged<Range>(
    _ ranges: [Range], _ filter: JobFilter, _ find: (Range) throws -> [JobID]
  ) rethrows -> [JobID] {
    Array(try ranges.flatMap(find).sorted(by: >).prefix(filter.limit))
  }

  private func newest(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs
      WHERE id BETWEEN :first AND :last AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """, filter.bind, read: JobFilter.id)
  }

  private func unfinished(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id BETWEEN :first AND :last
        AND (instr(:states, ' ' || state || ' ') OR (
          instr(:states, ' parked ') AND waits_for = 'lane' AND state = 'available' AND EXISTS (
            SELECT 1 FROM lanes WHERE lanes.id = jobs.lane AND breaker <> 'closed')))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """, filter.bind, read: JobFilter.id)
  }

  private func givenUp(
    _ state: JobState, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_given_up
      WHERE state = :state AND state IN ('discarded', 'cancelled') AND id BETWEEN :first AND :last
        AND instr(:states, ' ' || state || ' ')
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bind($0)
      $0.bind(":state", state.rawValue)
    } read: {
      JobFilter.id($0)
    }
  }

  private func failed(
    _ error: ErrorClass, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_failed
      WHERE error_class = :error AND error_class IS NOT NULL AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bind($0)
      $0.bind(":error", error.rawValue)
    } read: {
      JobFilter.id($0)
    }
  }

  private func jobs(
    of organization: String?, _ kind: JobKind, _ filter: JobFilter,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_of_organization
      WHERE organization_id IS :organization AND kind = :kind AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bind($0)
      $0.bind(":organization", organization)
      $0.bind(":kind", kind.rawValue)
    } read: {
      JobFilter.id($0)
    }
  }

  private func organizationIDs(_ connection: SQLiteConnection) throws -> [String?] {
    try connection.all("SELECT id FROM organizations ORDER BY id") { $0.string(0) }
  }

  /// The lowest id that was enqueued at `time` or later; one more than the highest where there is none. Ids
  /// rise with time, so a few steps find it without an index.
  func firstJob(since time: Timestamp, _ connection: SQLiteConnection) throws -> Int64 {
    var low: Int64 = 1
    var high = try connection.first("SELECT max(id) FROM jobs") { $0.int64(0) } ?? 0
    high += 1
    while low < high {
      let middle = low + (high - low) / 2
      // The first row from the middle on: some in between may have been pruned.
      let row = try connection.first(
        "SELECT id, enqueued_at FROM jobs WHERE id >= :id ORDER BY id LIMIT 1"
      ) {
        $0.bind(":id", middle)
      } read: {
        (id: $0.int64(0), enqueuedAt: $0.timestamp(1))
      }
      guard let row, row.id < high else {
        high = middle
        continue
      }
      if row.enqueuedAt >= time { high = middle } else { low = row.id + 1 }
    }
    return low
  }
}

/// A query in the words of the statements.
private struct JobFilter {
  let organization: String?
  let states: String
  /// Nil is all.
  let kinds: [JobKind]?
  let lane: LaneID?
  let first: Int64
  let last: Int64
  let limit: Int

  /// Nil where nothing can fit.
  init?(_ query: JobQuery, _ store: Store, _ connection: SQLiteConnection) throws {
    organization = query.organization
    states = JobFilter.words(query.states.map(\.rawValue))
    var kinds = query.kind.map { [$0] }
    if let queue = query.queue {
      let known = try kinds ?? store.counted(connection).map(\.key.kind).removingRepeats()
      kinds = known.filter { store.policy($0).queue == queue }
      if kinds?.isEmpty == true { return nil }
    }
    self.kinds = kinds
    lane = query.lane
    first = try query.since.map { try store.firstJob(since: $0, connection) } ?? 1
    let until = try query.until.map { try store.firstJob(since: $0, connection) }
    last = max(1, min(query.before?.number ?? .max, until ?? .max)) - 1
    limit = query.limit
  }

  func bind(_ bindings: Bindings) {
    bindings.bind(":organization", organization)
    bindings.bind(":states", states)
    bindings.bind(":kinds", JobFilter.words((kinds ?? []).map(\.rawValue)))
    bindings.bind(":lane", lane?.rawValue)
    bindings.bind(":first", first)
    bindings.bind(":last", last)
    bindings.bind(":limit", limit)
  }

  /// Words that `instr` can find whole.
  private static func words(_ words: [String]) -> String {
    words.isEmpty ? "" : " \(words.joined(separator: " ")) "
  }

  static func id(_ row: Row) -> JobID { JobID(number: row.int64(0)) }
}

extension Array where Element: Hashable {
  fileprivate func removingRepeats() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
