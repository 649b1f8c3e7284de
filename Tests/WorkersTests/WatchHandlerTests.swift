import Bookings
import Calendars
import Core
import Queue
import Store
import StoreTestSupport
import Synchronization
import TestSupport
import Testing
import WorkersTestSupport

@testable import Workers

extension Store: WatchRecords {}

/// A watch's life on a real store, with both clocks turned by hand.
@Suite struct WatchHandlerTests {
  private let stored: StoredWorld
  private let provider = CallingCalendar()
  private let secrets = Secrets()
  private let calendar = StoredWorld.work

  init() throws {
    stored = try StoredWorld()
    try stored.addLink("intro", .open())
  }

  private func handler(
    isReachable: Bool, at provider: any CalendarProvider
  ) -> WatchHandler {
    var options = WatchHandler.Options()
    if isReachable { options.address = { "https://b.example/watches/\($0.rawValue)/\($1)" } }
    return WatchHandler(
      accounts: OneAccount(calendar: provider, store: stored.store), records: stored.store,
      options: options,
      time: stored.time, randomness: Randomness(seed: 1),
      newSecret: { [secrets] in
        let number = secrets.next()
        return (Redacted("secret-\(number)"), Array(repeating: number, count: 32))
      })
  }

  /// One job, to its end or its next attempt; what the attempt met.
  @discardableResult
  private func see(
    isReachable: Bool = true, at other: (any CalendarProvider)? = nil
  ) throws -> JobRecord {
    let handler = handler(isReachable: isReachable, at: other ?? provider)
    let pool = WorkerPool(
      store: InterposedStore(stored.store), handlers: [handler], definitions: stored.definitions,
      time: stored.time, randomness: Randomness(seed: 1), log: .discarded)
    let job = try enqueue()
    let answer = Awaited<Result<Claim, any Error>>()
    stored.store.claim(limit: 1, lease: .seconds(60), kinds: [.watch]) { answer.give($0) }
    try pool.carryOutAndWait(try #require(try answer.take().get().jobs.first))
    return try #require(try stored.store.job(job, of: nil))
  }

  private func enqueue() throws -> JobID {
    let answer = Awaited<Result<JobID, any Error>>()
    let payload: JSON = ["version": 1, "calendarId": .string(calendar.id.text)]
    let lane = LaneID(rawValue: calendar.connection.text)
    stored.store.transact({
      try $0.enqueue(NewJob(kind: .watch, payload: payload, lane: lane, uniqueKey: "watch:w")).id
    }) { answer.give($0) }
    return try answer.take().get()
  }

  private var watches: [Watch] {
    get throws { try #require(try stored.store.calendarWatches(calendar.id)).watches }
  }

  private var live: Watch { get throws { try #require(try watches.first { $0.state == .live }) } }

  private func closeLinks() throws {
    var link = try #require(try stored.store.link(slug: "intro"))
    link.state = .deleted
    link.revision += 1
    _ = try stored.store.keep(
      link, replacing: link.revision - 1, as: LinkOperation(.delete, by: "test"))
  }

  private func refusals() throws -> Int? {
    try stored.database.readers.read { connection in
      try connection.first("SELECT count(*) FROM watch_refusals") { $0.int(0) }
    }
  }

  // MARK: - Made, renewed, ended

  @Test func aCalendarThatIsBookedIntoIsWatched() throws {
    let store = stored.store
    let known = Awaited<Watch?>()
    provider.state.withLock {
      // The provider may call now, before it has answered: it has to be believed.
      $0.onWatch = { known.give(try? store.watch(WatchID($0.name), at: .caldav)) }
    }
    #expect(try see().state == .completed)
    let request = try #require(provider.watches.first)
    #expect(try known.take()?.state == .asked)
    #expect(request.address == "https://b.example/watches/caldav/\(request.name)")
    #expect(request.until == stored.time.now() + .days(6))
    let watch = try live
    #expect(watch.id.text == request.name)
    #expect(watch.secretHash == Array(repeating: 1, count: 32))
    #expect(watch.promise?.renewAt == stored.time.now() + .days(4))
  }

  @Test func whatIsWellIsLeftAlone() throws {
    try see()
    stored.time.advance(.days(3))
    #expect(try see().state == .completed)
    #expect(provider.calls == ["watch"])
  }

  @Test func itIsRenewedWhereTheProviderCan() throws {
    try see()
    let first = try live
    stored.time.advance(.days(4))
    try see()
    #expect(provider.calls == ["watch", "renew"])
    #expect(try live.id == first.id)
    #expect(try live.promise?.expiresAt == stored.time.now() + .days(6))
  }

  @Test func elseAnotherOneTakesItsPlaceAndThenTheFirstIsEnded() throws {
    try see()
    provider.state.withLock { $0.renews = false }
    let first = try live
    stored.time.advance(.days(4))
    try see()
    #expect(provider.calls == ["watch", "renew", "watch", "unwatch"])
    #expect(try live.id != first.id)
    #expect(try watches.count == 1)
    #expect(provider.watches.map(\.name) == [try live.id.text])
    // Another name and another secret.
    #expect(try live.secretHash != first.secretHash)
  }

  @Test func oneThatHasEndedIsMadeAnewWithoutBeingAskedToLast() throws {
    try see()
    stored.time.advance(.days(7))
    try see()
    #expect(provider.calls == ["watch", "watch"])
    #expect(try watches.count == 1)
  }

  @Test func whereNothingIsBookedAnyMoreItIsEnded() throws {
    try see()
    try closeLinks()
    #expect(try see().state == .completed)
    #expect(provider.calls == ["watch", "unwatch"])
    #expect(provider.watches.isEmpty)
    #expect(try watches.isEmpty)
    #expect(try see().state == .completed)
    #expect(provider.calls.count == 2)
  }

  @Test func bookingsThatAreNotOverKeepIt() throws {
    _ = try stored.book("2026-03-10T17:00:00Z")
    try see()
    try closeLinks()
    try see()
    #expect(try watches.count == 1)
  }

  @Test func whereNobodyCanReachUsItIsEndedAndNoneIsMade() throws {
    try see()
    try see(isReachable: false)
    #expect(provider.watches.isEmpty)
    #expect(try watches.isEmpty)
    try see(isReachable: false)
    #expect(provider.calls == ["watch", "unwatch"])
  }

  @Test func aProviderThatCannotCallIsLeftAlone() throws {
    let job = try see(at: FakeCalendar())
    #expect(job.state == .cancelled)
    #expect(job.reason == "the calendar's provider does not call")
    #expect(try watches.isEmpty)
  }

  // MARK: - Faults

  @Test(arguments: [
    ProviderError.Kind.transient, .throttled(until: nil), .unknownOutcome,
  ])
  func whatFailsIsForgottenAndAskedForAnewUnderAnotherName(_ kind: ProviderError.Kind) throws {
    provider.fail("watch", kind)
    #expect(try see().state == .available)
    #expect(try watches.isEmpty)
    stored.time.advance(.hours(1))
    #expect(try see().state == .completed)
    #expect(try watches.count == 1)
  }

  /// It was made, and nobody heard of it: its calls are nobody's, and it ends by itself.
  @Test func anAnswerThatWasLostLeavesAWatchThatNobodyBelieves() throws {
    provider.fail("watch answered", .unknownOutcome)
    try see()
    let orphan = try #require(provider.watches.first)
    #expect(try stored.store.watch(WatchID(orphan.name), at: .caldav) == nil)
    stored.time.advance(.hours(1))
    try see()
    #expect(provider.watches.count == 2)
    #expect(try live.id.text != orphan.name)
  }

  /// The process dies after the provider has promised and before that is recorded.
  @Test func aDeathInBetweenLeavesNothingThatIsBelieved() throws {
    let dead = Watch(
      id: WatchID("wat_dead"), calendar: calendar.id, secretHash: Array(repeating: 9, count: 32),
      askedAt: stored.time.now())
    try stored.store.insert(dead)
    try see()
    #expect(try stored.store.watch(dead.id, at: .caldav) == nil)
    #expect(try watches.map(\.state) == [.live])
  }

  /// Two run the same job, since the first has lost its lease: one of them is believed, and the other's watch is
  /// ended.
  @Test func ofTwoRunnersOneIsBelieved() throws {
    let store = stored.store
    let other = Watch(
      id: WatchID("wat_other"), calendar: calendar.id, secretHash: Array(repeating: 9, count: 32),
      askedAt: stored.time.now())
    provider.state.withLock { $0.onWatch = { _ in try? store.insert(other) } }
    #expect(try see().state == .completed)
    #expect(provider.calls == ["watch", "unwatch"])
    #expect(provider.watches.isEmpty)
    provider.state.withLock { $0.onWatch = nil }
    try see()
    #expect(try watches.map(\.state) == [.live])
  }

  @Test func whatIsToEndIsTriedUntilTheProviderLetsGo() throws {
    try see()
    try closeLinks()
    provider.fail("unwatch", .transient)
    #expect(try see().state == .available)
    #expect(try watches.map(\.state) == [.ending])
    stored.time.advance(.hours(1))
    #expect(try see().state == .completed)
    #expect(try watches.isEmpty)
  }

  @Test func aProviderThatRefusesIsLeftAloneForAWhile() throws {
    provider.fail("watch", .permanent)
    #expect(try see().state == .discarded)
    #expect(try refusals() == 1)
    try see()
    #expect(try refusals() == 0)
  }

  @Test func anAccountThatNeedsItsOwnerParksTheJob() throws {
    provider.fail("watch", .needsOwner)
    #expect(try see().state == .parked)
    #expect(try refusals() == 0)
  }
}

private final class Secrets: Sendable {
  private let count = Mutex<UInt8>(0)

  func next() -> UInt8 {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
