import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// An account in trouble: its owner is told once, and what waits is woken in the order of the meetings.
@Suite struct IncidentTests {
  let world: StoreWorld
  let account: ConnectionID

  init() throws {
    world = try StoreWorld()
    account = try world.addAccount()
  }

  private func state() throws -> Connection.State? {
    try world.store.connection(account)?.connection.state
  }

  private func report(_ cause: Incident.Cause = .owner, version: Int? = nil) throws -> Bool {
    try world.store.reportTrouble(
      cause: cause, reason: "the permission was revoked", of: account, version: version)
  }

  @Test func manyReportsAreOneIncident() throws {
    for _ in 0..<3 { #expect(try report()) }
    #expect(try world.notices() == [1])
    let incident = try #require(try world.store.incident(1))
    #expect(incident.use == nil && incident.connectionName == "ada@example.com")
    #expect(incident.owner.email == StoreWorld.host.email)
    #expect(try state() == .needsOwner)
    #expect(
      try world.store.credential(of: account)?.needsOwner == "the permission was revoked")
  }

  @Test("a page in one process and a job in another find the same: its owner is told once")
  func twoProcessesAreOneIncident() throws {
    let other = try world.openProcess("second")
    #expect(try other.reportTrouble(cause: .owner, reason: "revoked", of: account))
    #expect(try report())
    other.close()
    #expect(try world.notices() == [1])
  }

  @Test func afterItsEndTheNextIsANewOne() throws {
    #expect(try report())
    try world.store.recover(account)
    #expect(try state() == .connected)
    #expect(try world.store.trouble(of: account) == nil)
    #expect(try world.store.incident(1)?.endedAt != nil)
    #expect(try report())
    #expect(try world.notices() == [1, 2])
  }

  @Test("incident and notice are one transaction: where one cannot be, the other is not")
  func allOrNothing() throws {
    try world.execute(
      """
      CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
      """)
    #expect(throws: (any Error).self) { try report() }
    #expect(try state() == .connected)
    #expect(try world.store.trouble(of: account) == nil)
    try world.execute("DROP TRIGGER full")
    #expect(try report())
    #expect(try world.notices() == [1])
  }

  @Test func theTroubleOfAnOldCredentialIsNone() throws {
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try !report(version: 1))
    #expect(try state() == .connected)
    #expect(try report(version: 2))
  }

  /// The client secret has run out: every account is affected, none of their owners can help.
  @Test func theOperatorsTroubleIsNotTheOwners() throws {
    #expect(try report(.operator))
    #expect(try state() == .connected)
    #expect(try world.store.credential(of: account)?.needsOwner == nil)
    // What follows from it is not the owner's either.
    #expect(try report(.owner))
    #expect(try state() == .connected)
    #expect(try world.store.trouble(of: account) == "the permission was revoked")
    #expect(try world.notices().isEmpty)
    // The next token ends it.
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try world.store.trouble(of: account) == nil)
  }

  @Test func aDisconnectedAccountHasNoTrouble() throws {
    _ = try world.store.disconnect(
      account, of: StoreWorld.organization, host: nil, pausingLinks: true)
    #expect(try !report())
  }

  @Test("a calendar's own trouble leaves the account as it is, and its jobs wake with the account")
  func aCalendarsOwnTrouble() throws {
    let link = try world.addLink(calendar: CalendarID("cal_con_g"))
    let job = try park("bkg_1", minutes: 60, of: link)
    let done = Awaited<Result<Bool, any Error>>()
    world.store.beginIncident(
      .writing, of: CalendarID("cal_con_g"), cause: .owner, reason: "may not be written"
    ) { done.give($0) }
    #expect(try done.take().get())
    #expect(try world.store.trouble(of: account) == "may not be written")
    #expect(try state() == .connected)
    // A new token is a chance for it, and no reason to tell the owner again.
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try world.store.job(job, of: nil)?.state == .available)
    #expect(try world.store.trouble(of: account) == "may not be written")
    #expect(try world.notices() == [1])
  }

  @Test("a calendar that works again wakes what waited for its owner")
  func aCalendarWorksAgain() throws {
    let link = try world.addLink(calendar: CalendarID("cal_con_g"))
    let job = try park("bkg_1", minutes: 60, of: link)
    for cause in [Incident.Cause.provider, .owner] {
      let began = Awaited<Result<Bool, any Error>>()
      world.store.beginIncident(
        .reading, of: CalendarID("cal_con_g"), cause: cause, reason: "x"
      ) { began.give($0) }
      #expect(try began.take().get())
      let ended = Awaited<Result<Void, any Error>>()
      world.store.endIncident(.reading, of: CalendarID("cal_con_g")) { ended.give($0) }
      try ended.take().get()
      let state = try world.store.job(job, of: nil)?.state
      #expect(state == (cause == .owner ? .available : .parked))
    }
  }

  // MARK: Waking

  /// A parked job of a booking that starts so many minutes from now.
  private func park(_ id: String, minutes: Int, of link: Link) throws -> JobID {
    try world.add(world.booking(id, of: link, at: StoreWorld.slot(minutes)), of: link)
    let job = try world.store.enqueue(
      .plain(organization: "org_1", sequence: "booking:\(id)"))
    try world.store.finish(try world.store.claimOne(), .parked)
    return job
  }

  @Test func theNextMeetingComesFirst() throws {
    let link = try world.addLink(calendar: CalendarID("cal_con_g"))
    let later = try park("bkg_1", minutes: 300, of: link)
    let soonest = try park("bkg_2", minutes: 60, of: link)
    let between = try park("bkg_3", minutes: 180, of: link)
    #expect(try report())
    #expect(try world.store.recover(account) == 3)
    #expect(
      try world.store.claim().jobs.filter { $0.kind != .invitation }.map(\.lease.job)
        == [soonest, between, later])
  }

  @Test func onlyWhatWaitsForThatAccountWakes() throws {
    let other = try world.addLink("lnk_2")
    let elsewhere = try park("bkg_1", minutes: 60, of: other)
    #expect(try report())
    #expect(try world.store.recover(account) == 0)
    #expect(try world.store.job(elsewhere, of: nil)?.state == .parked)
  }

  @Test func whatIsOnlyLookedAtCountsToo() throws {
    let link = Link(
      id: LinkID("lnk_c"), organization: StoreWorld.organization, host: StoreWorld.host,
      slug: "looks", kind: .recurring,
      settings: LinkSettings(
        title: "T", timeZone: "UTC",
        weekly: [WeeklyWindow(days: [.mon], fromMinute: 0, toMinute: 1440)]),
      destination: StoreWorld.calendar, conflicts: [CalendarID("cal_con_g")],
      createdAt: world.time.now(), updatedAt: world.time.now())
    try world.store.insert(link)
    let job = try park("bkg_1", minutes: 60, of: link)
    #expect(try report())
    #expect(try world.store.recover(account) == 1)
    #expect(try world.store.claimOne().lease.job == job)
  }

  @Test func connectingAgainWakesAndARenewalOfAHealthyAccountDoesNot() throws {
    let link = try world.addLink(calendar: CalendarID("cal_con_g"))
    let job = try park("bkg_1", minutes: 60, of: link)
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try world.store.job(job, of: nil)?.state == .parked)
    #expect(try report())
    try world.addAccount()
    #expect(try world.store.job(job, of: nil)?.state == .available)
  }
}
