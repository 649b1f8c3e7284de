import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// Jobs that wait in their lane as they came, found by their ids.
struct LaneSpanTests {
  private let lane = LaneID(rawValue: "single")

  // MARK: - The bounds

  private func span(_ first: Int64, _ last: Int64) -> LaneSpan {
    LaneSpan(stored: first...last, newest: last)
  }

  @Test func boundsAreGenerousAndSeldomWritten() throws {
    var span = LaneSpan(100)
    span.add(100, isInOrder: true)
    #expect(span.isToWrite)
    span.wrote()
    for job in Int64(101)...4000 { span.add(job, isInOrder: job % 3 > 0) }
    #expect(!span.isToWrite && span.inOrder?.lowerBound == 100)
    span.begin(at: 3000)
    #expect(!span.isToWrite && span.inOrder?.lowerBound == 3000)
    span.add(4200, isInOrder: true)
    #expect(try span.isToWrite && #require(span.inOrder).contains(4200) && span.newest >= 4200)
    span.wrote()
    span.begin(at: 8000)
    #expect(span.isToWrite)
  }

  @Test func ofThoseThatDoNotWaitInOrderTheNewestIsKnown() {
    var span = LaneSpan(100)
    span.add(100, isInOrder: false)
    #expect(span.inOrder == nil && span.newest >= 100)
    span.wrote()
    span.add(90_000, isInOrder: false)
    #expect(span.isToWrite && span.inOrder == nil && span.newest >= 90_000)
    span.add(90_001, isInOrder: true)
    #expect(span.inOrder?.lowerBound == 90_001)
  }

  @Test func whatHasBeenPassedIsPassedForGood() {
    var span = span(100, 9000)
    span.begin(at: 500)
    span.begin(at: 300)
    #expect(span.inOrder == 500...9000 && !span.isToWrite)
    span.keep()
    #expect(span.isToWrite)
    span.begin(at: 20_000)
    #expect(span.inOrder == 9000...9000)
    span.empty()
    #expect(span.inOrder == nil && span.isToWrite)
  }

  /// Whoever has read to the end has come to ids that are not given yet.
  @Test func aJobThatComesBehindTheEndOfALookIsNotPassed() {
    var span = span(100, 5000)
    span.begin(at: 5001)
    span.add(101, isInOrder: true)
    #expect(span.inOrder == 101...5000)
  }

  /// A gap costs whoever reads a seek for each thousand ids.
  @Test func farFromTheOthersNoneIsAdmitted() {
    #expect(span(1, 1000).admits(5000))
    #expect(!span(1, 1000).admits(50_000))
    #expect(LaneSpan(stored: nil, newest: 1000).admits(50_000))
  }

  // MARK: - Who waits in order

  /// Those that are in order, of all.
  private func inOrder(_ world: StoreWorld) throws -> [Int64] {
    try world.rows("SELECT id FROM jobs WHERE in_order = 1 ORDER BY id") { $0.int64(0) }
  }

  @Test func whatIsToRunAtOnceWaitsInOrderAndNothingElseDoes() throws {
    let world = try StoreWorld.withClosedLanes()
    let store = world.store
    let first = try store.enqueue(.plain(lane: "single"))
    _ = try store.enqueue(
      NewJob(
        kind: JobKind(rawValue: "plain"), payload: [:], lane: lane,
        runAt: world.time.now() + .hours(1)))
    _ = try store.enqueue(.plain())
    let second = try store.enqueue(.plain("other", lane: "single"))
    #expect(try inOrder(world) == [first.number, second.number])
    // Set back, the clock tells times that have been: whoever comes now is to run before those that are there.
    world.time.setWall(to: world.time.now() - .minutes(5))
    _ = try store.enqueue(.plain(lane: "single"))
    #expect(try inOrder(world) == [first.number, second.number])
  }

  /// Whatever is done to it, it is found, once.
  @Test(arguments: [JobAction.Verb.cancel, .discard])
  func whatIsPronouncedOnLeavesTheOrder(verb: JobAction.Verb) throws {
    let world = try StoreWorld.withClosedLanes()
    let ids = try (0..<3).map { _ in try world.store.enqueue(.plain(lane: "single")) }
    #expect(try world.store.refusal(verb, ids[1]) == nil)
    #expect(try inOrder(world) == [ids[0].number, ids[2].number])
    #expect(try world.store.claim().jobs.map(\.lease.job) == [ids[1]])
    #expect(try world.store.recountLanes() == [])
  }

  // MARK: - Where few are left of many

  /// Of thousands all but a few have been cancelled.
  private func thinned(_ count: Int, _ world: StoreWorld) throws -> [JobID] {
    _ = try world.store.claim(limit: 10)
    try world.fill("double", count, inOrder: true)
    try world.execute(
      """
      UPDATE jobs SET state = 'cancelled', aside = 'cancelled', waits_for = NULL, in_order = NULL,
        finished_at = 1
      WHERE in_order = 1 AND lane = 'double' AND id % 7000 <> 0;
      UPDATE lanes SET waiting = (SELECT count(*) FROM jobs WHERE in_order = 1 AND lane = 'double')
      WHERE id = 'double';
      UPDATE lanes SET wake_at = 0 WHERE id = 'double';
      """)
    return try world.rows("SELECT id FROM jobs WHERE in_order = 1 ORDER BY id") {
      JobID(number: $0.int64(0))
    }
  }

