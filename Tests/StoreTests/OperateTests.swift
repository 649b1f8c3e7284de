import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// What an operator sees and does.
struct OperateTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  private func run(_ finish: Finish, sequence: String? = nil) throws -> JobID {
    let id = try store.enqueue(.plain(sequence: sequence))
    try store.finish(try store.claimOne(), finish)
    return id
  }

  // MARK: - Retry

  @Test(arguments: [Finish.discarded, .cancelled, .parked])
  func aJobThatEndedBadlyIsReadyAtOnce(_ finish: Finish) throws {
    let id = try run(finish)
    world.time.advance(.minutes(1))
    #expect(try store.retry(id) == nil)
    let record = try #require(try store.job(id, of: nil))
    #expect(record.state == .available)
    #expect(record.runAt == world.time.now())
    #expect(record.finishedAt == nil)
    #expect(record.reason == nil)
    #expect(try store.claimOne().lease == Lease(job: id, fence: 2))
  }

  @Test func aJobThatWaitsRunsNow() throws {
    let scheduled = try store.enqueue(.plain(runAt: world.time.now() + .hours(1)))
    #expect(try store.retry(scheduled) == nil)
    #expect(try store.claimOne().lease.job == scheduled)
    let retryable = try run(.retry(at: world.time.now() + .hours(1)))
    #expect(try store.retry(retryable) == nil)
    #expect(try store.claimOne().lease.job == retryable)
  }

  @Test func thereIsAlwaysAnAttemptToGo() throws {
    let id = try store.enqueue(.plain())
    for _ in 0..<2 { try store.finish(try store.claimOne(), .retry(at: world.time.now())) }
    try store.finish(try store.claimOne(), .discarded)
    #expect(try store.retry(id) == nil)
    let job = try store.claimOne()
    #expect(job.attempt == 4)
    #expect(job.maxAttempts == 4)
  }

  @Test func whatRunsOrEndedWellIsLeftAlone() throws {
    let completed = try run(.completed)
    let executing = try store.enqueue(.plain())
    _ = try store.claimOne()
    let waiting = try store.enqueue(.plain())
    try world.execute(
      """
      UPDATE jobs SET state = 'awaitingApproval', aside = 'awaitingApproval'
      WHERE id = \(waiting.number)
      """)
    for (id, state) in [
      (completed, JobState.completed), (executing, .executing), (waiting, .awaitingApproval),
    ] {
      let before = try store.job(id, of: nil)
      #expect(try store.retry(id) == .wrongState(state))
      #expect(try store.job(id, of: nil) == before)
    }
    #expect(try store.retry(JobID(number: 99)) == .notFound)
  }

  @Test func laterJobsOfTheSequenceWaitAgain() throws {
    let first = try run(.discarded, sequence: "s")
    let second = try store.enqueue(.plain(sequence: "s"))
    let third = try store.enqueue(.plain(sequence: "s"))
    #expect(try store.retry(first) == nil)
    #expect(try store.job(second, of: nil)?.heldBy == first)
    for id in [first, second, third] {
      let job = try store.claimOne()
      #expect(job.lease.job == id)
      #expect(try store.claim().jobs == [])
      try store.finish(job, .completed)
    }
  }

  @Test func aJobThatWasOvertakenIsNotRetried() throws {
    let first = try run(.discarded, sequence: "s")
    let second = try store.enqueue(.plain(sequence: "s"))
    let running = try store.claimOne()
    #expect(try store.retry(first) == .overtaken(by: second))
    #expect(try store.job(first, of: nil)?.state == .discarded)
    try store.finish(running, .completed)
    #expect(try store.retry(first) == nil)
  }

  @Test func aJobRetriedBehindAnotherWaitsForIt() throws {
    let first = try run(.discarded, sequence: "s")
    let second = try run(.discarded, sequence: "s")
    #expect(try store.retry(first) == nil)
    #expect(try store.retry(second) == nil)
    #expect(try store.claim().jobs.map(\.lease.job) == [first])
    #expect(try store.job(second, of: nil)?.heldBy == first)
  }

  @Test func aHeldJobStaysHeldHoweverOftenRetried() throws {
    _ = try store.enqueue(.plain(sequence: "s"))
    let second = try store.enqueue(.plain(sequence: "s"))
    #expect(try store.retry(second) == nil)
    #expect(try store.claim().jobs.count == 1)
  }

  // MARK: - Lists

  @Test(arguments: [0, -1, Int64.min, Int64.max])
  func aNumberThatNoJobHasFindsNone(_ number: Int64) throws {
    _ = try store.enqueue(.plain())
    #expect(try store.job(JobID(number: number), of: nil) == nil)
    var query = JobQuery(organization: nil, limit: 10)
    query.before = JobID(number: number)
    #expect(try store.jobs(query).count == (number == .max ? 1 : 0))
  }

  @Test func listsTheNewestFirstAndPageByPage() throws {
    let ids = try (0..<5).map { _ in try store.enqueue(.plain()) }
    var query = JobQuery(organization: nil, limit: 2)
    var pages: [[JobID]] = []
    while case let page = try store.jobs(query).map(\.id), let last = page.last {
      pages.append(page)
      query.before = last
    }
    #expect(pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]])
  }

  @Test func findsByWhatItIsAskedFor() throws {
    let done = try run(.completed)
    let failed = try run(.discarded)
    world.time.advance(.hours(1))
    let waiting = try store.enqueue(.plain("other", runAt: world.time.now() + .hours(1)))

    func found(_ change: (inout JobQuery) -> Void) throws -> [JobID] {
      var query = JobQuery(organization: nil, limit: 10)
      change(&query)
      return try store.jobs(query).map(\.id)
    }
    #expect(try found { _ in } == [waiting, failed, done])
    #expect(try found { $0.states = [.completed, .discarded] } == [failed, done])
    #expect(try found { $0.states = [.available] } == [waiting])
    #expect(try found { $0.kind = JobKind(rawValue: "other") } == [waiting])
    #expect(try found { $0.queue = "bookings" } == [waiting, failed, done])
    #expect(try found { $0.queue = "elsewhere" } == [])
    #expect(try found { $0.error = .permanent } == [failed])
    #expect(try found { $0.since = world.time.now() } == [waiting])
    #expect(try found { $0.until = world.time.now() } == [failed, done])
  }

  /// However many wait, and however long they have.
  @Test func aResetLaneBeginsWithTheEarliestMeetings() throws {
    let start = world.time.now()
    let last = try store.enqueue(.plain(lane: "single", deadline: start + .days(9)))
    try store.finish(try store.claimOne(), .needsOwner)
    let waiting = try store.enqueue(.plain(lane: "single", deadline: start + .days(8)))
    world.time.advance(.hours(1))
    for hours in 1...1000 {
      _ = try store.enqueue(.plain(lane: "single", deadline: start + .days(2) - .seconds(hours)))
    }
    #expect(try store.resetLane(LaneID(rawValue: "single")) == 1)
    let first = try store.claimOne().lease.job
    #expect(first.number == 1002)
    #expect(![last, waiting].contains(first))
  }
}
