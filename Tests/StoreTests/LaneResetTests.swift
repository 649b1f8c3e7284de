import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// A lane that is opened with thousands of jobs waiting in it: they go on in order of their meetings, and no
/// transaction looks through all of them.
struct LaneResetTests {
  private let lane = LaneID(rawValue: "fragile")

  private func waiting(_ count: Int) throws -> StoreWorld {
    let world = try StoreWorld.withClosedLanes()
    _ = try world.store.resetLane(lane)
    try world.store.finish(try world.store.claimOne(), .needsOwner)
    try world.fill(lane.rawValue, count)
    return world
  }

  /// The deadlines of the next ones that go, one after the other.
  private func next(_ count: Int, _ store: Store) throws -> [Timestamp] {
    var deadlines: [Timestamp] = []
    while deadlines.count < count {
      let jobs = try store.claim(limit: 2).jobs
      if jobs.isEmpty { throw NothingReady() }
      for job in jobs {
        deadlines.append(try #require(job.deadline))
        try store.finish(job, .completed)
      }
    }
    return Array(deadlines.prefix(count))
  }

  private func earliest(_ count: Int, _ world: StoreWorld) -> [Timestamp] {
    (1...count).map { world.time.now() + .days(1) + .milliseconds($0) }
  }

  @Test(arguments: [1500, 5000])
  func theEarliestMeetingGoesFirst(count: Int) throws {
    let world = try waiting(count)
    // Of those that wait, the ones with the earliest meetings have come last.
    #expect(try world.store.resetLane(lane) == 1)
    #expect(try next(600, world.store).prefix(500) == earliest(500, world)[...])
    #expect(try world.store.recountLanes() == [])
    #expect(try world.rows("SELECT lane FROM wakings") { $0.string(0) } == [])
  }

  @Test func noTransactionLooksThroughThemAll() throws {
    let world = try waiting(30_000)
    let (store, lane) = (world.store, lane)
    // Asked for in somebody else's transaction, it is noted.
    #expect(try world.stepsOfOne { _ = try store.resetLane(lane, in: $0) } < StoreWorld.mostSteps)
    #expect(try store.claim().jobs == [])
    let before = try world.steps()
    try store.finishWhatWasBegun()
    #expect(try world.steps() - before < StoreWorld.mostSteps)
    #expect(try next(10, store) == earliest(10, world))
  }

  /// As many as may be looked through while the writer waits.
  @Test func aShortLaneIsOpenedAtOnce() throws {
    let world = try waiting(Store.lookedThroughWriting - 1)
    let (store, lane) = (world.store, lane)
    #expect(try world.stepsOfOne { _ = try store.resetLane(lane, in: $0) } < StoreWorld.mostSteps)
    #expect(try next(10, store) == earliest(10, world))
  }

  @Test func anOpeningThatAProcessDidNotSurviveIsCarriedThrough() throws {
    let world = try waiting(5000)
    #expect(try stopped { try world.store.resetLane(lane) } == 1)
    #expect(try world.store.claim().jobs == [])
    let successor = try world.openProcess("next")
    defer { successor.close() }
    try successor.finishWhatWasBegun()
    #expect(try next(10, successor) == earliest(10, world))
    #expect(try successor.recountLanes() == [])
  }

  /// Between the look and the opening: what has gone is not brought back, what has come goes by its arrival.
  @Test func whatComesAndGoesMeanwhileIsNoneTheWorse() throws {
    let world = try waiting(5000)
    let (store, lane) = (world.store, lane)
    let now = world.time.now()
    let meetings = try store.read { try store.earliestMeetings(in: lane, now: now, $0) }
    #expect(try store.refusal(.cancel, meetings[0]) == nil)
    for job in try store.claim().jobs { try store.finish(job, .cancelled) }
    let gone = try store.job(meetings[0], of: nil)
    #expect(gone?.state == .cancelled)
    let late = try store.enqueue(.plain(lane: "fragile", deadline: now + .minutes(1)))
    try store.write { transaction in
      _ = try store.wakeParked(in: lane, in: transaction)
      #expect(try store.open(lane, meetings: meetings, in: transaction))
    }
    #expect(try store.job(meetings[0], of: nil) == gone)
    #expect(try next(10, store) == Array(earliest(11, world)[1...]))
    #expect(try store.job(late, of: nil)?.state == .available)
    #expect(try store.recountLanes() == [])
  }

  /// However many appointments are about earlier meetings, it is those that are due that can begin.
  @Test func appointmentsTakeNoneOfThePlaces() throws {
    let world = try waiting(5000)
    try world.execute(
      """
      UPDATE jobs SET run_at = \(world.time.now().milliseconds) + 3600000
      WHERE waits_for = 'lane' AND deadline_at <= \(world.time.now().milliseconds) + 86400000 + 600
      """)
    _ = try world.store.resetLane(lane)
    #expect(try next(10, world.store) == Array(earliest(610, world)[600...]))
  }
}
