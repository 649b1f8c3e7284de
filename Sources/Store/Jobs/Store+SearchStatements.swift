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

  func available(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND id BETWEEN :first AND :last AND state = 'available'
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bindWithoutStates($0)
    } read: {
      JobFilter.id($0)
    }
  }

  /// As many as there are workers.
  func executing(_ filter: JobFilter, _ connection: SQLiteConnection) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_executing
      WHERE state = 'executing' AND id BETWEEN :first AND :last
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' ')) AND (:lane IS NULL OR lane = :lane)
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bindWithoutStates($0)
    } read: {
      JobFilter.id($0)
    }
  }

  func aside(
    _ state: JobState, of organization: String?, _ kind: JobKind, _ filter: JobFilter,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_aside
      WHERE organization_id IS :organization AND aside = :state AND kind = :kind
        AND id BETWEEN :first AND :last AND (:error IS NULL OR error_class = :error)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":state", state.rawValue)
      $0.bind(":kind", kind.rawValue)
      $0.bind(":error", filter.error?.rawValue)
      filter.bindRange($0)
    } read: {
      JobFilter.id($0)
    }
  }

  func aside(
    _ state: JobState, in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      SELECT id FROM jobs INDEXED BY jobs_aside_in_lane
      WHERE lane = :lane AND lane IS NOT NULL AND aside = :state AND id BETWEEN :first AND :last
        AND (:error IS NULL OR error_class = :error)
        AND (:kinds = '' OR instr(:kinds, ' ' || kind || ' '))
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      filter.bindWithoutStates($0)
      $0.bind(":state", state.rawValue)
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
      $0.bind(":organization", organization)
      $0.bind(":kind", kind.rawValue)
      filter.bindRange($0)
      $0.bind(":states", filter.states)
      $0.bind(":kinds", filter.kindWords)
      $0.bind(":lane", filter.lane?.rawValue)
    } read: {
      JobFilter.id($0)
    }
  }
}
