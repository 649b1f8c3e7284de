import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// What a large backlog costs those who have nothing to do with it: nothing. It is counted in steps of SQLite's
/// virtual machine, on the writer, so that neither the machine nor its load matters.
struct BacklogTests {
  private static let many = 100_000

  /// Enqueues, claims and finishes jobs of other lanes and of none.
  private func lifecycles(_ world: StoreWorld, areNext: Bool = true) throws -> Int {
    let before = try world.steps()
    for _ in 0..<20 {
      let ids = try [nil, "double"].map { try world.store.enqueue(.plain("one", lane: $0)) }
      for id in ids {
        let job = try world.store.claimOne()
        if areNext { #expect(job.lease.job == id) }
        try world.store.finish(job, .answered)
      }
    }
    return try world.steps() - before
  }

  /// A few levels of the indexes more, on the way to a row.
  private func expectNoMore(_ full: Int, _ empty: Int) {
    #expect(Double(full) < Double(empty) * 1.1, "\(full) steps, \(empty) in an empty database")
  }

  /// The promise is about a million of them, which `make bench` times; a walk over the backlog would show in a
  /// hundred thousand as well.
  @Test(.timeLimit(.minutes(2)))
  func aClaimDoesNotMeetTheJobsOfABlockedLane() throws {
    let empty = try lifecycles(.withClosedLanes())
    let world = try StoreWorld.withClosedLanes()
    try world.fill("fragile", Self.many)
    try world.fill("single", Self.many)
    expectNoMore(try lifecycles(world), empty)
  }

  @Test(.timeLimit(.minutes(2)))
  func aBacklogOfReadyJobsCostsNothing() throws {
    let empty = try lifecycles(.withClosedLanes())
    let world = try StoreWorld.withClosedLanes()
    try world.fill("none", Self.many)
    try world.execute(
      "UPDATE jobs SET waits_for = NULL, lane = NULL, deadline_at = NULL WHERE lane = 'none'")
    expectNoMore(try lifecycles(world, areNext: false), empty)
  }

  @Test(.timeLimit(.minutes(2)))
  func aHistoryCostsNothing() throws {
    let empty = try lifecycles(.withClosedLanes())
    let world = try StoreWorld.withClosedLanes()
    try world.execute(
      """
      \(StoreWorld.numbers(Self.many))
      INSERT INTO jobs (kind, state, run_at, max_attempts, attempt, fence, enqueued_at, started_at,
        finished_at, organization_id, sequence, lane, payload)
      SELECT 'one', 'completed', n, 3, 1, 1, n, n, n, 'org_1', 'booking:' || n, 'double', '{}'
      FROM numbers;
      """)
    expectNoMore(try lifecycles(world), empty)
  }

  // MARK: - What operators read

  /// On a reader, of which one is in use at a time here.
  private func readSteps(_ world: StoreWorld, _ query: JobQuery) throws -> (found: Int, steps: Int)
  {
    let before = try world.store.read { $0.steps }
    let found = try world.store.jobs(query).count
    return (found, try world.store.read { $0.steps } - before)
  }

  /// The few that run, are parked or wait for approval are not looked for among those that wait.
  @Test(.timeLimit(.minutes(2)))
  func aFewAreNotLookedForAmongTheBacklog() throws {
    let world = try StoreWorld.withClosedLanes()
    _ = try world.store.enqueue(
      NewJob(kind: JobKind(rawValue: "one"), payload: [:], needsApproval: true))
    _ = try world.store.enqueue(.plain(lane: "fragile"))
    try world.fill("single", Self.many)
    // The one that broke the lane and the one that waits for it; parked by their state and by their lane.
    let asked: [([JobState], Int)] = [
      ([.executing], 1), ([.parked], 2), ([.awaitingApproval], 1), ([.parked, .executing], 3),
    ]
    for (states, count) in asked {
      let (found, steps) = try readSteps(
        world, JobQuery(organization: nil, states: states, limit: 50))
      #expect(found == count, "\(states)")
      #expect(steps < 2000, "\(states): \(steps) steps")
    }
  }

  /// Where they are many themselves, a page of them is soon met among all that live.
  @Test(.timeLimit(.minutes(2)))
  func aPageOfWhatABrokenLaneHoldsIsSoonFull() throws {
    let world = try StoreWorld.withClosedLanes()
    try world.fill("fragile", Self.many)
    try world.fill("single", 1000)
    var query = JobQuery(organization: nil, states: [.parked], limit: 50)
    let newest = try readSteps(world, query)
    #expect(newest.found == 50)
    #expect(newest.steps < 50_000, "\(newest.steps) steps")
    query.lane = LaneID(rawValue: "single")
    #expect(try world.store.jobs(query) == [])
    query.lane = LaneID(rawValue: "fragile")
    query.before = JobID(number: 50)
    #expect(try world.store.jobs(query).count == 48)
  }

  /// A lane of next to nothing is looked for once in each run of ids, whatever the others have there.
  @Test(.timeLimit(.minutes(2)))
  func aLanesJobsAreNotLookedForAmongAllOthers() throws {
    let world = try StoreWorld.withClosedLanes()
    try world.fill("double", Self.many)
    try world.execute(
      """
      UPDATE jobs SET state = 'completed', waits_for = NULL, finished_at = 1 WHERE lane = 'double'
      """)
    for kind in [nil, JobKind(rawValue: "chore"), JobKind(rawValue: "never")] {
      var query = JobQuery(organization: nil, limit: 50)
      query.kind = kind
      query.lane = LaneID(rawValue: "single")
      let sparse = try readSteps(world, query)
      #expect(sparse.found == (kind?.rawValue == "never" ? 0 : 1))
      #expect(sparse.steps < Self.many / 1024 * 80, "\(sparse.steps) steps")
      query.lane = LaneID(rawValue: "double")
      let dense = try readSteps(world, query)
      #expect(dense.found == (kind?.rawValue == "never" ? 0 : 50))
      #expect(dense.steps < 1024 * 30, "\(dense.steps) steps")
    }
  }

  // MARK: - What works through a backlog

  private func park(_ world: StoreWorld, _ count: Int) throws {
    try world.fill("fragile", count)
    try world.execute(
      """
      UPDATE jobs SET state = 'parked', aside = 'parked', waits_for = NULL, reason = 'revoked', fence = 1
      WHERE lane = 'fragile' AND waits_for = 'lane';
      UPDATE lanes SET waiting = 0 WHERE id = 'fragile';
      UPDATE job_counts SET count = count - \(count) WHERE kind = 'chore' AND state = 'available';
      UPDATE job_counts SET count = count + \(count) WHERE kind = 'chore' AND state = 'parked';
      """)
  }

  @Test func whatIsOverdueIsWokenInBites() throws {
    let world = try StoreWorld.withClosedLanes()
    try park(world, 1000)
    world.time.advance(.days(2))
    var rounds = 0
    // The first of them is about no meeting, and stays.
    while try world.store.jobs(JobQuery(organization: nil, states: [.parked], limit: 2)).count > 1 {
      let steps = try world.stepsOfOne { [store = world.store] in
        try store.wakeOverdueParked(in: $0)
      }
      #expect(steps < StoreWorld.mostSteps)
      rounds += 1
      if rounds > 10 { break }
    }
    #expect(rounds > 3 && rounds < 10)
  }

  @Test func aLaneIsResetInBites() throws {
    let world = try StoreWorld.withClosedLanes()
    try park(world, 5000)
    let lane = LaneID(rawValue: "fragile")
    let store = world.store
    let steps = try world.stepsOfOne { _ = try store.resetLane(lane, in: $0) }
    #expect(steps < StoreWorld.mostSteps)
    #expect(try store.resetLane(lane) == 5001 - Store.wakingBite)
    #expect(try store.miscounts() == [])
    #expect(try store.recountLanes() == [])
    // The earliest meeting first, of all.
    #expect(try world.claimSoon().deadline == world.time.now() + .days(1) + .milliseconds(1))
  }

  @Test func aResetThatAProcessDidNotSurviveIsCarriedThrough() throws {
    let world = try StoreWorld.withClosedLanes()
    try park(world, 1000)
    let lane = LaneID(rawValue: "fragile")
    #expect(try stopped { try world.store.resetLane(lane) } == Store.wakingBite)
    // As long as not all are awake, none goes on: they would not be in order.
    #expect(try world.store.claim().jobs == [])
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.finishWhatWasBegun()
    #expect(try next.claim().jobs.count == 2)
    #expect(try next.jobs(JobQuery(organization: nil, states: [.parked], limit: 1)) == [])
    #expect(try next.recountLanes() == [])
  }

  @Test func aClockSetBackIsCarriedThroughOnce() throws {
    let world = try StoreWorld.withClosedLanes()
    let store = world.store
    let ids = try (0..<1200).map { _ in try store.enqueue(.plain("one")) }
    let wait = Duration.minutes(10)
    for job in try store.claim(limit: ids.count).jobs {
      try store.finish(job, .retry(at: world.time.now() + wait))
    }
    let earlier = world.time.monotonic()
    world.time.setWall(to: world.time.now() - .hours(1))
    let later = earlier + .milliseconds(1)
    world.time.advance(.milliseconds(2))
    #expect(throws: (any Error).self) {
      try stopped { try store.clockWentBack(by: .hours(1), between: earlier, and: later) }
    }
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.clockWentBack(by: .hours(1), between: earlier, and: later)
    try store.finishWhatWasBegun()
    let times = try Set(ids.map { try #require(try store.job($0, of: nil)).runAt })
    #expect(times == [world.time.now() + wait - .milliseconds(2)])
  }

  /// While no process ran: each that starts finds it, and one deals with it.
  @Test func aClockThatWasSetBackMeanwhileIsDealtWithAtOneStart() throws {
    let world = try StoreWorld()
    let id = try world.store.enqueue(.plain())
    try world.store.finish(
      try world.store.claimOne(), .retry(at: world.time.now() + .minutes(10)))
    world.time.setWall(to: world.time.now() - .hours(1))
    let starts = try ["a", "b"].map { try world.openProcess($0) }
    let jumps = try starts.map { try $0.clockIsBehind() }
    #expect(jumps == [.hours(1), .hours(1)])
    for start in starts { try start.clockWasBehind(by: .hours(1)) }
    #expect(try world.store.job(id, of: nil)?.runAt == world.time.now() + .minutes(10))
    // Nor does a later start, while the clock still shows what it has shown before.
    world.time.advance(.minutes(1))
    let later = try world.openProcess("c")
    #expect(try later.clockIsBehind() == nil)
    for store in starts + [later] { store.close() }
  }

  /// Whoever asked is answered when the time is up; the sweep goes on.
  @Test func anActionGoesOnBehindItsAnswer() throws {
    let world = try StoreWorld.withClosedLanes()
    let store = world.store
    let later = world.time.now() + .hours(1)
    for _ in 0..<250 { _ = try store.enqueue(.plain("one", runAt: later)) }
    var query = JobQuery(organization: nil, limit: 1)
    query.kind = JobKind(rawValue: "one")
    let wish = JobAction(.cancel, organization: nil, by: "Grace")
    let limit = WorkLimit(deadline: world.time.monotonic())
    let action = try WorkLimit.$current.withValue(limit) { try store.act(wish, on: query) }
    #expect(action.isUnderWay && action.jobs == 0)
    // Not among those that it is about.
    let new = try store.enqueue(.plain("one", runAt: later))
    try store.finishWhatWasBegun()
    let done = try #require(try store.actions(of: nil, limit: 1).first)
    #expect(done.id == action.id && !done.isUnderWay && done.jobs == 250)
    #expect(try store.job(new, of: nil)?.verdict == nil)
    #expect(try store.miscounts() == [])
  }

  @Test func anUndoingIsCarriedThroughInBites() throws {
    let world = try StoreWorld.withClosedLanes()
    let store = world.store
    let later = world.time.now() + .hours(1)
    let ids = try (0..<350).map { _ in try store.enqueue(.plain("one", runAt: later)) }
    var query = JobQuery(organization: nil, limit: 1)
    query.kind = JobKind(rawValue: "one")
    let action = try store.act(JobAction(.cancel, organization: nil, by: "Grace"), on: query)
    #expect(action.jobs == 350)
    let undoing = try stopped { try store.undo(action: action.id, of: nil, by: "Ada") }
    #expect(undoing == Undoing(putBack: 100, isUnderWay: true))
    #expect(try store.actions(of: nil, limit: 1).first?.isUnderWay == true)
    // Two of them begin before it goes on: what has begun is not put back.
    #expect(try store.claim(limit: 2).jobs.allSatisfy { $0.verdict == .cancel })
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.finishWhatWasBegun()
    let records = try ids.map { try #require(try store.job($0, of: nil)) }
    #expect(records.count { $0.verdict == nil && $0.runAt == later } == 348)
    #expect(try store.undo(action: action.id, of: nil, by: "Ada") == nil)
    #expect(try store.miscounts() == [])
  }
}
