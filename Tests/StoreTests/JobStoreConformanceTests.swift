import Core
import Queue
import TestSupport
import Testing

/// The contract in JobStore.swift, sentence by sentence, for every implementation: claims and finishes.
struct JobStoreConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  // MARK: - Claims

  @Test(arguments: kinds)
  func claimsByPriorityThenTimeThenID(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let slow = try test.enqueue("slow3", in: .seconds(-9))
    let late = try test.enqueue("chore1", in: .seconds(-1))
    let early = try test.enqueue("chore1", in: .seconds(-2))
    let second = try test.enqueue("urgent0", in: .zero)
    let third = try test.enqueue("urgent0", in: .zero)
    let first = try test.enqueue("urgent0", in: .seconds(-1))
    let claim = try test.jobs.claim()
    #expect(claim.jobs.map(\.lease.job) == [first, second, third, early, late, slow])
  }

  @Test(arguments: kinds)
  func claimsNoMoreThanTheLimitAndTheBestFirst(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let chores = try (0..<3).map { _ in try test.enqueue("chore1", in: .zero) }
    let urgent = try test.enqueue("urgent0", in: .zero)
    #expect(try test.jobs.claim(limit: 2).jobs.map(\.lease.job) == [urgent, chores[0]])
    #expect(try test.jobs.claim(limit: 2).jobs.map(\.lease.job) == [chores[1], chores[2]])
    #expect(try test.jobs.claim(limit: 2).jobs == [])
  }

  @Test(arguments: kinds)
  func nothingIsClaimedBeforeItsTime(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue("chore", in: .milliseconds(1))
    #expect(try test.jobs.claim().jobs == [])
    test.time.advance(.milliseconds(1))
    #expect(try test.jobs.claim().jobs.map(\.lease.job) == [id])
  }

  @Test(arguments: kinds)
  func tellsWhenTheNextIsReady(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: nil))
    let now = test.time.now()
    _ = try test.enqueue("urgent0", in: .hours(2))
    _ = try test.enqueue("slow3", in: .hours(1))
    #expect(try test.jobs.claim().nextRunAt == now + .hours(1))
    _ = try test.enqueue("chore1", in: .zero)
    // The limit is reached: there may be more to claim at once.
    #expect(try test.jobs.claim(limit: 1).nextRunAt == nil)
    #expect(try test.jobs.claim(limit: 1).nextRunAt == now + .hours(1))
  }

  @Test(arguments: kinds)
  func theRunnerGetsWhatItNeeds(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let enqueuedAt = test.time.now()
    let deadline = enqueuedAt + .hours(1)
    let id = try test.enqueue(
      NewJob(kind: .booking, payload: ["bookingId": "bkg_1"], deadline: deadline))
    test.time.advance(.seconds(5))
    let job = try test.jobs.claimOne()
    #expect(
      job
        == ClaimedJob(
          lease: Lease(job: id, fence: 1), kind: .booking, payload: #"{"bookingId":"bkg_1"}"#,
          attempt: 1, maxAttempts: 3, deadline: deadline, startedAt: enqueuedAt + .seconds(5),
          enqueuedAt: enqueuedAt))
    let record = try test.require(id)
    #expect(record.state == .executing)
    #expect(record.startedAt == job.startedAt)
  }

  @Test(arguments: kinds)
  func aJobIsClaimedOnce(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    defer { other.die() }
    let ids = try (0..<60).map { _ in try test.enqueue("chore", in: .zero) }
    let claims = (0..<4).map { _ in Outcome<[JobID]>() }
    let stores = [test.jobs, other.jobs]
    inThreads(4) { number in
      claims[number].keep {
        var claimed: [JobID] = []
        while case let batch = try stores[number % 2].claim(limit: 3).jobs, !batch.isEmpty {
          claimed += batch.map(\.lease.job)
        }
        return claimed
      }
    }
    #expect(try claims.flatMap { try $0.get() }.sorted() == ids)
  }

  // MARK: - Leases

  @Test(arguments: kinds)
  func theFenceRisesWithEachClaimAndNeverFalls(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue("chore", in: .zero)
    let finishes: [Finish] = [
      .retry(at: test.time.now()), .snooze(until: test.time.now()),
      .handedBack(at: test.time.now()),
    ]
    for (number, finish) in finishes.enumerated() {
      let job = try test.jobs.claimOne()
      #expect(job.lease.fence == number + 1)
      try test.jobs.finish(job, finish)
      #expect(try test.require(id).fence == number + 1)
    }
    #expect(try test.jobs.claimOne().attempt == 2)
  }

  /// Whoever lost its lease changes nothing at all, however it lost it.
  @Test(arguments: kinds)
  func aLostLeaseWritesNothing(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue("chore", in: .zero)
    let first = try test.jobs.claimOne()
    try test.jobs.finish(first, .retry(at: test.time.now()))

    try expectLost(first.lease, test, "between two claims")
    let second = try test.jobs.claimOne()
    try expectLost(first.lease, test, "an older fence")
    try expectLost(Lease(job: id, fence: second.lease.fence + 1), test, "a fence to come")
    try expectLost(Lease(job: JobID(number: id.number + 1), fence: 1), test, "no such job")
    try test.jobs.finish(second, .completed)
    try expectLost(second.lease, test, "after the end")
  }

  private func expectLost(
    _ lease: Lease, _ test: JobStoreUnderTest, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = (try test.job(lease.job), try test.attempts(lease.job), try test.count())
    for finish in [Finish.completed, .discarded, .parked, .retry(at: test.time.now())] {
      #expect(
        throws: JobStoreError.leaseLost(lease), comment, sourceLocation: sourceLocation
      ) {
        // All that a finish looks at is the lease.
        let job = ClaimedJob(
          lease: lease, kind: JobKind(rawValue: "chore"), payload: "{}", attempt: 1, maxAttempts: 9,
          deadline: nil, startedAt: test.time.now(), enqueuedAt: test.time.now())
        try test.jobs.finish(job, finish, followUps: [.plain("follow")])
      }
    }
    #expect(
      try test.jobs.extend([lease], by: .hours(1)) == [lease], comment,
      sourceLocation: sourceLocation)
    #expect(try test.job(lease.job) == before.0, comment, sourceLocation: sourceLocation)
    #expect(try test.attempts(lease.job) == before.1, comment, sourceLocation: sourceLocation)
    #expect(try test.count() == before.2, comment, sourceLocation: sourceLocation)
  }

  // MARK: - Outcomes

  @Test(arguments: kinds)
  func eachOutcomeLeadsToItsState(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let later = test.time.now() + .minutes(5)
    let table: [(Finish, JobState, attempt: Int, reason: String?)] = [
      (.completed, .completed, 1, nil),
      (.discarded, .discarded, 1, nil),
      (.cancelled, .cancelled, 1, "not needed"),
      (.parked, .parked, 0, "needs owner"),
      (.retry(at: later), .available, 1, nil),
      (.snooze(until: later), .available, 0, nil),
    ]
    for (finish, state, attempt, reason) in table {
      let id = try test.enqueue("chore", in: .zero)
      let job = try test.jobs.claimOne()
      test.time.advance(.milliseconds(10))
      try test.jobs.finish(job, finish)
      let record = try test.require(id)
      #expect(record.state == state)
      #expect(record.attempt == attempt)
      #expect(record.reason == reason)
      #expect(record.error?.kind == finish.error?.kind)
      #expect(record.error?.message == finish.error?.message)
      #expect(record.finishedAt == (state.isFinal ? test.time.now() : nil))
      if state == .available { #expect(record.runAt == later) }

      let attempts = try test.attempts(id)
      #expect(attempts.count == 1)
      #expect(attempts.first?.fence == 1)
      #expect(attempts.first?.attempt == 1)
      #expect(attempts.first?.outcome == finish.outcome)
      #expect(attempts.first?.startedAt == job.startedAt)
      #expect(attempts.first?.endedAt == test.time.now())
      #expect(attempts.first?.error?.message == finish.error?.message)
    }
  }

  @Test(arguments: kinds)
  func everyClaimIsRememberedEvenOneGivenBack(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue("chore", in: .zero)
    let now = test.time.now()
    for finish in [Finish.retry(at: now), .snooze(until: now), .handedBack(at: now), .completed] {
      try test.jobs.finish(try test.jobs.claimOne(), finish)
    }
    let attempts = try test.attempts(id)
    #expect(attempts.map(\.fence) == [1, 2, 3, 4])
    #expect(attempts.map(\.attempt) == [1, 2, 2, 2])
    #expect(attempts.map(\.outcome) == ["retry", "snooze", "handedBack", "completed"])
  }

  @Test(arguments: kinds)
  func followUpsComeWithTheEnd(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    _ = try test.enqueue("chore", in: .zero)
    let job = try test.jobs.claimOne()
    try test.jobs.finish(
      job, .completed, followUps: [.plain("one"), .plain("two")])
    #expect(try test.jobs.claim().jobs.map(\.kind.rawValue) == ["one", "two"])
  }
}
