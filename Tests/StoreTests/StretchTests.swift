import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// A lane is not looked for where it was noted to have no jobs, and found wherever it has any.
struct StretchTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  /// Every fifth id, with a lane that has two jobs in all of them and one that has every other.
  private func fill(to last: Int) throws {
    try world.execute(
      """
      WITH RECURSIVE numbers (n) AS (SELECT 5 UNION ALL SELECT n + 5 FROM numbers WHERE n < \(last))
      INSERT INTO jobs (id, kind, state, run_at, max_attempts, enqueued_at, finished_at, lane,
        payload)
      SELECT n, 'chore', 'completed', 0, 3, 0, 0,
        CASE WHEN n = 100000 OR n = 600000 THEN 'rare' WHEN n % 10 = 0 THEN 'busy' END, '{}'
      FROM numbers;
      """)
    try world.noteSpans()
  }

  private func list(_ lane: String, limit: Int = 50) throws -> (ids: [Int64], steps: Int) {
    var query = JobQuery(organization: nil, limit: limit)
    query.lane = LaneID(rawValue: lane)
    let before = try store.read { $0.steps }
    let ids = try store.jobs(query).map(\.id.number)
    return (ids, try store.read { $0.steps } - before)
  }

  private func noted() throws -> [Int] {
    try world.rows("SELECT number FROM stretches ORDER BY number") { $0.int(0) }
  }

  @Test(.timeLimit(.minutes(1)))
  func aRareLaneIsLookedForWhereItIs() throws {
    try fill(to: 700_000)
    let before = try list("rare")
    while try store.noteNextStretch() {}
    // The last one is not complete.
    #expect(try noted() == Array(0...9))
    let after = try list("rare")
    #expect(before.ids == [600_000, 100_000] && after.ids == before.ids)
    #expect(after.steps < before.steps / 3, "\(after.steps) of \(before.steps) steps")
    #expect(try list("nobody's").ids == [])
    // A page that goes over several of them.
    let busy = try list("busy", limit: 20_000).ids
    let rare: Set<Int64> = [600_000, 100_000]
    #expect(busy == (0...20_000).map { 700_000 - 10 * Int64($0) }.filter { !rare.contains($0) })
  }

  /// The stretch is noted when it has been looked through, and not before.
  @Test func whatAProcessHasNotNotedIsFound() throws {
    try fill(to: 140_000)
    try world.execute("INSERT INTO kinds_in_stretch VALUES (0, 'busy', 'chore')")
    #expect(try list("rare").ids == [100_000])
    #expect(try store.noteNextStretch())
    #expect(try noted() == [0])
    #expect(try list("rare").ids == [100_000])
    let next = try world.openProcess("next")
    defer { next.close() }
    while try next.noteNextStretch() {}
    #expect(try noted() == [0, 1])
    #expect(try list("rare").ids == [100_000])
  }

  @Test func jobsThatComeLaterAreFound() throws {
    try fill(to: 70_000)
    while try store.noteNextStretch() {}
    let id = try store.enqueue(.plain(lane: "single"))
    #expect(try list("single").ids == [id.number])
    try fill(between: 70_005, and: 200_000)
    while try store.noteNextStretch() {}
    #expect(try noted() == [0, 1, 2])
    #expect(try list("single").ids == [id.number])
  }

  private func fill(between first: Int, and last: Int) throws {
    try world.execute(
      """
      WITH RECURSIVE numbers (n) AS (
        SELECT \(first) UNION ALL SELECT n + 5 FROM numbers WHERE n < \(last))
      INSERT INTO jobs (id, kind, state, run_at, max_attempts, enqueued_at, finished_at, payload)
      SELECT n, 'chore', 'completed', 0, 3, 0, 0, '{}' FROM numbers;
      """)
  }

  @Test func whatHasNoJobsAnyMoreIsForgotten() throws {
    try fill(to: 300_000)
    while try store.noteNextStretch() {}
    #expect(try noted() == [0, 1, 2, 3])
    try world.execute("DELETE FROM jobs WHERE id < 140000")
    while try store.noteNextStretch() {}
    #expect(try noted() == [2, 3])
    #expect(
      try world.rows("SELECT DISTINCT stretch FROM kinds_in_stretch ORDER BY stretch") { $0.int(0) }
        == [
          2, 3,
        ])
    // All of them: the next still begins where the last has ended.
    try world.execute("DELETE FROM jobs WHERE id < 300000")
    while try store.noteNextStretch() {}
    #expect(try noted() == [3])
    #expect(try list("busy").ids == [300_000])
  }
}
