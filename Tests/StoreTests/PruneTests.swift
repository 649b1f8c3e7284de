import Bookings
import Core
import Intake
import Queue
import TestSupport
import Testing

@testable import Store

struct PruneTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  private func ended(_ count: Int, _ kind: String = "chore", _ finish: Finish = .completed) throws {
    for _ in 0..<count { _ = try store.enqueue(.plain(kind)) }
    for job in try store.claim(limit: count).jobs { try store.finish(job, finish) }
  }

  private func ids() throws -> [Int64] {
    try store.jobs(JobQuery(organization: nil, limit: 10_000)).map(\.id.number).reversed()
  }

  private let chore = JobKind(rawValue: "chore")

  /// Walks over all jobs and removes those of one kind and state that have ended by now; how many bites it
  /// took.
  @discardableResult
  private func prune(_ kind: JobKind, _ state: JobState) throws -> Int {
    let now = world.time.now()
    return try store.forgetAll { $0 == kind && $1 == state ? now : Timestamp(milliseconds: 0) }
  }

  @Test func removesWhatEndedBeforeTheLimitWithItsAttempts() throws {
    _ = try store.enqueue(.plain())
    try store.finish(try store.claimOne(), .retry(at: world.time.now()))
    try store.finish(try store.claimOne(), .completed)
    #expect(try world.rows("SELECT job_id FROM attempts") { $0.int(0) } == [1])
    try ended(2)
    world.time.advance(.days(1))
    try ended(2)
    try prune(chore, .completed)
    #expect(try ids() == [4, 5])
    #expect(try world.rows("SELECT job_id FROM attempts") { $0.int(0) } == [])
    #expect(try store.miscounts() == [])
  }

  @Test func leavesOtherKindsStatesAndTheLiving() throws {
    try ended(1, "other")
    try ended(1, "chore", .discarded)
    try ended(1, "chore", .cancelled)
    try ended(1, "chore", .parked)
    _ = try store.enqueue(.plain())
    world.time.advance(.days(1))
    _ = try store.enqueue(.plain())
    try prune(chore, .completed)
    #expect(try ids() == [1, 2, 3, 4, 5, 6])
    try prune(chore, .discarded)
    #expect(try ids() == [1, 3, 4, 5, 6])
  }

  /// Ids are given once: the newest job stays, so that the next one's is higher.
  @Test func anIDIsNeverGivenAgain() throws {
    try ended(3)
    world.time.advance(.days(1))
    try prune(chore, .completed)
    #expect(try ids() == [3])
    #expect(try store.enqueue(.plain()).number == 4)
  }

  @Test func bitesUntilNothingIsLeft() throws {
    try ended(450)
    world.time.advance(.days(1))
    #expect(try prune(chore, .completed) == 5)
    #expect(try ids() == [450])
  }

  // MARK: - Answers

  private func answer(_ count: Int, from first: Int = 0) throws {
    try store.transact { ledger in
      for number in first..<(first + count) {
        try ledger.record(
          RecordedAnswer(
            digest: [1], booking: BookingID("bkg_1"), job: JobID(number: 1), body: [2]),
          to: IdempotentRequest(scope: "s", key: "\(number)", digest: [1]))
      }
    }
  }

  /// A job that is retried, and ends anew, between the look at it and the bite.
  @Test func leavesWhatHasEndedAnew() throws {
    try ended(1, "chore", .discarded)
    try ended(1)
    let limit = world.time.now() + .days(1)
    _ = try store.forgetAll { [store] _, state in
      if state == .discarded, (try? store.retry(JobID(number: 1))) == .some(nil),
        let job = try? store.claimOne()
      {
        try? store.finish(job, .completed)
      }
      return limit
    }
    #expect(try store.job(JobID(number: 1), of: nil)?.state == .completed)
    #expect(try store.miscounts() == [])
  }

  private func answers() throws -> Int {
    try world.rows("SELECT count(*) FROM idempotency_keys") { $0.int(0) }[0]
  }

  @Test func forgetsOldAnswersInBites() throws {
    try answer(250)
    world.time.advance(.days(1))
    let limit = world.time.now()
    try answer(3, from: 250)
    #expect(try store.pruneAnswers(givenBefore: limit))
    #expect(try answers() == 153)
    #expect(try store.pruneAnswers(givenBefore: limit))
    #expect(try !store.pruneAnswers(givenBefore: limit))
    #expect(try answers() == 3)
    #expect(try !store.pruneAnswers(givenBefore: limit))
    let kept = IdempotentRequest(scope: "s", key: "250", digest: [1])
    #expect(try store.answer(to: kept) != nil)
    #expect(try store.answer(to: IdempotentRequest(scope: "s", key: "0", digest: [1])) == nil)
  }

  @Test func aKeyIsItsScopes() throws {
    try answer(1)
    #expect(try store.answer(to: IdempotentRequest(scope: "t", key: "0", digest: [1])) == nil)
    // Another request under the key finds the first one's digest, and its caller compares.
    let other = IdempotentRequest(scope: "s", key: "0", digest: [9])
    #expect(try store.answer(to: other)?.digest == [1])
    #expect(throws: (any Error).self) { try answer(1) }
    #expect(try answers() == 1)
  }
}
