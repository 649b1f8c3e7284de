import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// An account in trouble: told once, woken in the order of the meetings.
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

  private func report(_ cause: String = "owner", version: Int? = nil) throws -> Bool {
    try world.store.reportTrouble(
      cause: cause, reason: "the permission was revoked", of: account, version: version)
  }

  @Test func manyReportsAreOneIncident() throws {
    for _ in 0..<3 { #expect(try report()) }
    let untold = try world.store.untoldIncidents()
    #expect(untold.count == 1)
    #expect(untold.first?.connection == account)
    #expect(untold.first?.host == StoreWorld.host.id)
    #expect(untold.first?.reason == "the permission was revoked")
    #expect(try state() == .needsOwner)
    #expect(
      try world.store.credential(of: account)?.needsOwner == "the permission was revoked")
  }

  @Test func oneOfTwoTellsTheOwner() throws {
    #expect(try report())
    let id = try #require(try world.store.untoldIncidents().first?.id)
    #expect(try world.store.takeIncident(id))
    #expect(try !world.store.takeIncident(id))
    #expect(try report())
    #expect(try world.store.untoldIncidents().isEmpty)
  }

  @Test func afterItsEndTheNextIsANewOne() throws {
    #expect(try report())
    let id = try #require(try world.store.untoldIncidents().first?.id)
    #expect(try world.store.takeIncident(id))
    try world.store.recover(account)
    #expect(try state() == .connected)
    #expect(try world.store.trouble(of: account) == nil)
    #expect(try report())
    #expect(try world.store.untoldIncidents().map(\.id) == [id + 1])
  }

  @Test func theTroubleOfAnOldCredentialIsNone() throws {
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try !report(version: 1))
    #expect(try state() == .connected)
    #expect(try report(version: 2))
  }

  /// The client secret has run out: every account is affected, none of their owners can help.
  @Test func theOperatorsTroubleIsNotTheOwners() throws {
    #expect(try report("operator"))
    #expect(try state() == .connected)
    #expect(try world.store.credential(of: account)?.needsOwner == nil)
    #expect(try world.store.untoldIncidents().map(\.cause) == ["operator"])
    // What follows from it is not the owner's either.
    #expect(try report("owner"))
    #expect(try state() == .connected)
    // The next token ends it.
    #expect(try world.store.storeCredential([2], of: account, version: 1))
    #expect(try world.store.untoldIncidents().isEmpty)
  }

  @Test func aDisconnectedAccountHasNoTrouble() throws {
    _ = try world.store.disconnect(
      account, of: StoreWorld.organization, host: nil, pausingLinks: true)
    #expect(try !report())
  }

  @Test("what a job finds of its lane's account is told to its owner, and the account still tried")
  func aJobFindsTheTrouble() throws {
    let link = try world.addLink(calendar: CalendarID("cal_con_g"))
    try world.add(world.booking(of: link, at: StoreWorld.slot(60)), of: link)
    let store = try StoreWorld.open(folder: world.folder.path, world.time, bootID: "lanes") { _ in
      LanePolicy(
        concurrency: 2, ratePerSecond: 10, burst: 2, failuresToOpen: 3,
        open: Backoff(base: .seconds(1), factor: 2, cap: .seconds(9), jitter: 0))
    }
    defer { store.close() }
    let job = try store.enqueue(
      .plain(organization: "org_1", sequence: "booking:bkg_1", lane: account.text))
    let claimed = try store.claimOne()
    try store.finish(
      claimed,
      Finish(
        next: .parked(reason: "may not be written"), givesAttemptBack: true, outcome: "park",
        error: JobError(.needsOwner, "may not be written"),
        lane: .needsOwner("may not be written")))
    #expect(try store.untoldIncidents().map(\.reason) == ["may not be written"])
    #expect(try state() == .connected)
    #expect(try store.recover(account) == 1)
    #expect(try store.claimOne().lease.job == job)
    #expect(try store.untoldIncidents().isEmpty)
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
      try world.store.claim().jobs.map(\.lease.job) == [soonest, between, later])
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
