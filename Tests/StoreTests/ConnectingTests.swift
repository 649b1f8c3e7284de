import Bookings
import Core
import Store
import TestSupport
import Testing

@Suite struct ConnectingTests {
  let world: StoreWorld

  init() throws { world = try StoreWorld() }

  private func account(
    _ id: String, url: String = "https://dav.example/", username: String = "ada",
    provider: Connection.Provider = .caldav
  ) -> Connection {
    Connection(
      id: ConnectionID(id), organization: StoreWorld.organization, host: StoreWorld.host.id,
      provider: provider, name: "Work", url: url, username: username, state: .connected,
      createdAt: world.time.now())
  }

  private func calendar(_ id: String, of connection: String, _ remote: String, name: String = "A")
    -> Calendar
  {
    Calendar(
      id: CalendarID(id), connection: ConnectionID(connection), remoteID: remote, name: name,
      timeZone: "UTC", isWritable: true)
  }

  @discardableResult
  private func connect(
    _ connection: Connection, secret: [UInt8] = [1], calendars: [Calendar] = [],
    request: ConnectionRequest? = nil, answer: [UInt8] = [42]
  ) throws -> ConnectedRecord {
    try world.store.connect(
      connection, secret: .password(secret), calendars: calendars, request: request
    ) { _, _ in answer }
  }