  /// A look that has not come to the end is gone on with, and none takes longer than it may.
  @Test func theyAreFoundInAFewLooks() throws {
    let world = try StoreWorld()
    _ = try world.store.enqueue(.plain(lane: "double"))
    let left = try thinned(30_000, world)
    #expect(left.count == 4)
    var found: [JobID] = []
    var claims = 0
    while found.count < left.count, claims < 40 {
      let before = try world.steps()
      let claim = try world.store.claim(limit: 1)
      #expect(try world.steps() - before < StoreWorld.mostSteps)
      if claim.jobs.isEmpty { #expect(claim.nextRunAt == world.time.now()) }
      for job in claim.jobs {
        found.append(job.lease.job)
        try world.store.finish(job, .completed)
      }
      claims += 1
    }
    #expect(found == left)
    #expect(claims > left.count && claims < 25)
    #expect(try world.store.recountLanes() == [])
  }

  /// Each forgets what it knows when the other has written: they come to the end all the same.
  @Test func twoProcessesThatDisturbEachOtherFindThemToo() throws {
    let world = try StoreWorld()
    _ = try world.store.enqueue(.plain(lane: "double"))
    let left = try thinned(30_000, world)
    let next = try world.openProcess("next")
    defer { next.close() }
    var found: [JobID] = []
    for turn in 0..<80 where found.count < left.count {
      let store = turn % 2 == 0 ? world.store : next
      for job in try store.claim(limit: 1).jobs {
        found.append(job.lease.job)
        try store.finish(job, .completed)
      }
      // Somebody writes, too.
      _ = try (turn % 2 == 0 ? next : world.store).enqueue(.plain("other", lane: "single"))
    }
    #expect(found.filter { left.contains($0) } == left)
  }

  /// What this process has found out and not written, it finds out again.
  @Test func aLaneOfWhichAllWasForgottenIsReadOn() throws {
    let world = try StoreWorld(inMemory: true)
    let store = world.store
    // More of them have gone than are looked at at once, and not so many that a new bound was written.
    let count = 2 * Store.seenAtOnce - 50
    for _ in 0..<count { _ = try store.enqueue(.plain(lane: "double")) }
    for _ in 0..<(count - 20) { try store.finish(try store.claimOne(), .completed) }
    // It stands in the queue with a free place when another process writes.
    let first = try store.claimOne()
    let next = try world.openProcess("next")
    defer { next.close() }
    let second = try world.claimSoon()
    #expect([first, second].map(\.lease.job.number) == [Int64(count - 19), Int64(count - 18)])
    for job in [first, second] { try store.finish(job, .completed) }
    #expect(try store.recountLanes() == [])
  }

  /// An account that is used once a day waits in order today as well.
  @Test func aNewSpanBeginsWhereTheOldOneIsEmpty() throws {
    let world = try StoreWorld()
    let store = world.store
    _ = try store.enqueue(.plain(lane: "single"))
    try store.finish(try store.claimOne(), .completed)
    _ = try store.claim()
    try world.execute(
      """
      INSERT INTO jobs (id, kind, state, run_at, max_attempts, enqueued_at, finished_at, payload)
      VALUES (900000, 'plain', 'completed', 0, 3, 0, 1, '{}')
      """)
    let next = try store.enqueue(.plain(lane: "single"))
    #expect(next.number == 900_001)
    #expect(try inOrder(world) == [900_001])
    #expect(try store.claimOne().lease.job == next)
  }

  // MARK: - The check

  /// However it may have come about.
  @Test(arguments: [
    "DELETE FROM lane_spans", "UPDATE lane_spans SET first_job = NULL, last_job = NULL",
    "UPDATE lane_spans SET first_job = 2, last_job = 2",
  ])
  func whatIsOutsideOfItsSpanIsFoundAgain(wrong: String) throws {
    let world = try StoreWorld()
    let store = world.store
    let ids = try (0..<3).map { _ in try store.enqueue(.plain(lane: "double")) }
    try world.execute(wrong)
    #expect(try store.recountLanes() == [LaneID(rawValue: "double")])
    #expect(try store.recountLanes() == [])
    let first = try store.claim(limit: 2).jobs
    for job in first { try store.finish(job, .completed) }
    #expect(try (first + store.claim().jobs).map(\.lease.job) == ids)
  }

  // MARK: - Opening

  @Test func aLaneIsOpenedInOrderOfMeetingsThatWaitInOrder() throws {
    let world = try StoreWorld.withClosedLanes()
    let store = world.store
    try world.fill("fragile", 3000, inOrder: true)
    let late = try store.enqueue(.plain(lane: "fragile", deadline: world.time.now() + .hours(1)))
    #expect(try store.resetLane(LaneID(rawValue: "fragile")) == 1)
    #expect(try world.claimSoon().lease.job == late)
    #expect(try store.recountLanes() == [])
  }
}
