import Core
import Queue
import Synchronization
import TestSupport
import Testing

@testable import Store

/// How whoever forgets goes through a long history, and how far it has come.
struct ForgettingTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  /// Jobs that were enqueued one a second, the last one now, and ended at once, as a run of the program leaves
  /// them.
  private func fill(_ count: Int) throws {
    let now = world.time.now().milliseconds
    try world.execute(
      """
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(count))
      INSERT INTO jobs (kind, state, run_at, max_attempts, attempt, fence, enqueued_at, started_at,
        finished_at, payload)
      SELECT 'chore', 'completed', t, 3, 1, 1, t, t, t, '{}'
      FROM (SELECT \(now) - (\(count) - n) * 1000 AS t FROM numbers);
      INSERT INTO job_counts (kind, state, count) VALUES ('chore', 'completed', \(count))
      ON CONFLICT (kind, state) DO UPDATE SET count = count + \(count);
      """)
  }

  private func keeping(_ days: Int, _ discardedDays: Int = 30) -> Keeping {
    let now = world.time.now()
    return Keeping(lengths: [days, discardedDays]) { _, state in
      now - .days(state == .discarded ? discardedDays : days)
    }
  }

  private func left() throws -> Int { try world.rows("SELECT count(*) FROM jobs") { $0.int(0) }[0] }

  private func passed() throws -> [Int: Int] {
    try Dictionary(
      uniqueKeysWithValues: world.rows("SELECT keep_days, passed FROM forgetting") {
        ($0.int(0), $0.int(1))
      })
  }

  private func stepsOfOne(_ body: () throws -> Void) throws -> Int {
    let before = try store.read { $0.steps } + store.write { $0.connection.steps }
    try body()
    return try store.read { $0.steps } + store.write { $0.connection.steps } - before
  }

  /// Nothing that a run before has looked at is looked at again, but for a piece of the round.
  @Test func aRunBeginsWhereTheLastHasCome() throws {
    try fill(200_000)
    try store.forgetJobs(keeping(1))
    // The first meets the class for the first time and leaves what was before to the round.
    #expect(try left() == 200_000 - Int(Store.leastPiece))
    world.time.advance(.minutes(10))
    let steps = try stepsOfOne { try store.forgetJobs(keeping(1)) }
    // Of ten minutes, and the next piece of the round.
    #expect(try left() == 200_000 - 2 * Int(Store.leastPiece) - 600)
    #expect(steps < 2_000_000, "\(steps)")
    // What is not over costs a look at each of a piece.
    let idle = try stepsOfOne { try store.forgetJobs(keeping(60, 60)) }
    #expect(idle < Int(Store.leastPiece) * 30, "\(idle)")
    #expect(try store.miscounts() == [])
  }

  @Test func theRoundComesByEverything() throws {
    try fill(100_000)
    for _ in 0..<20 { try store.forgetJobs(keeping(1)) }
    // A day, and the seconds until the limit.
    #expect(try left() == 86_401)
    #expect(try store.miscounts() == [])
  }

  /// It is met when its like are over, and left to the round when it has ended long after.
  @Test func whatEndedLateIsForgottenByTheRound() throws {
    _ = try store.enqueue(.plain(runAt: world.time.now() + .hours(20)))
    _ = try store.enqueue(.plain())
    _ = try store.enqueue(.plain(runAt: world.time.now() + .days(90)))
    try store.forgetJobs(keeping(1))
    try store.finish(try store.claimOne(), .completed)
    world.time.advance(.hours(20))
    try store.finish(try store.claimOne(), .completed)
    for (hours, count) in [(3, 3), (2, 2), (18, 2), (2, 1)] {
      world.time.advance(.hours(hours))
      try store.forgetJobs(keeping(1))
      #expect(try left() == count, "after \(hours) hours more")
    }
    #expect(try store.miscounts() == [])
  }

  /// A definition says other days than it did, in either direction.
  @Test func otherDaysHoldFromTheNextRoundOn() throws {
    try fill(1)
    world.time.advance(.days(10))
    try fill(1)
    try store.forgetJobs(keeping(30))
    world.time.advance(.days(10))
    try store.forgetJobs(keeping(21))
    #expect(try left() == 2)
    try store.forgetJobs(keeping(20, 40))
    #expect(try left() == 2)
    try store.forgetJobs(keeping(19, 40))
    #expect(try left() == 1)
    #expect(Set(try passed().keys) == [0, 19, 20, 21, 30, 40])
    #expect(try store.miscounts() == [])
  }

  @Test func aRunThatAProcessDidNotSurviveIsGoneOnWith() throws {
    try fill(200_000)
    try store.forgetJobs(keeping(1))
    world.time.advance(.minutes(10))
    let limit = WorkLimit()
    let now = world.time.now()
    let stopping = Keeping(lengths: [1]) { _, _ in
      // Between the look at a bite and the removal.
      limit.cancel()
      return now - .days(1)
    }
    let before = try left()
    try WorkLimit.$current.withValue(limit) { try store.forgetJobs(stopping) }
    #expect(try left() == before - Store.forgetBite)
    let reached = try #require(try passed()[1])
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.forgetJobs(keeping(1))
    #expect(try #require(try passed()[1]) == reached + 600 - Store.forgetBite)
    #expect(try store.miscounts() == [])
  }

  /// Two that forget at once, and one that has come less far.
  @Test func nothingIsForgottenTwice() throws {
    try fill(200_000)
    let other = try world.openProcess("other")
    defer { other.close() }
    try store.forgetJobs(keeping(1))
    world.time.advance(.hours(1))
    let keeping = keeping(1)
    let limit = now()
    // The other one begins, and ends, when this one has looked at its first bite.
    let isFirst = Atomic(true)
    try store.forgetJobs(
      Keeping(lengths: keeping.lengths) { _, _ in
        if isFirst.exchange(false, ordering: .relaxed) { try? other.forgetJobs(keeping) }
        return limit - .days(1)
      })
    #expect(try store.miscounts() == [])
    // An hour's by one of them, and three pieces of the round.
    #expect(try left() == 200_000 - 3 * Int(Store.leastPiece) - 3600)
  }

  private func now() -> Timestamp { world.time.now() }

  // MARK: - Bites

  /// The writer's time counts, not only the number of jobs.
  @Test func aBiteEndsWhenItsTimeIsOver() throws {
    try fill(30)
    let slow = try StoreWorld.open(
      world.folder, SlowTime(world.time, each: .milliseconds(1)), bootID: "slow")
    defer { slow.close() }
    let limit = now() + .days(1)
    // A look at the clock before the first, and one before each other: two a bite.
    let bites = try slow.forgetAll { _, _ in limit }
    #expect(bites > 10 && bites < 20, "\(bites)")
    #expect(try left() == 1)
    #expect(try slow.miscounts() == [])
  }

  @Test func theAttemptsOfOneThatWasPutOffForMonthsAreRemovedInBites() throws {
    try fill(3)
    try world.execute(
      """
      WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
      INSERT INTO attempts (job_id, fence, attempt, started_at, ended_at, outcome)
      SELECT 2, n, 1, 0, 0, 'snooze' FROM numbers;
      """)
    let limit = now() + .days(1)
    #expect(try store.forgetAll { _, _ in limit } > 10)
    #expect(try left() == 1)
    #expect(try world.rows("SELECT count(*) FROM attempts") { $0.int(0) } == [0])
  }

  @Test(.timeLimit(.minutes(2)))
  func aBiteTakesFewSteps() throws {
    try fill(20_000)
    let limit = now()
    let keeping = Keeping(lengths: []) { _, _ in limit }
    let before = try store.write { $0.connection.steps }
    _ = try store.forgetBite(of: Walk(days: Walk.round, end: .max), after: 0, keeping)
    let after = try store.write { $0.connection.steps }
    #expect(try left() == 19_900)
    #expect(after - before < 20_000, "\(after - before) steps")
  }
}

/// Each look at the monotonic clock takes a while.
private struct SlowTime: TimeSource {
  let time: HandTurnedTime
  let each: Duration

  init(_ time: HandTurnedTime, each: Duration) {
    self.time = time
    self.each = each
  }

  func now() -> Timestamp { time.now() }

  func monotonic() -> MonotonicInstant {
    time.advance(each)
    return time.monotonic()
  }
}
