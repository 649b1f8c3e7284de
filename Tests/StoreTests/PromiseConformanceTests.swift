import Core
import Queue
import TestSupport
import Testing

/// Unique keys, coalescing, effects, clocks and chores.
struct PromiseConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  // MARK: - One instead of two

  @Test(arguments: kinds)
  func oneJobLivesUnderAUniqueKey(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let first = try test.add(.plain(uniqueKey: "key"))
    #expect(first.result == .added)
    #expect(
      try test.add(.plain("slow3", uniqueKey: "key")) == Enqueued(id: first.id, result: .exists))
    #expect(try test.count() == 1)
    try test.jobs.finish(try test.jobs.claimOne(), .discarded)
    let second = try test.add(.plain(uniqueKey: "key"))
    #expect(second.result == .added)
    #expect(throws: JobActionRefusal.replaced(by: second.id)) {
      try test.act(.retry, on: first.id)
    }
  }

  @Test(arguments: kinds)
  func aCancelEndsBothWhereNothingHasBegun(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let booking = try test.enqueue(.plain("booking", sequence: "booking:1", lane: "single"))
    let move = try test.enqueue(.plain("reschedule", sequence: "booking:1", lane: "single"))
    let cancel = try test.add(.plain("cancel", sequence: "booking:1", lane: "single"))
    #expect(cancel.result == .void)
    #expect(try test.require(booking).state == .cancelled)
    #expect(try test.require(move).state == .cancelled)
    #expect(try test.require(cancel.id).state == .completed)
    // Nor do they take a place.
    let other = try test.enqueue(.plain(lane: "single"))
    #expect(try test.ready().map(\.lease.job) == [other])
  }

  @Test(arguments: kinds)
  func aNewerMoveSupersedesAnOlderOneThatHasNotBegun(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    _ = try test.enqueue(.plain("booking", sequence: "booking:1"))
    let older = try test.enqueue(.plain("reschedule", sequence: "booking:1"))
    let newer = try test.add(.plain("reschedule", sequence: "booking:1"))
    #expect(newer.result == .added)
    #expect(try test.require(older).state == .cancelled)
    try test.jobs.finish(try test.jobs.claimOne(), .completed)
    #expect(try test.ready().map(\.lease.job) == [newer.id])
  }

  @Test(arguments: kinds)
  func whatHasBegunEverIsNotSuperseded(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let booking = try test.enqueue(.plain("booking", sequence: "booking:1"))
    try test.jobs.finish(try test.jobs.claimOne(), .handedBack(at: test.time.now()))
    let move = try test.enqueue(.plain("reschedule", sequence: "booking:1"))
    let cancel = try test.add(.plain("cancel", sequence: "booking:1"))
    #expect(cancel.result == .added)
    #expect(try test.require(move).state == .cancelled)
    #expect(try test.require(cancel.id).heldBy == booking)
    let job = try test.jobs.claimOne()
    #expect(job.lease == Lease(job: booking, fence: 2))
    try test.jobs.finish(job, .completed)
    #expect(try test.ready().map(\.lease.job) == [cancel.id])
  }

  // MARK: - Effects

  @Test(arguments: kinds)
  func whatWasIntendedIsKnownToTheNextClaim(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain())
    let first = try test.jobs.claimOne()
    #expect(try test.jobs.effect("create", of: id) == nil)
    try test.jobs.intend("create", by: first.lease)
    #expect(try test.jobs.effect("create", of: id) == .intended)
    try test.jobs.finish(
      first, .retry(at: test.time.now()),
      effects: [Effect(key: "create", state: .unknown), Effect(key: "never", state: .confirmed)])
    #expect(try test.jobs.effect("create", of: id) == .unknown)
    #expect(try test.jobs.effect("never", of: id) == nil)
    #expect(throws: JobStoreError.leaseLost(first.lease)) {
      try test.jobs.intend("create", by: first.lease)
    }
    #expect(try test.jobs.effect("create", of: id) == .unknown)
    let second = try test.jobs.claimOne()
    try test.jobs.intend("create", by: second.lease)
    #expect(try test.jobs.effect("create", of: id) == .intended)
  }

  @Test(arguments: kinds)
  func anOperatorKnowsWhatBecameOfAChange(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let id = try test.enqueue(.plain())
    let job = try test.jobs.claimOne()
    try test.jobs.intend("create", by: job.lease)
    try test.jobs.finish(job, .discarded, effects: [Effect(key: "create", state: .unknown)])
    #expect(throws: JobActionRefusal.noSuchEffect) {
      try test.act(.acceptEffect("move"), on: id)
    }
    _ = try test.act(.acceptEffect("create"), on: id)
    #expect(try test.jobs.effect("create", of: id) == .confirmed)
    #expect(throws: JobActionRefusal.noSuchEffect) {
      try test.act(.resendEffect("create"), on: id)
    }
    #expect(try test.jobs.claimOne().lease == Lease(job: id, fence: 2))
  }

  // MARK: - Leases in lots

  @Test(arguments: kinds)
  func leasesAreExtendedTogetherAndThoseThatAreLostAreNamed(
    _ kind: JobStoreUnderTest.Kind
  ) throws {
    let test = try JobStoreUnderTest(kind)
    for _ in 0..<3 { _ = try test.enqueue(.plain()) }
    let jobs = try test.ready()
    try test.jobs.finish(jobs[1], .completed)
    #expect(
      try test.jobs.extend(jobs.map(\.lease), by: .seconds(60)) == [jobs[1].lease])
    #expect(try test.jobs.extend([], by: .seconds(60)) == [])
  }

  // MARK: - Ageing

  @Test(arguments: kinds)
  func nothingStarves(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let slow = try test.enqueue("slow3", in: .zero)
    test.time.advance(priorityAgeing * 3)
    let urgent = try test.enqueue("urgent0", in: .zero)
    // They are even, and the older one goes first; one that has waited less stands behind.
    let fresh = try test.enqueue("slow3", in: .milliseconds(0))
    #expect(try test.ready().map(\.lease.job) == [slow, urgent, fresh])
  }

  // MARK: - Clocks

  @Test(arguments: kinds)
  func aClockSetBackMovesWaitsButNoAppointments(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let now = test.time.now()
    let waits = try test.enqueue(.plain("chore1"))
    try test.jobs.finish(try test.jobs.claimOne(), .retry(at: now + .minutes(5)))
    let fresh = try test.enqueue(.plain("chore"))
    let appointed = try test.enqueue(.plain("urgent0", runAt: now + .hours(2)))
    try test.setClockBack(by: .hours(1))
    #expect(try test.ready().map(\.lease.job) == [fresh])
    #expect(try test.jobs.claim().nextRunAt == test.time.now() + .minutes(5))
    test.time.advance(.minutes(5))
    #expect(try test.ready().map(\.lease.job) == [waits])
    #expect(try test.jobs.claim().nextRunAt == now + .hours(2))
    #expect(try test.require(appointed).runAt == now + .hours(2))
  }

  /// One that had its place when the clock went back keeps none from those whose time it is.
  @Test(arguments: kinds)
  func aClockSetBackLeavesNoPlaceToTheFuture(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let appointed = try test.enqueue(
      .plain(lane: "single", runAt: test.time.now() + .minutes(30)))
    let holder = try test.enqueue(.plain(lane: "single"))
    let job = try test.jobs.claimOne()
    #expect(job.lease.job == holder)
    test.time.advance(.minutes(31))
    // It is let through, and not claimed yet.
    try test.jobs.finish(job, .completed)
    try test.setClockBack(by: .hours(1))
    let now = try test.enqueue(.plain(lane: "single"))
    #expect(try test.ready().map(\.lease.job) == [now])
    #expect(try test.require(appointed).state == .available)
  }

  /// Each process looks at the clock by itself, at moments of its own.
  @Test(arguments: kinds)
  func aClockSetBackIsDealtWithOnceHoweverManySeeIt(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    defer { other.die() }
    let waits = try test.enqueue(.plain())
    try test.jobs.finish(
      try test.jobs.claimOne(), .retry(at: test.time.now() + .minutes(5)))
    let began = test.time.monotonic()
    test.time.advance(.milliseconds(100))
    let between = test.time.monotonic()
    // In two steps; one of the two sees them together.
    test.time.setWall(to: test.time.now() - .hours(1))
    test.time.advance(.milliseconds(100))
    let afterFirst = test.time.monotonic()
    try test.jobs.clockWentBack(by: .hours(1), between: began, and: afterFirst)
    test.time.setWall(to: test.time.now() - .hours(2))
    test.time.advance(.milliseconds(100))
    let afterSecond = test.time.monotonic()
    try other.jobs.clockWentBack(by: .hours(3), between: between, and: afterSecond)
    test.time.advance(.milliseconds(100))
    try test.jobs.clockWentBack(by: .hours(2), between: afterFirst, and: test.time.monotonic())
    let left = try test.require(waits).runAt - test.time.now()
    #expect(left == .minutes(5) - .milliseconds(400))
    // Another day it is set back by as much again.
    test.time.advance(.minutes(1))
    try test.setClockBack(by: .hours(3))
    #expect(try test.require(waits).runAt - test.time.now() <= left - .minutes(1))
    #expect(try test.require(waits).runAt - test.time.now() > .minutes(3))
  }

  // MARK: - Chores

  private let chore = JobKind(rawValue: "chore")

  @Test(arguments: kinds)
  func aChoreIsMadeOnceHoweverManyAsk(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    defer { other.die() }
    let schedule = [chore: Schedule(every: .hours(1), catchUp: .once)]
    for jobs in [test.jobs, other.jobs] { try jobs.makeChores(schedule) }
    // The first look plans it, and nothing has been missed.
    #expect(try test.count() == 0)
    // However many times have passed, it runs once.
    test.time.advance(.hours(5))
    for jobs in [test.jobs, other.jobs, test.jobs] { try jobs.makeChores(schedule) }
    #expect(try test.count() == 1)
    // One that still runs is enough.
    let job = try test.jobs.claimOne()
    test.time.advance(.hours(1))
    try other.jobs.makeChores(schedule)
    #expect(try test.count() == 1)
    try test.jobs.finish(job, .completed)
    test.time.advance(.hours(1))
    try other.jobs.makeChores(schedule)
    #expect(try test.count() == 2)
  }

  @Test(arguments: kinds)
  func aChoreThatSkipsIsNotMadeUp(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let schedule = [chore: Schedule(every: .hours(1), catchUp: .skip)]
    try test.jobs.makeChores(schedule)
    test.time.advance(.hours(5))
    try test.jobs.makeChores(schedule)
    #expect(try test.count() == 0)
    test.time.advance(.hours(1))
    try test.jobs.makeChores(schedule)
    #expect(try test.count() == 1)
  }

  /// Chores that were planned by a wrong clock do not wait for it.
  @Test(arguments: kinds)
  func aChoreSurvivesAClockThatWasWrong(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let schedule = [chore: Schedule(every: .hours(1), catchUp: .once)]
    try test.jobs.makeChores(schedule)
    test.time.setWall(to: test.time.now() - .days(30))
    try test.jobs.makeChores(schedule)
    test.time.advance(.hours(1))
    try test.jobs.makeChores(schedule)
    #expect(try test.count() == 1)
  }
}
