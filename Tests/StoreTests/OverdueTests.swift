import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// Jobs whose meetings have begun while they waited in a lane, among tens of thousands that wait there too: no
/// sweep looks at all of them, and none of them is forgotten.
struct OverdueTests {
  /// Three lanes that let nothing through, in the order in which a sweep walks over them.
  private static let backlog = [("double", 4000), ("fragile", 12_000), ("single", 14_000)]

  private func withBacklog(inOrder: Bool = false) throws -> StoreWorld {
    let world = try StoreWorld.withClosedLanes()
    for _ in 0..<2 { _ = try world.store.enqueue(.plain(lane: "double")) }
    _ = try world.store.claim(limit: 2)
    for (lane, count) in Self.backlog { try world.fill(lane, count, inOrder: inOrder) }
    return world
  }

  /// An hour from now, in a day as it is, the meetings of these have begun.
  private func bringForward(
    _ world: StoreWorld, _ condition: String, of rows: StaticString
  ) throws -> [JobID] {
    try world.execute(
      """
      UPDATE jobs SET deadline_at = \(world.time.now().milliseconds) + 3600000
      WHERE waits_for = 'lane' AND \(condition)
      """)
    world.time.advance(.hours(2))
    return try world.rows(rows) { JobID(number: $0.int64(0)) }
  }

  /// One in a thousand, in all three.
  private func bringFewForward(_ world: StoreWorld) throws -> [JobID] {
    try bringForward(
      world, "id % 1000 = 7", of: "SELECT id FROM jobs WHERE waits_for = 'lane' AND id % 1000 = 7")
  }

  /// What a sweep lets through: it is claimed, and ended.
  private func sweep(_ world: StoreWorld, _ store: Store? = nil) throws -> [JobID] {
    let store = store ?? world.store
    #expect(try store.rescueOrphans(at: world.time.monotonic()) == 0)
    let jobs = try store.claim(limit: 1000).jobs
    for job in jobs { try store.finish(job, job.verdict == nil ? .completed : .cancelled) }
    return jobs.filter { $0.verdict == nil }.map(\.lease.job)
  }

  private func expectRightCounts(_ world: StoreWorld) throws {
    #expect(try world.store.recountLanes() == [])
    #expect(try world.store.miscounts() == [])
  }

