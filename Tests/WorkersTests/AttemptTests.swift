import Core
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// What becomes of a job when an attempt ends, by its kind's definition.
@Suite struct AttemptTests {
  @Test func aFailureIsTriedAgainAfterTheBackoff() throws {
    let world = try PoolWorld { job throws(JobError) in
      if job.attempt < 4 { throw JobError(.transient, "no answer") }
      return Handled(.completed)
    }
    let job = try world.enqueue()
    // 1, 2 and 4 seconds, of which up to half is taken off.
    for longest in [Duration.seconds(1), .seconds(2), .seconds(4)] {
      try world.performNext()
      let record = try world.stored.job(job)
      let wait = record.runAt - world.stored.time.now()
      #expect(record.state == .available)
      #expect(wait <= longest && wait >= longest / 2)
      #expect(record.error == JobError(.transient, "no answer"))
      #expect(try !world.performNext())
      world.stored.time.advance(wait)
    }
    try world.performNext()
    #expect(try world.stored.job(job).state == .completed)
    #expect(try world.stored.job(job).error == nil)
    #expect(
      try world.attempts(job).map(\.outcome) == ["retry", "retry", "retry", "completed"])
    #expect(try world.attempts(job).map(\.attempt) == [1, 2, 3, 4])
    #expect(world.handler.told.isEmpty)
  }

  @Test func theProvidersOwnTimeCountsWhereItIsLater() throws {
    let until = instant("2026-03-02T08:10:00Z")
    let world = try PoolWorld { _ throws(JobError) in
      throw JobError(.throttled, "slow down", retryAt: until)
    }
    let job = try world.enqueue()
    try world.performNext()
    #expect(try world.stored.job(job).runAt == until)
    world.stored.time.advance(to: until)
    try world.performNext()
    // That time is over: the backoff again.
    #expect(try world.stored.job(job).runAt > until)
  }

  @Test func whenTheAttemptsAreUsedUpItEndsAndIsTold() throws {
    let world = try PoolWorld(kind: .reschedule) { _ throws(JobError) in
      throw JobError(.transient, "no answer")
    }
    let job = try world.enqueue(.reschedule)
    let most = world.stored.definitions[.reschedule].maxAttempts
    for _ in 1...most {
      #expect(world.handler.told.isEmpty)
      try world.performNext()
      world.stored.time.advance(.hours(1))
    }
    #expect(try world.stored.job(job).state == .discarded)
    #expect(try world.stored.job(job).attempt == most)
    #expect(world.handler.told.map(\.isParked) == [false])
    #expect(try !world.performNext())
  }

  @Test(arguments: [ErrorClass.permanent, .conflict])
  func whatCannotSucceedEndsAtOnce(_ error: ErrorClass) throws {
    let world = try PoolWorld { _ throws(JobError) in throw JobError(error, "never") }
    let job = try world.enqueue()
    try world.performNext()
    #expect(try world.stored.job(job).state == .discarded)
    #expect(world.handler.told.map(\.error.kind) == [error])
  }

  @Test func whatOnlyTheOwnerCanHelpWithIsParkedAndCountsAsNoAttempt() throws {
    let world = try PoolWorld { job throws(JobError) in
      if job.lease.fence == 1 { throw JobError(.needsOwner, "revoked") }
      return Handled(.completed)
    }
    let job = try world.enqueue()
    try world.performNext()
    #expect(try world.stored.job(job).state == .parked)
    #expect(try world.stored.job(job).attempt == 0)
    #expect(try world.stored.job(job).reason == "revoked")
    #expect(world.handler.told.map(\.isParked) == [true])
    world.stored.time.advance(.hours(1))
    #expect(try !world.performNext())

    _ = try world.stored.store.act(JobAction(.retry, organization: nil, by: "Grace"), on: job)
    try world.performNext()
    #expect(try world.stored.job(job).state == .completed)
    #expect(try world.attempts(job).map(\.attempt) == [1, 1])
  }

  @Test func noAttemptIsPlannedPastTheDeadline() throws {
    let world = try PoolWorld { _ throws(JobError) in throw JobError(.transient, "no answer") }
    let deadline = world.stored.time.now() + .milliseconds(2500)
    let job = try world.enqueue(deadline: deadline)
    while try world.stored.job(job).state == .available {
      world.stored.time.advance(to: try world.stored.job(job).runAt)
      #expect(world.stored.time.now() < deadline)
      try world.performNext()
    }
    #expect(try world.stored.job(job).state == .discarded)
    #expect(world.stored.time.now() < deadline)
    #expect(world.handler.told.map(\.isParked) == [false])
  }

  /// A later version of the program has left it, or is running beside this one: it is not ours to end.
  @Test func aKindThatNobodyKnowsIsLeftToThoseWhoDo() throws {
    let world = try PoolWorld()
    let job = try world.enqueue()
    try world.stored.run("UPDATE jobs SET kind = 'mystery'")
    #expect(try !world.performNext())
    let record = try world.stored.job(job)
    #expect(record.state == .available)
    #expect(
      record.waitingFor(now: world.stored.time.now())
        == "a program that has a handler for mystery")
  }

  @Test func aResultWithoutALeaseIsThrownAway() throws {
    let stored = try StoredWorld()
    let world = try PoolWorld(stored) { _ throws(JobError) in
      // It hung for so long that another process has claimed the job.
      try? stored.run("UPDATE jobs SET fence = fence + 1")
      return Handled(.completed, Handled.Record(settlement: nil, followUps: []))
    }
    let job = try world.enqueue()
    try world.performNext()
    #expect(try world.stored.job(job).state == .executing)
    #expect(try world.attempts(job).isEmpty)
    #expect(world.lines.named("leaseLost").count == 1)
  }

  @Test func anOutcomeIsRecordedHoweverLongTheDiskRefuses() throws {
    let runs = Awaited<Int>()
    let world = try PoolWorld { job throws(JobError) in
      runs.give(job.attempt)
      return Handled(.completed)
    }
    let job = try world.enqueue()
    world.store.refuseFinishes(3)
    try world.performNext()
    #expect(try world.stored.job(job).state == .completed)
    #expect(try runs.take() == 1)
    #expect(runs.isEmpty)
    #expect(world.lines.named("outcomeNotRecorded").count == 3)
  }

  private func poisoned(deaths: Int) throws -> (PoolWorld, JobID) {
    var world = try PoolWorld(kind: .reschedule)
    let job = try world.enqueue(.reschedule)
    for _ in 0..<deaths {
      world.stored.time.advance(Verdict.rest)
      #expect(try world.claimNext() != nil)
      world = try PoolWorld(try world.stored.restarted(), kind: .reschedule) { _ throws(JobError) in
        Issue.record("it was run again")
        return Handled(.completed)
      }
      #expect(try world.store.rescueOrphans(at: world.stored.time.monotonic()) == 1)
    }
    return (world, job)
  }

  /// A job that takes its process along each time must not do so for ever; whoever waits for it is told.
  @Test func whoTakesItsProcessAlongThreeTimesIsPoison() throws {
    let (world, job) = try poisoned(deaths: 3)
    try world.performNext()
    #expect(try world.stored.job(job).state == .discarded)
    #expect(try world.stored.job(job).reason == "poison")
    #expect(world.handler.told.map(\.error.message) == ["poison"])
    #expect(world.handler.told.map(\.isParked) == [false])
  }

  /// Not even its ending is tried for ever.
  @Test func whoseEndingKillsTooIsLeftAlone() throws {
    let (world, job) = try poisoned(deaths: 5)
    #expect(try world.stored.job(job).state == .discarded)
    #expect(try world.stored.job(job).reason == "poison")
    #expect(try !world.performNext())
  }
}
