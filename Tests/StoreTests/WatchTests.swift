import Bookings
import Core
import Queue
import SQLite
import Store
import TestSupport
import Testing

struct WatchTests {
  let world: StoreWorld
  let calendar = CalendarID("cal_con_g")

  init() throws {
    world = try StoreWorld()
    try world.addAccount()
  }

  private func watch(_ id: String = "wat_1", hash: UInt8 = 1) -> Watch {
    Watch(
      id: WatchID(id), calendar: calendar, secretHash: Array(repeating: hash, count: 32),
      askedAt: world.time.now())
  }

  private func promise(_ providerID: String = "p1", days: Int = 6) -> Watch.Promise {
    let now = world.time.now()
    return Watch.Promise(
      providerID: providerID, resource: "r", expiresAt: now + .days(days),
      renewAt: now + .days(days) / 3 * 2)
  }

  @discardableResult
  private func addLive(_ id: String = "wat_1") throws -> Watch {
    try world.store.insert(watch(id))
    #expect(try world.store.begin(WatchID(id), promise("p-\(id)")))
    return try #require(try world.store.watch(WatchID(id), at: .google))
  }

  private func jobs(_ kind: JobKind = .watch) throws -> [JobRecord] {
    var query = JobQuery(organization: nil, limit: 50)
    query.kind = kind
    return try world.store.jobs(query)
  }

  private func states() throws -> [Watch.State] {
    try #require(try world.store.calendarWatches(calendar)).watches.map(\.state)
  }

  // MARK: - Its life

  @Test func aPromiseIsKeptWithWhatItsCallsAreBelievedBy() throws {
    try world.store.insert(watch())
    let asked = try #require(try world.store.watch(WatchID("wat_1"), at: .google))
    #expect(asked == watch())
    #expect(try world.store.watch(WatchID("wat_1"), at: .outlook) == nil)
    #expect(try world.store.begin(WatchID("wat_1"), promise()))
    let live = try #require(try world.store.watch(WatchID("wat_1"), at: .google))
    #expect(live.state == .live)
    #expect(live.promise == promise())
    #expect(live.secretHash == asked.secretHash)
  }

  @Test func theNextOneTakesThePlaceOfTheOneBefore() throws {
    try addLive("wat_1")
    try addLive("wat_2")
    #expect(try states() == [.ending, .live])
    try world.store.forget(WatchID("wat_1"))
    #expect(try states() == [.live])
  }

  @Test func whatADeadAttemptHasAskedForIsForgottenBeforeTheNext() throws {
    try world.store.insert(watch("wat_1"))
    try world.store.insert(watch("wat_2"))
    #expect(try world.store.watch(WatchID("wat_1"), at: .google) == nil)
    #expect(try !world.store.begin(WatchID("wat_1"), promise()))
    #expect(try world.store.begin(WatchID("wat_2"), promise()))
  }

  @Test func onlyALiveOneIsRenewed() throws {
    try addLive()
    #expect(try world.store.renew(WatchID("wat_1"), promise("p-wat_1", days: 9)))
    let renewed = try world.store.watch(WatchID("wat_1"), at: .google)
    #expect(renewed?.promise?.expiresAt == world.time.now() + .days(9))
    try world.store.beginToEnd(WatchID("wat_1"))
    #expect(try !world.store.renew(WatchID("wat_1"), promise()))
  }

  @Test func disconnectingForgetsThemAtOnce() throws {
    try addLive()
    #expect(try world.store.watches(of: ConnectionID("con_g")).count == 1)
    _ = try world.store.disconnect(
      ConnectionID("con_g"), of: StoreWorld.organization, host: nil, pausingLinks: false)
    #expect(try world.store.watch(WatchID("wat_1"), at: .google) == nil)
    #expect(try world.rows("SELECT count(*) FROM watches") { $0.int(0) } == [0])
    #expect(try world.store.calendarWatches(calendar) == nil)
  }

  /// The schema has the last word.
  @Test func watchesThatCannotBe() throws {
    try addLive("wat_1")
    try addLive("wat_2")
    for change in [
      "UPDATE watches SET state = 'live'", "UPDATE watches SET secret_hash = x'00'",
      "UPDATE watches SET provider_id = NULL", "UPDATE watches SET state = 'asked'",
      "UPDATE watches SET state = 'deaf'", "UPDATE watches SET expires_at = NULL",
    ] {
      #expect(throws: SQLiteError.self, "\(change)") { try world.execute(change) }
    }
  }

  // MARK: - What is due

  @Test func aCalendarThatIsBookedIntoAndThatNobodyWatchesIsDueOnce() throws {
    #expect(try world.store.enqueueDueWatches() == 0)
    try world.addLink(calendar: calendar)
    #expect(try world.store.enqueueDueWatches() == 1)
    #expect(try world.store.enqueueDueWatches() == 1)
    let other = try world.openProcess("second")
    defer { other.close() }
    #expect(try other.enqueueDueWatches() == 1)
    let made = try jobs()
    #expect(made.count == 1)
    #expect(made.first?.organization == "org_1")
    #expect(made.first?.payload == #"{"version":1,"calendarId":"cal_con_g"}"#)
  }

