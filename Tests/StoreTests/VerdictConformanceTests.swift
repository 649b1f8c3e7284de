import Core
import Queue
import TestSupport
import Testing

/// What others than its handler decide about a job: operators, deaths, its deadline.
struct VerdictConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  @Test(arguments: kinds)
  func aJobWithAVerdictIsClaimedFirstPastPausesAndLanes(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let urgent = try test.enqueue("urgent0", in: .seconds(-9))
    let running = try test.enqueue(.plain(lane: "single"))
    let id = try test.enqueue(
      .plain("chore1", lane: "single", runAt: test.time.now() + .hours(1)))
    try test.pause(Pause(scope: .kind, name: "chore1", by: "Ada"))
    _ = try test.act(.cancel, on: id)
    let jobs = try test.ready()
    #expect(jobs.map(\.lease.job) == [id, urgent, running])
    #expect(jobs[0].verdict == .cancel)
    #expect(jobs[0].reason == "cancelled by Grace")
    #expect(jobs[0].lane == nil)
    try test.jobs.finish(jobs[0], Finish.after(.cancel, reason: jobs[0].reason))
    #expect(try test.require(id).state == .cancelled)
    #expect(try test.require(id).reason == "cancelled by Grace")
  }

  /// One for which there is no handler here must not keep the others from ending.
  @Test(arguments: kinds)
  func onlyKindsThatWereAskedForAreClaimed(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let foreign = try (0..<3).map { _ in try test.enqueue(.plain("slow3")) }
    let own = try test.enqueue(.plain("chore1"))
    for id in foreign + [own] { _ = try test.act(.discard, on: id) }
    let claim = try test.jobs.claim(limit: 1, kinds: [JobKind(rawValue: "chore1")])
    #expect(claim.jobs.map(\.lease.job) == [own])
  }

  @Test(arguments: kinds)
  func aRunningJobIsToldToStopAndDoesNotGoOnWaiting(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain(lane: "single"))
    let other = try test.enqueue(.plain(lane: "single"))
    let job = try test.jobs.claimOne()
    #expect(try test.jobs.leasesToGiveUp() == [])
    _ = try test.act(.discard, on: id)
    #expect(try test.jobs.leasesToGiveUp() == [job.lease])
    let process = try test.openProcess()
    defer { process.die() }
    #expect(try process.jobs.leasesToGiveUp() == [])
    try test.jobs.finish(job, .retry(at: test.time.now() + .hours(1)))
    let jobs = try test.ready()
    #expect(jobs.map(\.lease.job) == [id, other])
    #expect(jobs.map(\.verdict) == [.discard, nil])
  }

  @Test(arguments: kinds)
  func anActionIsUndoneUntilItsJobHasBegun(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let later = test.time.now() + .hours(1)
    let id = try test.enqueue(.plain(lane: "single", runAt: later))
    let before = try test.require(id)
    let cancelled = try test.act(.cancel, on: id)
    #expect(try test.undo(cancelled) == 1)
    #expect(try test.undo(cancelled) == nil)
    #expect(try test.require(id) == before)
    let run = try test.act(.runNow, on: id)
    #expect(try test.ready().map(\.lease.job) == [id])
    #expect(try test.undo(run) == 0)
  }

  // MARK: - Deaths

  @Test(arguments: kinds)
  func whatTakesThreeProcessesAlongIsEndedAndWhatGoesOnIsSilenced(
    _ kind: JobStoreUnderTest.Kind
  ) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain(sequence: "booking:1", lane: "single"))
    let next = try test.enqueue(.plain(sequence: "booking:1", lane: "single"))
    try test.die(2, running: id)
    #expect(try test.require(id).verdict == nil)
    try test.die(1, running: id)
    #expect(try test.require(id).verdict == .poison)
    let job = try test.jobs.claimOne()
    #expect(job.verdict == .poison)
    #expect(job.reason == "poison")
    #expect(job.attempt == 4)
    try test.jobs.finish(job, Finish.after(.poison, reason: job.reason))
    #expect(try test.require(id).state == .discarded)
    #expect(try test.require(id).reason == "poison")

    try test.die(5, running: next)
    #expect(try test.require(next).state == .discarded)
    #expect(try test.attempts(next).map(\.outcome) == Array(repeating: "orphaned", count: 5))
    // An operator may believe in it again.
    _ = try test.act(.retry, on: next)
    try test.die(2, running: next)
    #expect(try test.require(next).verdict == nil)
  }

  /// While something kills one process after the other, who was there twice by chance is not run: a third time
  /// would tell nothing.
  @Test(arguments: kinds)
  func whoWasThereTwiceWaitsUntilNoMoreDie(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain())
    try test.die(2, running: id)
    for _ in 0..<5 {
      test.time.advance(.seconds(2))
      #expect(try test.jobs.claim(kinds: [chore]).jobs == [])
      try loseAProcess(test)
    }
    // One that has nothing in its hands has killed nobody.
    test.time.advance(Verdict.rest)
    try test.openProcess().die()
    _ = try test.jobs.rescueOrphans(at: test.time.monotonic())
    let job = try #require(try test.jobs.claim(kinds: [chore]).jobs.first)
    #expect(job.lease.job == id && job.verdict == nil)
    try test.jobs.finish(job, .completed)
  }

  /// But not for ever: another process may die again and again for reasons of its own.
  @Test(arguments: kinds)
  func nobodyWaitsForThatWithoutEnd(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain())
    try test.die(2, running: id)
    var seconds = 0
    while try test.jobs.claim(kinds: [chore]).jobs.isEmpty {
      seconds += 1
      test.time.advance(.seconds(1))
      try loseAProcess(test)
      if seconds > 100 { break }
    }
    #expect(seconds > 50 && seconds < 70)
  }

  private let chore = JobKind(rawValue: "chore")

  /// With a job of its own in its hands.
  private func loseAProcess(_ test: JobStoreUnderTest) throws {
    let process = try test.openProcess()
    _ = try test.enqueue(.plain("one"))
    #expect(try !process.jobs.claim(kinds: [JobKind(rawValue: "one")]).jobs.isEmpty)
    process.die()
    _ = try test.jobs.rescueOrphans(at: test.time.monotonic())
  }

  // MARK: - Deadlines

  @Test(arguments: kinds)
  func whatIsParkedPastItsDeadlineGoesOnPastItsLane(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let deadline = test.time.now() + .hours(1)
    let id = try test.enqueue(.plain(lane: "single", deadline: deadline))
    try test.jobs.finish(try test.jobs.claimOne(), .needsOwner)
    test.time.advance(.minutes(59))
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)
    #expect(try test.ready() == [])
    test.time.advance(.minutes(1))
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)
    #expect(try test.ready().map(\.lease.job) == [id])
  }

  /// Also where an operator has retried one that comes before it.
  @Test(arguments: kinds, [false, true])
  func whatIsWokenWaitsForItsSequence(_ kind: JobStoreUnderTest.Kind, _ isOverdue: Bool) throws {
    let test = try JobStoreUnderTest(kind)
    let deadline = test.time.now() + .hours(1)
    let first = try test.enqueue(.plain(sequence: "booking:1"))
    let second = try test.enqueue(
      .plain(sequence: "booking:1", lane: "single", deadline: deadline))
    try test.jobs.finish(try test.jobs.claimOne(), .discarded)
    try test.jobs.finish(try test.jobs.claimOne(), .needsOwner)
    _ = try test.act(.retry, on: first)
    if isOverdue {
      test.time.advance(.hours(2))
      _ = try test.jobs.rescueOrphans(at: test.time.monotonic())
    } else {
      #expect(try test.resetLane(LaneID(rawValue: "single")) == 1)
    }
    let jobs = try test.ready()
    #expect(jobs.map(\.lease.job) == [first])
    #expect(try test.require(second).heldBy == first)
  }
}