  @Test(arguments: [false, true]) func eachIsFoundOnceInAFewSweeps(inOrder: Bool) throws {
    let world = try withBacklog(inOrder: inOrder)
    let late = Set(try bringFewForward(world))
    #expect(late.count == 30)
    var found = try sweep(world)
    #expect(!found.isEmpty && found.count < late.count)
    for _ in 0..<2 { found += try sweep(world) }
    #expect(found.count == late.count && Set(found) == late)
    // Once round, and there is nothing more.
    for _ in 0..<4 { #expect(try sweep(world) == []) }
    try expectRightCounts(world)
  }

  /// The walk stands in the middle of a lane, and around it they come, go and move.
  @Test(arguments: [false, true]) func noneIsMissedBecauseOthersComeAndGo(inOrder: Bool) throws {
    let world = try withBacklog(inOrder: inOrder)
    let store = world.store
    let now = { world.time.now() }
    let late = try bringFewForward(world)
    var found = try sweep(world)
    let stand = try #require(store.overdueSeen.withLock { $0 })
    #expect(try store.job(stand, of: nil)?.lane == LaneID(rawValue: "fragile"))
    let ahead = Array(Set(late).subtracting(found).sorted().reversed())

    #expect(try store.refusal(.cancel, stand) == nil)
    let given = ahead[0]
    #expect(try store.refusal(.cancel, given) == nil)
    // As the opening of a lane does it.
    let moved = ahead[1]
    try world.execute(
      "UPDATE jobs SET run_at = run_at - 1000000, in_order = NULL WHERE id = \(moved.number)")
    let behind = try store.enqueue(
      NewJob(
        kind: .booking, payload: [:], lane: LaneID(rawValue: "double"), deadline: now() - .hours(1))
    )
    let before = try store.enqueue(.plain("two", lane: "single", deadline: now() - .hours(1)))
    _ = try store.enqueue(.plain("two", lane: "single", deadline: now() + .hours(1)))

    for _ in 0..<6 { found += try sweep(world) }
    let expected = Set(late).subtracting([given]).union([behind, before])
    #expect(found.count == expected.count && Set(found) == expected)
    try expectRightCounts(world)
  }

  /// A process that was down for a day finds a day's meetings begun.
  @Test func manyAtOnceGoInBites() throws {
    let world = try withBacklog()
    _ = try bringForward(world, "lane = 'single' AND id % 14 = 0", of: "SELECT 1 WHERE 0")
    var found: [JobID] = []
    for round in 0..<20 {
      let before = try world.steps()
      try world.store.wakeOverdue()
      let steps = try world.steps() - before
      #expect(steps < StoreWorld.mostSteps, "round \(round)")
      let jobs = try world.store.claim(limit: 1000).jobs.map(\.lease.job)
      #expect(jobs.count <= Store.overdueBite)
      found += jobs
    }
    #expect(found.count == 1000 && Set(found).count == 1000)
    try expectRightCounts(world)
  }

  /// What it costs is the same for ten thousand and for any number more; and nothing, where nothing waits.
  @Test func aSweepLooksAtNoMoreThanItMay() throws {
    let world = try StoreWorld.withClosedLanes()
    let steps = {
      try world.store.read { connection in
        let before = connection.steps
        let (late, _) = try world.store.overdueWaiting(after: nil, connection)
        #expect(late.isEmpty)
        return connection.steps - before
      }
    }
    // The statements are prepared once.
    _ = try steps()
    #expect(try steps() < 100)
    try world.fill("single", Store.overdueWalk)
    let full = try steps()
    try world.fill("fragile", 40_000)
    try world.fill("single", 40_000)
    let more = try steps()
    #expect(Double(more) < Double(full) * 1.1, "\(more) steps, \(full) for one bite")
    #expect(full < 30 * Store.overdueWalk)
  }

  /// The place is kept in memory: who comes anew begins at the beginning.
  @Test func anotherProcessFindsThemToo() throws {
    let world = try withBacklog()
    let late = Set(try bringFewForward(world))
    var found = try sweep(world)
    let next = try world.openProcess("next")
    defer { next.close() }
    for _ in 0..<3 { found += try sweep(world, next) }
    #expect(found.count == late.count && Set(found) == late)
  }

  /// Both have looked before either has written.
  @Test func twoProcessesLetThemThroughOnce() throws {
    let world = try withBacklog()
    let late = try bringFewForward(world)
    let next = try world.openProcess("next")
    defer { next.close() }
    let (seen, _) = try next.read { try next.overdueWaiting(after: nil, $0) }
    #expect(!seen.isEmpty)
    let found = try sweep(world)
    #expect(found.sorted() == seen.map(\.id).sorted())
    try next.write { try next.letThrough(seen, in: $0) }
    #expect(try next.claim(limit: 1000).jobs == [])
    #expect(Set(found).isSubset(of: late))
    try expectRightCounts(world)
  }

  /// A limit that was taken out of the settings: what waits goes on, but for what an account's owner keeps.
  @Test func aLaneWhoseLimitsAreGoneKeepsNone() throws {
    let world = try StoreWorld.withClosedLanes()
    let waiting = try ["single", "fragile", "single"].map {
      try world.store.enqueue(.plain(lane: $0))
    }
    let next = try StoreWorld.open(
      folder: world.folder.path, world.time, bootID: "next", lanePolicy: { _ in nil })
    defer { next.close() }
    let jobs = try next.claim(limit: 9).jobs
    #expect(jobs.map(\.lease.job) == [waiting[0], waiting[2]])
    #expect(try next.claim(limit: 9) == Claim(jobs: [], nextRunAt: nil))
    for job in jobs { try next.finish(job, .completed) }
    #expect(try next.recountLanes() == [])
    #expect(try next.resetLane(LaneID(rawValue: "fragile")) == 1)
    #expect(try next.claim(limit: 9).jobs.count == 2)
  }

  /// The walk does not go past what could not be written.
  @Test func whatAFullDiskHasKeptBackIsFoundAgain() throws {
    let world = try withBacklog()
    let late = Set(try bringFewForward(world))
    var found = try sweep(world)
    try world.execute(
      """
      CREATE TRIGGER full BEFORE UPDATE ON jobs WHEN old.waits_for = 'lane'
      BEGIN SELECT RAISE(ABORT, 'no room'); END
      """)
    #expect(throws: (any Error).self) {
      try world.store.rescueOrphans(at: world.time.monotonic())
    }
    try world.execute("DROP TRIGGER full")
    for _ in 0..<2 { found += try sweep(world) }
    #expect(found.count == late.count && Set(found) == late)
  }
}
