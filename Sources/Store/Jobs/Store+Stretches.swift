import Core
import Queue
import SQLite

// Of which kinds each lane has jobs in which stretches of 65536 ids, 64 runs of the index by lanes. Whoever enqueues writes
// nothing of it: when all ids of a stretch are given, it is looked through once, on a snapshot, and noted. Ids
// only rise and a job keeps its lane, so that what is not noted then never comes; what is forgotten later is
// looked for in vain, no more. Newer jobs are looked for in every run.

extension Store {
  /// Looks through the next stretch, if all its ids are given, and forgets those that have no jobs any more.
  /// Returns whether there may be more to do.
  package func noteNextStretch() throws -> Bool {
    let place = try ask { connection in
      try connection.first(
        """
        SELECT (SELECT min(id) FROM jobs), (SELECT max(id) FROM jobs),
          (SELECT min(number) FROM stretches), (SELECT max(number) FROM stretches)
        """
      ) {
        (
          oldest: $0.int64(0) / Store.stretch, newest: $0.int64(1), first: $0.optionalInt(2),
          last: $0.optionalInt(3)
        )
      }
    }
    guard let place else { return false }
    if let first = place.first, first < place.oldest,
      try write({ try self.forgetStretches(before: place.oldest, in: $0) })
    {
      return true
    }
    let next = max(place.last.map { Int64($0) + 1 } ?? 0, place.oldest)
    guard place.newest >= (next + 1) * Store.stretch else { return false }
    let kinds = try ask { try self.kinds(in: next, $0) }
    for start in stride(from: 0, to: kinds.count, by: Store.pruneBite) {
      let bite = Array(kinds[start...].prefix(Store.pruneBite))
      try write { transaction in
        for (lane, kind) in bite { try self.note(lane, kind, in: next, transaction.connection) }
      }
    }
    // Last of all: until then it counts as not looked through.
    try write { transaction in
      _ = try transaction.connection.run(
        "INSERT OR IGNORE INTO stretches (number) VALUES (:number)"
      ) {
        $0.bind(":number", next)
      }
    }
    return true
  }

  private func kinds(
    in stretch: Int64, _ connection: SQLiteConnection
  ) throws -> [(lane: String, kind: String)] {
    try connection.all(
      """
      SELECT DISTINCT lane, kind FROM jobs INDEXED BY jobs_of_lane
      WHERE id / 1024 BETWEEN :stretch * 64 AND :stretch * 64 + 63 AND lane IS NOT NULL
      """
    ) {
      $0.bind(":stretch", stretch)
    } read: {
      (lane: $0.string(0), kind: $0.string(1))
    }
  }

  private func note(
    _ lane: String, _ kind: String, in stretch: Int64, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      INSERT OR IGNORE INTO kinds_in_stretch (stretch, lane, kind) VALUES (:stretch, :lane, :kind)
      """
    ) {
      $0.bind(":stretch", stretch)
      $0.bind(":lane", lane)
      $0.bind(":kind", kind)
    }
  }

  private func forgetStretches(before oldest: Int64, in transaction: Transaction) throws -> Bool {
    let kinds = try transaction.connection.run(
      """
      DELETE FROM kinds_in_stretch WHERE (stretch, lane, kind) IN (
        SELECT stretch, lane, kind FROM kinds_in_stretch WHERE stretch < :oldest LIMIT :bite)
      """
    ) {
      $0.bind(":oldest", oldest)
      $0.bind(":bite", Store.pruneBite)
    }
    if kinds == Store.pruneBite { return true }
    // The last one stays: where the next begins is known by it.
    try transaction.connection.run(
      "DELETE FROM stretches WHERE number < :oldest AND number < (SELECT max(number) FROM stretches)"
    ) {
      $0.bind(":oldest", oldest)
    }
    return false
  }

  // MARK: - Who looks for jobs

  /// The first id from which on a lane's jobs have to be looked for in every run.
  func firstNotNoted(_ connection: SQLiteConnection) throws -> Int64 {
    let last = try connection.first("SELECT max(number) FROM stretches") { $0.optionalInt(0) }
    return (last ?? nil).map { (Int64($0) + 1) * Store.stretch } ?? 0
  }

  /// The stretches in which a lane had jobs of these kinds, the newest first.
  func stretches(
    of lane: LaneID, _ kinds: ClosedRange<String>, from first: Int64, to last: Int64,
    _ connection: SQLiteConnection
  ) throws -> [ClosedRange<Int64>] {
    try connection.all(
      """
      SELECT number FROM stretches
      WHERE number BETWEEN :first / 65536 AND :last / 65536 AND EXISTS (
        SELECT 1 FROM kinds_in_stretch
        WHERE stretch = number AND lane = :lane AND kind BETWEEN :firstKind AND :lastKind)
      ORDER BY number DESC
      """
    ) {
      $0.bind(":first", first)
      $0.bind(":last", last)
      $0.bind(":lane", lane.rawValue)
      $0.bind(":firstKind", kinds.lowerBound)
      $0.bind(":lastKind", kinds.upperBound)
    } read: {
      let start = $0.int64(0) * Store.stretch
      return start...(start + Store.stretch - 1)
    }
  }

  private static let stretch: Int64 = 65_536
}
