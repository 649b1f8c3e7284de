import Core
import Dispatch
import Queue
import TestSupport
import Testing

@testable import Store

/// An action on many goes through whatever happens between its bites, and meets each job once.
struct ManyJobsActionTests {
  let world: StoreWorld
  var store: Store { world.store }
  private let cancel = JobAction(.cancel, organization: nil, by: "Grace")

  init() throws { world = try StoreWorld() }

  private func waiting(_ count: Int) throws -> [JobID] {
    let later = world.time.now() + .hours(1)
    return try (0..<count).map { _ in try store.enqueue(.plain("one", runAt: later)) }
  }

  private var query: JobQuery {
    var query = JobQuery(organization: nil, limit: 1)
    query.kind = JobKind(rawValue: "one")
    return query
  }

  /// Dies when the bite that holds this job has been committed.
  private func act(_ action: JobAction, dyingAfter job: JobID) throws {
    let limit = WorkLimit()
    let listener = store.changes.listen(to: .job(job)) { limit.cancel() }
    defer { store.changes.stop(listener, listeningTo: .job(job)) }
    let record = try WorkLimit.$current.withValue(limit) { try store.act(action, on: query) }
    #expect(record.isUnderWay)
  }

  private func cancelled(_ ids: [JobID]) throws -> Int {
    try ids.count { try store.job($0, of: nil)?.verdict == .cancel }
  }

  @Test func isGoneOnWithWhereAProcessDied() throws {
    let ids = try waiting(450)
    // From the newest down: two bites of five.
    try act(cancel, dyingAfter: ids[300])
    let begun = try #require(try store.actions(of: nil, limit: 1).first)
    #expect(begun.isUnderWay && begun.jobs == 200)
    #expect(try cancelled(ids) == 200)
    let newcomers = try waiting(10)
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.finishWhatWasBegun()
    let ended = try #require(try next.actions(of: nil, limit: 1).first)
    #expect(!ended.isUnderWay && ended.jobs == 450)
    #expect(try cancelled(ids) == 450)
    #expect(try cancelled(newcomers) == 0)
    #expect(try store.miscounts() == [])
    // There is nothing left of it, and it can be undone as a whole.
    try store.finishWhatWasBegun()
    #expect(try store.actions(of: nil, limit: 1) == [ended])
    #expect(try store.undo(action: ended.id, of: nil, by: "Ada")?.putBack == 450)
    #expect(try cancelled(ids) == 0)
  }

  /// What was let loose by it and has ended again is not met a second time.
  @Test func aJobMeetsItOnce() throws {
    for _ in 0..<250 { _ = try store.enqueue(.plain("one")) }
    for job in try store.claim(limit: 250).jobs { try store.finish(job, .discarded) }
    let retry = JobAction(.retry, organization: nil, by: "Grace")
    try act(retry, dyingAfter: JobID(number: 151))
    let again = try store.claim(limit: 250).jobs
    #expect(again.count == 100)
    for job in again { try store.finish(job, .discarded) }
    try store.finishWhatWasBegun()
    #expect(try store.actions(of: nil, limit: 1).first?.jobs == 250)
    let twice = try store.claim(limit: 250).jobs
    #expect(twice.map(\.lease.job.number).sorted() == Array(1...150))
    #expect(try store.miscounts() == [])
  }

  @Test func anUndoingEndsItWhereItHasCome() throws {
    let ids = try waiting(350)
    try act(cancel, dyingAfter: ids[300])
    let action = try #require(try store.actions(of: nil, limit: 1).first)
    #expect(action.isUnderWay)
    #expect(try store.undo(action: action.id, of: nil, by: "Ada")?.putBack == 100)
    try store.finishWhatWasBegun()
    #expect(try cancelled(ids) == 0)
    let undone = try #require(try store.actions(of: nil, limit: 1).first)
    #expect(!undone.isUnderWay && undone.jobs == 100 && undone.undoneBy == "Ada")
  }

  /// All that it was asked for is kept: its filters, and whose jobs they are.
  @Test func whatIsLeftIsWhatWasAskedFor() throws {
    let asked = world.time.now()
    for number in 0..<400 {
      let organization = number % 4 == 0 ? "org_2" : "org_1"
      _ = try store.enqueue(
        .plain(number % 4 == 1 ? "two" : "one", organization: organization, lane: "single"))
    }
    for job in try store.claim(limit: 1).jobs { try store.finish(job, .answered) }
    world.time.advance(.minutes(1))
    _ = try store.enqueue(.plain("one", organization: "org_1", lane: "single"))
    var query = query
    query.organization = "org_1"
    query.states = [.available, .discarded]
    query.lane = LaneID(rawValue: "single")
    query.queue = "bookings"
    query.since = asked
    query.until = world.time.now()
    let limit = WorkLimit()
    limit.cancel()
    let discard = JobAction(.discard, organization: "org_1", by: "Grace")
    let record = try WorkLimit.$current.withValue(limit) { try store.act(discard, on: query) }
    #expect(record.isUnderWay)
    let next = try world.openProcess("next")
    defer { next.close() }
    try next.finishWhatWasBegun()
    #expect(try next.actions(of: "org_1", limit: 1).first?.jobs == 200)
    let decided = try world.rows(
      "SELECT kind, organization_id FROM jobs WHERE verdict = 'discard' ORDER BY id"
    ) { "\($0.string(0)) \($0.string(1))" }
    #expect(decided == Array(repeating: "one org_1", count: 200))
  }

  /// Three that sweep, when the one who asked has died.
  @Test(.timeLimit(.minutes(1)))
  func severalGoOnWithItAtOnce() throws {
    let ids = try waiting(1500)
    try act(cancel, dyingAfter: ids[1450])
    let others = try ["a", "b", "c"].map { try world.openProcess($0) }
    defer { for other in others { other.close() } }
    DispatchQueue.concurrentPerform(iterations: others.count) { index in
      #expect(throws: Never.self) { try others[index].finishWhatWasBegun() }
    }
    #expect(try store.actions(of: nil, limit: 1).first?.jobs == 1500)
    #expect(try cancelled(ids) == 1500)
    #expect(try world.rows("SELECT count(*) FROM actions_begun") { $0.int(0) } == [0])
    #expect(try store.miscounts() == [])
  }

  @Test func whatCannotApplyToAnyIsCarriedOutAtOnce() throws {
    _ = try waiting(1)
    var completed = query
    completed.states = [.completed]
    let action = try store.act(cancel, on: completed)
    #expect(action.jobs == 0 && !action.isUnderWay)
  }
}