  @Test func aLinkThatIsKeptHasItsCalendarWatchedAtOnce() throws {
    var link = try world.addLink(calendar: calendar)
    link.revision += 1
    let operation = LinkOperation(.update, by: "test")
    _ = try world.store.keep(link, replacing: 1, as: operation)
    #expect(try jobs().count == 1)
    let local = try world.addLink("lnk_2", calendar: StoreWorld.calendar)
    var changed = local
    changed.revision += 1
    _ = try world.store.keep(changed, replacing: 1, as: operation)
    #expect(try jobs().count == 1)
  }

  @Test func bookingsThatAreNotOverKeepAWatchAndThenItIsToEnd() throws {
    let link = try world.addLink(calendar: calendar)
    try world.add(
      world.booking(of: link, at: StoreWorld.slot(60), state: .confirmed), of: link)
    try world.execute("UPDATE links SET state = 'deleted'")
    try addLive()
    #expect(try world.store.calendarWatches(calendar)?.isInUse == true)
    #expect(try world.store.enqueueDueWatches() == 0)
    world.time.advance(.hours(2))
    #expect(try world.store.calendarWatches(calendar)?.isInUse == false)
    #expect(try world.store.enqueueDueWatches() == 1)
  }

  @Test func renewalIsDueWhenAThirdIsLeft() throws {
    try world.addLink(calendar: calendar)
    try addLive()
    world.time.advance(.days(4) - .seconds(1))
    #expect(try world.store.enqueueDueWatches() == 0)
    world.time.advance(.seconds(1))
    #expect(try world.store.enqueueDueWatches() == 1)
  }

  @Test func whatIsAskedForOrToEndIsLookedAfter() throws {
    try world.addLink(calendar: calendar)
    try world.store.insert(watch())
    #expect(try world.store.enqueueDueWatches() == 0)
    world.time.advance(.minutes(11))
    #expect(try world.store.enqueueDueWatches() == 1)
    try addLive()
    try world.store.beginToEnd(WatchID("wat_1"))
    #expect(try world.store.enqueueDueWatches() == 1)
  }

  @Test func aCalendarThatCannotBeWatchedIsLeftAloneForAWhile() throws {
    try world.addLink(calendar: calendar)
    try world.store.noteRefusal(calendar, reason: "no", askAgainAt: world.time.now() + .hours(6))
    #expect(try world.store.enqueueDueWatches() == 0)
    world.time.advance(.hours(6))
    #expect(try world.store.enqueueDueWatches() == 1)
    try addLive()
    #expect(try world.rows("SELECT count(*) FROM watch_refusals") { $0.int(0) } == [0])
  }

  @Test func anAccountThatNeedsItsOwnerIsNotAsked() throws {
    try world.addLink(calendar: calendar)
    try world.execute("UPDATE connections SET state = 'needsOwner' WHERE id = 'con_g'")
    #expect(try world.store.enqueueDueWatches() == 0)
  }

  // MARK: - Calls

  @Test func aCallIsNotedAndWhatIsEndedByTheProviderIsMadeAnew() throws {
    try world.addLink(calendar: calendar)
    try addLive()
    world.time.advance(.seconds(5))
    let id = WatchID("wat_1")
    try world.store.hear([ProviderCall(watch: id, news: .changed)])
    #expect(try world.store.watch(id, at: .google)?.lastCallAt == world.time.now())
    #expect(try jobs().isEmpty)
    try world.store.hear([
      ProviderCall(watch: id, news: .changed), ProviderCall(watch: id, news: .ended),
      ProviderCall(watch: WatchID("wat_9"), news: .ended),
    ])
    #expect(try world.store.watch(id, at: .google) == nil)
    #expect(try jobs().count == 1)
  }

  @Test func aWatchThatIsToBeRenewedIsDueNow() throws {
    try world.addLink(calendar: calendar)
    try addLive()
    try world.store.hear([ProviderCall(watch: WatchID("wat_1"), news: .toBeRenewed)])
    try world.store.hear([ProviderCall(watch: WatchID("wat_1"), news: .toBeRenewed)])
    let due = try world.store.watch(WatchID("wat_1"), at: .google)?.promise?.renewAt
    #expect(due == world.time.now())
    #expect(try jobs().count == 1)
  }

  @Test func aWatchThatIsToEndHearsNothing() throws {
    try addLive()
    try world.store.beginToEnd(WatchID("wat_1"))
    try world.store.hear([ProviderCall(watch: WatchID("wat_1"), news: .ended)])
    #expect(try states() == [.ending])
    #expect(try jobs().isEmpty)
  }
}
