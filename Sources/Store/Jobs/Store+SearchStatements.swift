import Core
import Queue
import SQLite

// The statements of `Store+Search.swift`: one for each index, and within its range whatever else is asked for.

extension Store {
  func newest(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs
      WHERE id BETWEEN :first AND :last AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """, filter.bind, read: JobFilter.id)
  }

  func unfinished(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id BETWEEN :first AND :last
        AND (instr(:states, ' ' || state || ' ') OR (
          instr(:states, ' parked ') AND waits_for = 'lane' AND state = 'available' AND EXISTS (
            SELECT 1 FROM lanes WHERE lanes.id = jobs.lane AND breaker <> 'closed')))
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bind($0)
      $0.bind(":error", filter.error?.rawValue)
    } read: {
      JobFilter.id($0)
    }
  }

  func givenUp(
    _ state: JobState, of organization: String?, _ kind: JobKind, _ filter: JobFilter,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_given_up
      WHERE organization_id IS :organization AND state = :state AND kind = :kind
        AND state IN ('discarded', 'cancelled') AND id BETWEEN :first AND :last
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":state", state.rawValue)
      $0.bind(":kind", kind.rawValue)
      filter.bindRange($0)
    } read: {
      JobFilter.id($0)
    }
  }

  func givenUp(
    _ state: JobState, in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_given_up_in_lane
      WHERE lane = :lane AND lane IS NOT NULL AND state = :state
        AND state IN ('discarded', 'cancelled') AND id BETWEEN :first AND :last
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' '))
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":state", state.rawValue)
      $0.bind(":kinds", filter.kindWords)
      $0.bind(":organization", filter.organization)
      filter.bindRange($0)
    } read: {
      JobFilter.id($0)
    }
  }

  func failed(
    _ error: ErrorClass, of organization: String?, _ kind: JobKind, _ filter: JobFilter,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_failed
      WHERE organization_id IS :organization AND error_class = :error AND kind = :kind
        AND error_class IS NOT NULL AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":error", error.rawValue)
      $0.bind(":kind", kind.rawValue)
      filter.bindRange($0)
      $0.bind(":states", filter.states)
    } read: {
      JobFilter.id($0)
    }
  }

  func failed(
    _ error: ErrorClass, in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_failed_in_lane
      WHERE lane = :lane AND lane IS NOT NULL AND error_class = :error
        AND error_class IS NOT NULL AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' '))
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

  func jobs(
    in lane: LaneID, _ kind: JobKind, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_of_lane
      WHERE lane = :lane AND lane IS NOT NULL AND kind = :kind AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind.rawValue)
      filter.bindRange($0)
      $0.bind(":states", filter.states)
      $0.bind(":organization", filter.organization)
    } read: {
      JobFilter.id($0)
    }
  }

  func jobs(
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
}

extension Store {
  /// Whether a lane has ever had jobs of a kind that are still there.
  func hasJobs(in lane: LaneID, _ kind: JobKind, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_of_lane
      WHERE lane = :lane AND lane IS NOT NULL AND kind = :kind LIMIT 1
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind.rawValue)
    }
  }
}

/// A query in the words of the statements.
struct JobFilter {
  let organization: String?
  let states: String
  /// Nil is all.
  let kinds: [JobKind]?
  let lane: LaneID?
  let error: ErrorClass?
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
    error = query.error
    first = try query.since.map { try store.firstJob(since: $0, connection) } ?? 1
    let until = try query.until.map { try store.firstJob(since: $0, connection) }
    last = max(1, min(query.before?.number ?? .max, until ?? .max)) - 1
    limit = query.limit
  }

  var kindWords: String { JobFilter.words((kinds ?? []).map(\.rawValue)) }

  func bindRange(_ bindings: Bindings) {
    bindings.bind(":first", first)
    bindings.bind(":last", last)
    bindings.bind(":limit", limit)
  }

  func bind(_ bindings: Bindings) {
    bindings.bind(":organization", organization)
    bindings.bind(":states", states)
    bindings.bind(":kinds", kindWords)
    bindings.bind(":lane", lane?.rawValue)
    bindRange(bindings)
  }

  /// Words that `instr` can find whole.
  private static func words(_ words: [String]) -> String {
    words.isEmpty ? "" : " \(words.joined(separator: " ")) "
  }

  static func id(_ row: Row) -> JobID { JobID(number: row.int64(0)) }
}