  @Test func theSameAccountAgainIsTheSameConnection() throws {
    try connect(account("con_1"), calendars: [calendar("cal_a", of: "con_1", "/a")])
    let found = try #require(
      try world.store.connection(
        of: StoreWorld.host.id, provider: .caldav, username: "ada", url: "https://dav.example/"))
    #expect(found.id.text == "con_1")
    let again = try connect(
      found, secret: [2],
      calendars: [
        calendar("cal_new", of: "con_1", "/a", name: "Renamed"),
        calendar("cal_b", of: "con_1", "/b"),
      ])
    #expect(!again.isNew)
    // The calendar keeps the id that links know, and takes the new name.
    #expect(again.calendars.map(\.id.text) == ["cal_a", "cal_b"])
    #expect(again.calendars.first?.name == "Renamed")
    #expect(try world.store.connection(found.id)?.secret == [2])
  }

  @Test func twoAtOnceAreOneConnection() throws {
    try connect(account("con_1"))
    #expect(throws: ConnectingError.changedMeanwhile) { try connect(account("con_2")) }
    #expect(try world.store.connections(of: StoreWorld.organization).count == 2)
  }

  @Test func aGoneCalendarStays() throws {
    try connect(account("con_1"), calendars: [calendar("cal_a", of: "con_1", "/a")])
    let again = try connect(
      account("con_1"), calendars: [calendar("cal_b", of: "con_1", "/b")])
    #expect(again.calendars.map(\.id.text) == ["cal_a", "cal_b"])
  }

  @Test func aChangeIsNewsToWhoeverHasReadItBefore() throws {
    try connect(account("con_1"))
    let id = ConnectionID("con_1")
    let first = try #require(try world.store.revision(of: id))
    try connect(account("con_1"), secret: [2])
    let second = try #require(try world.store.revision(of: id))
    #expect(second > first)
    try world.store.reportTrouble(cause: .owner, reason: "x", of: id)
    #expect(try #require(try world.store.revision(of: id)) > second)
    _ = try world.store.disconnect(id, of: StoreWorld.organization, host: nil, pausingLinks: false)
    #expect(try world.store.revision(of: id) == nil)
  }

  // MARK: Idempotency

  @Test func anEqualRequestGetsTheFirstAnswer() throws {
    let request = ConnectionRequest(key: "12345678", digest: [1])
    try connect(account("con_1"), request: request, answer: [1, 2])
    let earlier = try world.store.earlierConnection(request, of: StoreWorld.organization)
    #expect(earlier?.earlierAnswer == [1, 2])
    #expect(earlier?.connection.id.text == "con_1")
    // Also where two of them meet in the transaction.
    let met = try connect(account("con_9", username: "b"), request: request, answer: [9])
    #expect(met.earlierAnswer == [1, 2])
    #expect(try world.store.connection(ConnectionID("con_9")) == nil)
    #expect(throws: ConnectingError.requestDiffers) {
      try world.store.earlierConnection(
        ConnectionRequest(key: "12345678", digest: [2]), of: StoreWorld.organization)
    }
    #expect(
      try world.store.earlierConnection(request, of: OrganizationID("org_2")) == nil)
  }

  @Test func answersAndSignInsAreForgotten() throws {
    let request = ConnectionRequest(key: "12345678", digest: [1])
    try connect(account("con_1"), request: request)
    try world.addSignIn(state: 1, browser: 2)
    let now = world.time.now()
    #expect(try !world.store.pruneConnecting(givenBefore: now + .seconds(1), now: now + .hours(1)))
    #expect(try world.store.earlierConnection(request, of: StoreWorld.organization) == nil)
    #expect(try world.rows("SELECT count(*) FROM authorizations") { $0.int(0) } == [0])
  }

  // MARK: Disconnecting

  private func disconnect(_ id: String, pausing: Bool = false) throws -> Disconnected? {
    try world.store.disconnect(
      ConnectionID(id), of: StoreWorld.organization, host: nil, pausingLinks: pausing)
  }

  @Test func whatNobodyUsesGoesAtOnce() throws {
    try connect(account("con_1"), calendars: [calendar("cal_a", of: "con_1", "/a")])
    guard case .done(let dependents, credential: nil)? = try disconnect("con_1") else {
      Issue.record("it was not disconnected")
      return
    }
    #expect(dependents.isEmpty)
    #expect(try world.store.connection(ConnectionID("con_1")) == nil)
    let secrets = try world.rows("SELECT count(*) FROM connections WHERE secret IS NOT NULL") {
      $0.int(0)
    }
    #expect(secrets == [0])
    #expect(try disconnect("con_1") == nil)
    // The account can be connected anew, as another connection.
    #expect(try connect(account("con_2")).isNew)
  }

  @Test func whatIsUsedStaysUntilSomebodySaysSo() throws {
    let account = try world.addAccount()
    let calendar = CalendarID("cal_con_g")
    let link = try world.addLink(calendar: calendar)
    try world.add(world.booking(of: link, at: StoreWorld.slot(60), state: .confirmed), of: link)
    try world.add(
      world.booking("bkg_past", of: link, at: StoreWorld.slot(-90), state: .confirmed), of: link)
    guard case .inUse(let dependents)? = try disconnect(account.text) else {
      Issue.record("it was disconnected")
      return
    }
    #expect(dependents.links.map(\.link) == [link.id])
    #expect(dependents.links.first?.isDestination == true)
    #expect(dependents.links.first?.title == "Intro call")
    #expect(dependents.upcomingBookings == 1)
    #expect(try world.store.link(link.id)?.state == .active)

    guard case .done(_, let credential?)? = try disconnect(account.text, pausing: true) else {
      Issue.record("it was not disconnected")
      return
    }
    #expect(credential == [1])
    #expect(try world.store.link(link.id)?.state == .paused)
    #expect(try world.store.credential(of: account) == nil)
    #expect(try world.rows("SELECT count(*) FROM credentials") { $0.int(0) } == [0])
  }

  @Test func onlyTheOrganizationsOwn() throws {
    try connect(account("con_1"))
    let id = ConnectionID("con_1")
    #expect(
      try world.store.disconnect(
        id, of: OrganizationID("org_2"), host: nil, pausingLinks: true) == nil)
    #expect(
      try world.store.disconnect(
        id, of: StoreWorld.organization, host: HostID("hst_2"), pausingLinks: true) == nil)
    #expect(try world.store.connection(id) != nil)
  }
}
