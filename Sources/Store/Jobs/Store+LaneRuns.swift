import Core
import Queue
import SQLite

// A lane's jobs among those of all lanes. The index is divided into runs of 1024 ids, so that jobs that are
// enqueued together are written together, whatever their lanes; within its run a lane's jobs are side by side.
// So a list goes from the newest run down, a seek for each, until it is full: a few for a lane that is used. One
// of next to nothing would be looked for in some five thousand runs of five million jobs; stretches in which it
// has none are left out (Store+Stretches.swift). The jobs are counted first and then fetched, in one statement:
// the recursion keeps its order whatever SQLite makes of it.

extension Store {
  /// The newest that fit; `kind` nil is any.
  func jobs(
    in lane: LaneID, _ kind: JobKind?, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let kinds = kind.map { $0.rawValue...$0.rawValue } ?? Self.allKinds
    guard let newest = try newestJob(in: lane, kinds, connection) else { return [] }
    var filter = filter
    filter.last = min(filter.last, newest)
    let open = try firstNotNoted(connection)
    var found = try runs(of: lane, kinds, filter, in: open...Int64.max, connection)
    if found.count == filter.limit || filter.first >= open { return found }
    let noted = try stretches(
      of: lane, kinds, from: filter.first, to: min(filter.last, open - 1), connection)
    for stretch in noted where found.count < filter.limit {
      var rest = filter
      rest.limit -= found.count
      found += try runs(of: lane, kinds, rest, in: stretch, connection)
    }
    return found
  }

  /// Kinds are named in ASCII.
  static let allKinds = ""..."\u{7F}"

  private func runs(
    of lane: LaneID, _ kinds: ClosedRange<String>, _ filter: JobFilter, in ids: ClosedRange<Int64>,
    _ connection: SQLiteConnection
  ) throws -> [JobID] {
    try connection.all(
      """
      WITH RECURSIVE runs (run, before, found) AS (
        VALUES (min(:last, (SELECT max(id) FROM jobs)) / 1024 + 1, 0, 0)
        UNION ALL
        SELECT run - 1, found, found + (
          SELECT count(*) FROM (
            SELECT 1 FROM jobs INDEXED BY jobs_of_lane
            WHERE id / 1024 = run - 1 AND lane = :lane AND lane IS NOT NULL
              AND kind BETWEEN :firstKind AND :lastKind AND id BETWEEN :first AND :last
              AND (:states = '' OR instr(:states, ' ' || state || ' '))
              AND (:organization IS NULL OR organization_id = :organization)
            LIMIT :limit))
        FROM runs
        WHERE found < :limit AND run > max(:first, (SELECT min(id) FROM jobs)) / 1024)
      SELECT id FROM jobs INDEXED BY jobs_of_lane
      WHERE id / 1024 IN (SELECT run FROM runs WHERE found > before) AND lane = :lane
        AND lane IS NOT NULL AND kind BETWEEN :firstKind AND :lastKind
        AND id BETWEEN :first AND :last
        AND (:states = '' OR instr(:states, ' ' || state || ' '))
        AND (:organization IS NULL OR organization_id = :organization)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":firstKind", kinds.lowerBound)
      $0.bind(":lastKind", kinds.upperBound)
      $0.bind(":states", filter.states)
      $0.bind(":organization", filter.organization)
      $0.bind(":first", max(filter.first, ids.lowerBound))
      $0.bind(":last", min(filter.last, ids.upperBound))
      $0.bind(":limit", filter.limit)
    } read: {
      JobFilter.id($0)
    }
  }

  /// The same of the newest few runs alone.
  func newestJobs(
    in lane: LaneID, _ filter: JobFilter, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let newest = try connection.first("SELECT max(id) FROM jobs") { $0.int64(0) } ?? 0
    var filter = filter
    filter.first = max(filter.first, min(filter.last, newest) - 4 * 1024)
    guard let kinds = filter.kinds else { return try jobs(in: lane, nil, filter, connection) }
    return try merged(kinds, filter) { try jobs(in: lane, $0, filter, connection) }
  }

  /// None has a higher id; nil where the lane has never had any.
  private func newestJob(
    in lane: LaneID, _ kinds: ClosedRange<String>, _ connection: SQLiteConnection
  ) throws -> Int64? {
    try connection.first(
      """
      SELECT max(newest_job) FROM lane_spans
      WHERE lane = :lane AND kind BETWEEN :firstKind AND :lastKind
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":firstKind", kinds.lowerBound)
      $0.bind(":lastKind", kinds.upperBound)
    } read: {
      $0.isNull(0) ? nil : $0.int64(0)
    } ?? nil
  }

  /// The kinds of which a lane has jobs, or had some.
  func kinds(in lane: LaneID, _ connection: SQLiteConnection) throws -> [JobKind] {
    try connection.all("SELECT kind FROM lane_spans WHERE lane = :lane") {
      $0.bind(":lane", lane.rawValue)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
  }
}
