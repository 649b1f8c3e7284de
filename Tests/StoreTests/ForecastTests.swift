import Core
import Queue
import Store
import TestSupport
import Testing

/// What would happen, before it does: nothing is changed by asking.
struct ForecastTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  private let retry = JobAction(.retry, organization: nil, by: "Grace")

  private func all() -> JobQuery { JobQuery(organization: nil, limit: 1) }

  @Test func countsByKindAndLaneAndNamesWhatItWouldNotApplyTo() throws {
    let later = world.time.now() + .hours(1)
    for _ in 0..<3 { _ = try store.enqueue(.plain("one", lane: "double", runAt: later)) }
    _ = try store.enqueue(.plain("two", runAt: later))
    // What has ended well is not looked at; what is being ended already is named.
    _ = try store.enqueue(.plain("one"))
    try store.finish(try store.claimOne(), .completed)
    let ending = try store.enqueue(.plain("one"))
    _ = try store.act(JobAction(.cancel, organization: nil, by: "Grace"), on: ending)
    let before = try store.jobs(JobQuery(organization: nil, limit: 100))

    let forecast = try store.forecast(retry, on: all())
    #expect(forecast.jobs == 4)
    #expect(forecast.kinds == [JobKind(rawValue: "one"): 3, JobKind(rawValue: "two"): 1])
    #expect(forecast.lanes == [LaneID(rawValue: "double"): 3])
    #expect(forecast.refusedCount == 1)
    #expect(forecast.refused == [ending: .decided(.cancel)])
    #expect(forecast.earliestStart == world.time.now())
    #expect(try store.jobs(JobQuery(organization: nil, limit: 100)) == before)
    #expect(try store.actions(of: nil, limit: 10).map(\.verb) == ["cancel"])
  }

  @Test func tellsOfConflictsWithSequences() throws {
    let first = try store.enqueue(.plain(sequence: "booking:1"))
    let second = try store.enqueue(.plain(sequence: "booking:1"))
    #expect(try store.forecast(retry, on: second).heldBySequence == 1)
    try store.finish(try store.claimOne(), .discarded)
    #expect(try store.claimOne().lease.job == second)
    let forecast = try store.forecast(retry, on: first)
    #expect(forecast.jobs == 0)
    #expect(forecast.refused == [first: .overtaken(by: second)])
    #expect(forecast.earliestStart == nil && forecast.estimatedEnd == nil)
  }

  /// At one in a second, ten take no less than ten seconds, behind those that wait already.
  @Test func endsNoSoonerThanItsLaneAllows() throws {
    for _ in 0..<12 { _ = try store.enqueue(.plain(lane: "rated")) }
    let forecast = try store.forecast(retry, on: all())
    let end = try #require(forecast.estimatedEnd)
    #expect(end >= world.time.now() + .seconds(12))
    #expect(end <= world.time.now() + .seconds(30))
  }

  @Test func beginsNoSoonerThanItsProviderWishes() throws {
    let until = world.time.now() + .minutes(5)
    for _ in 0..<2 { _ = try store.enqueue(.plain(lane: "single")) }
    try store.finish(try store.claimOne(), .throttled(until: until))
    let forecast = try store.forecast(retry, on: all())
    let start = try #require(forecast.earliestStart)
    #expect(start >= until && start < until + .seconds(31))
  }

  /// A lane that only its owner can open has no time.
  @Test func whatWaitsForAnOwnerHasNoEnd() throws {
    _ = try store.enqueue(.plain(lane: "single"))
    try store.finish(try store.claimOne(), .needsOwner)
    let forecast = try store.forecast(retry, on: all())
    #expect(forecast.jobs == 1)
    #expect(forecast.earliestStart == nil && forecast.estimatedEnd == nil)
  }
}
