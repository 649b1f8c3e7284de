import Bookings
import Core
import Queue
import TestSupport
import Testing

/// "Of the jobs of one lane, no more are ready or executing than the lane lets through", and what opens and
/// closes one. The lanes' limits are in `StoreWorld.lanePolicy`.
struct LaneConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  @discardableResult
  private func enqueue(
    _ test: JobStoreUnderTest, _ count: Int, in lane: String
  ) throws -> [JobID] {
    try (0..<count).map { _ in try test.enqueue(.plain(lane: lane)) }
  }

  private func ready(_ test: JobStoreUnderTest) throws -> [JobID] {
    try test.ready().map(\.lease.job)
  }

  // MARK: - Concurrency and rate

  @Test(arguments: kinds)
  func noMoreThanItsConcurrency(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 4, in: "double")
    let first = try test.ready()
    #expect(first.map(\.lease.job) == Array(ids[..<2]))
    #expect(first.map(\.lane) == [LaneID(rawValue: "double"), LaneID(rawValue: "double")])
    #expect(try ready(test) == [])
    // One that is tried again stands behind those that have waited.
    try test.jobs.finish(first[0], .retry(at: test.time.now() + .milliseconds(1)))
    #expect(try ready(test) == [ids[2]])
    try test.jobs.finish(first[1], .completed)
    #expect(try ready(test) == [ids[3]])
  }

  @Test(arguments: kinds)
  func oneThatIsFullTakesNothingFromOthers(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let full = try enqueue(test, 9, in: "single")
    let other = try enqueue(test, 1, in: "double")
    let free = try test.enqueue(.plain())
    #expect(try ready(test) == [full[0], other[0], free])
  }

  @Test(arguments: kinds)
  func noFasterThanItsRate(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 4, in: "rated")
    for job in try test.ready() { try test.jobs.finish(job, .completed) }
    #expect(try test.job(ids[1])?.state == .completed)
    #expect(try test.job(ids[2])?.state == .available)
    let claim = try test.jobs.claim()
    let next = try #require(claim.nextRunAt)
    #expect(claim.jobs == [])
    #expect(next > test.time.now() && next <= test.time.now() + .milliseconds(1001))
    test.time.advance(to: next)
    #expect(try ready(test) == [ids[2]])
    test.time.advance(.milliseconds(1001))
    #expect(try ready(test) == [ids[3]])
  }

  /// The next token is for who has waited, not for who comes just in time.
  @Test(arguments: kinds)
  func nobodyIsOvertakenByLaterArrivals(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 3, in: "rated")
    #expect(try ready(test) == Array(ids[..<2]))
    test.time.advance(.milliseconds(1001))
    let late = try enqueue(test, 1, in: "rated")
    #expect(try ready(test) == [ids[2]])
    test.time.advance(.milliseconds(1001))
    #expect(try ready(test) == late)
  }

  /// An orphan has had its turn: it does not stand behind all that have come since.
  @Test(arguments: kinds)
  func anOrphanKeepsItsPlaceInTheOrder(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 1, in: "single")
    let other = try test.openProcess()
    _ = try other.jobs.claimOne()
    test.time.advance(.seconds(1))
    let later = try enqueue(test, 1, in: "single")
    test.time.advance(.seconds(1))
    other.die()
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 1)
    let job = try test.jobs.claimOne()
    #expect(job.lease == Lease(job: ids[0], fence: 2))
    try test.jobs.finish(job, .completed)
    #expect(try ready(test) == later)
  }

  @Test(arguments: kinds)
  func aJobOfALaneWaitsForItsTime(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let later = test.time.now() + .hours(1)
    let scheduled = try test.enqueue(.plain(lane: "single", runAt: later))
    let now = try enqueue(test, 1, in: "single")
    let claim = try test.jobs.claim()
    #expect(claim.jobs.map(\.lease.job) == now)
    try test.jobs.finish(claim.jobs[0], .completed)
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: later))
    test.time.advance(.hours(1))
    #expect(try ready(test) == [scheduled])
  }

  // MARK: - Patience and breaker

  @Test(arguments: kinds)
  func patienceIsSharedByAllItsJobs(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 3, in: "double")
    let until = test.time.now() + .seconds(10)
    let jobs = try test.ready()
    try test.jobs.finish(jobs[0], .completed)
    // The third has its place by now, and has to give it back.
    try test.jobs.finish(jobs[1], .throttled(until: until))
    let claim = try test.jobs.claim()
    let next = try #require(claim.nextRunAt)
    #expect(claim.jobs == [])
    #expect(next >= until && next <= until + .seconds(1))
    test.time.advance(to: next)
    #expect(Set(try ready(test)) == [ids[1], ids[2]])
    #expect(try test.job(ids[2])?.attempt == 1)
  }

  @Test(arguments: kinds)
  func failuresInARowOpenItAndOneProbeClosesIt(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 5, in: "fragile")
    for job in try test.ready() { try test.jobs.finish(job, .failed(at: test.time.now())) }
    #expect(
      try test.jobs.claim() == Claim(jobs: [], nextRunAt: test.time.now() + .seconds(10)))
    let record = try test.require(ids[3])
    #expect(record.stateInWords(now: test.time.now()) == "parked")
    #expect(record.attempt == 0)

    test.time.advance(.seconds(10))
    let probe = try test.ready()
    #expect(probe.count == 1)
    #expect(try ready(test) == [])
    try test.jobs.finish(probe[0], .failed(at: test.time.now()))
    // Each opening in a row lasts longer.
    #expect(try test.jobs.claim().nextRunAt == test.time.now() + .seconds(20))
    test.time.advance(.seconds(20))
    let second = try test.ready()
    #expect(second.count == 1)
    try test.jobs.finish(second[0], .answered)
    #expect(try ready(test).count == 2)
  }

  /// It is the account that fails, not the process that has seen it.
  @Test(arguments: kinds)
  func aBreakerOutlivesItsProcess(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let process = try test.openProcess()
    try enqueue(test, 3, in: "fragile")
    for job in try process.jobs.claim(limit: 9).jobs {
      try process.jobs.finish(job, .failed(at: test.time.now()))
    }
    process.die()
    _ = try test.jobs.rescueOrphans(at: test.time.monotonic())
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: test.time.now() + .seconds(10)))
    test.time.advance(.seconds(10))
    #expect(try test.ready().count == 1)
  }

  @Test(arguments: kinds)
  func whoNeedsItsOwnerWaitsUntilResetThenInOrderOfMeetings(
    _ kind: JobStoreUnderTest.Kind
  ) throws {
    let test = try JobStoreUnderTest(kind)
    let now = test.time.now()
    let ids = try [7, 5, 9, 1].map { days in
      try test.enqueue(.plain(lane: "single", deadline: now + .days(days)))
    }
    try test.jobs.finish(try test.jobs.claimOne(), .needsOwner)
    #expect(try test.require(ids[0]).state == .parked)
    test.time.advance(.hours(10))
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: nil))
    #expect(try test.resetLane(LaneID(rawValue: "single")) == 1)
    var order: [JobID] = []
    while let job = try test.ready().first {
      order.append(job.lease.job)
      try test.jobs.finish(job, .answered)
    }
    #expect(order == [ids[3], ids[1], ids[0], ids[2]])
  }

  /// An answer to a call that began before says nothing of credentials that were revoked since.
  @Test(arguments: kinds)
  func onlyAResetHelpsOneThatNeedsItsOwner(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 3, in: "double")
    let jobs = try test.ready()
    try test.jobs.finish(jobs[0], .needsOwner)
    try test.jobs.finish(jobs[1], .answered)
    #expect(try ready(test) == [])
    _ = try test.resetLane(LaneID(rawValue: "double"))
    #expect(Set(try ready(test)) == [ids[0], ids[2]])
  }

  // MARK: - Pauses

  @Test(arguments: kinds, Pause.Scope.allCases)
  func whatIsPausedIsNotClaimed(_ kind: JobStoreUnderTest.Kind, _ scope: Pause.Scope) throws {
    let test = try JobStoreUnderTest(kind)
    let paused = try test.enqueue(.plain("reschedule"))
    let other = try test.enqueue(.plain())
    let pause = Pause(scope: scope, name: scope == .kind ? "reschedule" : "changes", by: "Grace")
    try test.pause(pause)
    try test.pause(pause)
    #expect(try ready(test) == [other])
    #expect(
      try test.require(paused).waitingFor(now: test.time.now())
        == "its \(scope.rawValue) \(pause.name), paused by Grace, to be resumed")
    // It lasts, whoever asks.
    let next = try test.openProcess()
    defer { next.die() }
    #expect(try next.jobs.claim().jobs == [])
    #expect(try test.resume(scope, pause.name))
    #expect(try !test.resume(scope, pause.name))
    #expect(try ready(test) == [paused])
  }

  @Test(arguments: kinds, Pause.Scope.allCases)
  func aPausedJobTakesNoPlace(_ kind: JobStoreUnderTest.Kind, _ scope: Pause.Scope) throws {
    let test = try JobStoreUnderTest(kind)
    let paused = try test.enqueue(.plain("reschedule", lane: "single"))
    let other = try test.enqueue(.plain("chore", lane: "single"))
    let name = scope == .kind ? "reschedule" : "changes"
    try test.pause(Pause(scope: scope, name: name, by: "Grace"))
    let later = try test.enqueue(.plain("reschedule", lane: "single"))
    let job = try test.jobs.claimOne()
    #expect(job.lease.job == other)
    try test.jobs.finish(job, .completed)
    #expect(try ready(test) == [])
    _ = try test.resume(scope, name)
    let first = try test.jobs.claimOne()
    #expect(first.lease.job == paused)
    try test.jobs.finish(first, .completed)
    #expect(try ready(test) == [later])
  }

  // MARK: - Who takes what

  /// Several processes on one file may take different kinds. What nobody takes must not stand in a place that
  /// others could use.
  @Test(arguments: kinds)
  func aKindThatNobodyTakesHoldsNoPlace(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let (mine, foreign) = (JobKind(rawValue: "chore1"), JobKind(rawValue: "slow3"))
    let waiting = try (0..<3).map { _ in try test.enqueue(.plain("slow3", lane: "single")) }
    test.time.advance(priorityAgeing * 3)
    let own = try (0..<4).map { _ in try test.enqueue(.plain("chore1", lane: "single")) }
    func claim(_ jobs: any JobStore<Settlement>, _ kind: JobKind) throws -> [ClaimedJob] {
      try jobs.claim(limit: 9, kinds: [kind]).jobs
    }
    let first = try claim(test.jobs, mine)
    #expect(first.map(\.lease.job) == [own[0]])
    #expect(
      try test.require(waiting[0]).waitingFor(now: test.time.now())
        == "a program that has a handler for slow3")

    // Somebody comes who takes them: the longest wait goes first again.
    let other = try test.openProcess()
    #expect(try claim(other.jobs, foreign) == [])
    #expect(
      try test.require(waiting[0]).waitingFor(now: test.time.now())
        == "a place in its lane single: 1 of 1 are taken")
    try test.jobs.finish(try #require(first.first), .completed)
    #expect(try claim(test.jobs, mine) == [])
    let second = try #require(try claim(other.jobs, foreign).first)
    #expect(second.lease.job == waiting[0])

    // And dies: the place that the next one has got by then goes to who can use it.
    try other.jobs.finish(second, .completed)
    other.die()
    _ = try test.jobs.rescueOrphans(at: test.time.monotonic())
    #expect(try claim(test.jobs, mine).map(\.lease.job) == [own[1]])
  }
}

extension Finish {
  /// With what each says of the account.
  static let answered = Finish(next: .completed, outcome: "completed", lane: .answered)
  static let needsOwner = Finish(
    next: .parked(reason: "revoked"), givesAttemptBack: true, outcome: "park",
    error: JobError(.needsOwner, "revoked"), lane: .needsOwner("revoked"))
  static func failed(at instant: Timestamp) -> Finish {
    Finish(
      next: .again(at: instant), outcome: "retry", error: JobError(.transient, "503"),
      lane: .failed("503"))
  }
  static func throttled(until instant: Timestamp) -> Finish {
    Finish(
      next: .again(at: instant), outcome: "retry", error: JobError(.throttled, "429"),
      lane: .throttled(until: instant, "429"))
  }
}
