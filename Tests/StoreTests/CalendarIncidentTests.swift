import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// Calendars that cannot be read or written: one row and one notice for each incident, whatever happens.
struct CalendarIncidentTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  @discardableResult
  private func begin(
    _ use: CalendarUse = .reading, in other: Store? = nil,
    _ calendar: CalendarID = StoreWorld.calendar, _ cause: Incident.Cause = .provider
  ) throws -> Bool {
    let done = Awaited<Result<Bool, any Error>>()
    (other ?? store).beginIncident(use, of: calendar, cause: cause, reason: "503") {
      done.give($0)
    }
    return try done.take().get()
  }

  private func end(
    _ use: CalendarUse = .reading, _ calendar: CalendarID = StoreWorld.calendar
  ) throws {
    let done = Awaited<Result<Void, any Error>>()
    store.endIncident(use, of: calendar) { done.give($0) }
    try done.take().get()
  }

  private func goesOn(
    _ use: CalendarUse = .reading, _ calendar: CalendarID = StoreWorld.calendar
  ) throws -> Bool { try store.hasIncident(use, of: calendar) }

  @Test("S9 however often it is begun, its owner is told once; the next time again")
  func oncePerIncident() throws {
    #expect(try begin())
    for _ in 0..<3 { #expect(try !begin()) }
    #expect(try goesOn())
    #expect(try world.notices() == [1])
    world.time.advance(.minutes(7))
    try end()
    try end()
    #expect(try !goesOn())
    #expect(try store.incident(1)?.endedAt == world.time.now())
    try begin()
    #expect(try world.notices() == [1, 2])
  }

  @Test("an account that is down is one thing to hear of, however many calendars it has")
  func oncePerAccount() throws {
    try begin()
    try begin(in: nil, StoreWorld.otherCalendar)
    #expect(try goesOn(.reading, StoreWorld.otherCalendar))
    #expect(try world.notices() == [1])

    let elsewhere = CalendarID("cal_9")
    try world.addOrganization(
      OrganizationID("org_2"),
      host: LinkHost(id: HostID("hst_2"), name: "Bea", email: "bea@example.com"),
      calendars: [elsewhere])
    try begin(in: nil, elsewhere)
    #expect(try world.notices() == [1, 3])
    // The first is read again, and the other is found as it was: now it is what there is to hear of.
    try end()
    try begin(in: nil, StoreWorld.otherCalendar)
    #expect(try world.notices() == [1, 3, 2])
  }

  @Test func twoProcessesTellTheOwnerOnce() throws {
    let other = try world.openProcess("second")
    try begin()
    try begin(in: other)
    other.close()
    #expect(try world.notices() == [1])
  }

  @Test("what is begun in one process is ended by any")
  func anotherProcessEndsIt() throws {
    let other = try world.openProcess("second")
    try begin(in: other)
    other.close()
    #expect(try goesOn())
    try end()
    try begin()
    #expect(try world.notices() == [1, 2])
  }

  @Test("reading and writing fail apart, and what needs the owner is told beside what passes")
  func readingAndWriting() throws {
    try begin()
    try begin(.writing, in: nil, StoreWorld.calendar, .owner)
    #expect(try world.notices() == [1, 2])
    try end()
    #expect(try goesOn(.writing) && !goesOn(.reading))
    // The permission that is missing is known of: that reading fails by it says nothing new.
    try begin(.reading, in: nil, StoreWorld.calendar, .owner)
    #expect(try world.notices() == [1, 2])
  }

  @Test("what was thought to pass by itself and needs somebody is another incident")
  func needsSomebodyAfterAll() throws {
    try begin()
    #expect(try begin(.reading, in: nil, StoreWorld.calendar, .owner))
    #expect(try store.incident(1)?.endedAt != nil)
    #expect(try world.notices() == [1, 2])
    #expect(try !begin())
    #expect(try store.incident(2)?.cause == .owner)
  }

  @Test("while its account waits for its owner there is nothing to begin")
  func ofAnAccountInTrouble() throws {
    let account = try world.addAccount()
    let calendar = CalendarID("cal_con_g")
    #expect(try store.reportTrouble(cause: .owner, reason: "revoked", of: account))
    #expect(try !begin(in: nil, calendar, .owner))
    #expect(try !goesOn(.reading, calendar))
    #expect(try world.notices() == [1])
    // It is over, and the calendar still cannot be read.
    try store.recover(account)
    #expect(try begin(in: nil, calendar))
    #expect(try world.notices() == [1, 2])
  }

  @Test func aDisconnectedAccountHasNoIncidents() throws {
    let account = try world.addAccount()
    try begin(in: nil, CalendarID("cal_con_g"))
    _ = try store.disconnect(
      account, of: StoreWorld.organization, host: nil, pausingLinks: true)
    #expect(try store.incident(1)?.endedAt != nil)
    #expect(try !begin(in: nil, CalendarID("cal_con_g")))
  }

  @Test func itSaysWhatItsOwnerHasToKnow() throws {
    try begin(.reading, in: nil, StoreWorld.calendar, .owner)
    let incident = try #require(try store.incident(1))
    #expect(incident.beganAt == world.time.now() && incident.endedAt == nil)
    #expect(incident.cause == .owner && incident.use == .reading)
    #expect(incident.calendarName == "Work" && incident.connectionName == "Built in")
    #expect(incident.owner.email == StoreWorld.host.email)
    #expect(try store.incident(9) == nil)
  }

  @Test func whatIsLongOverIsForgottenAndWhatGoesOnIsNot() throws {
    try begin()
    try end()
    try begin(.writing)
    world.time.advance(.days(1))
    #expect(try !store.pruneIncidents(endedBefore: world.time.now() - .days(2)))
    #expect(try store.incident(1) != nil)
    #expect(try !store.pruneIncidents(endedBefore: world.time.now()))
    #expect(try store.incident(1) == nil)
    #expect(try goesOn(.writing))
  }

  /// The clock was set back meanwhile.
  @Test func itNeverEndsBeforeItBegan() throws {
    try begin()
    try world.execute("UPDATE incidents SET began_at = began_at + 60000")
    try end()
    #expect(try !goesOn())
  }
}

extension StoreWorld {
  /// The incidents of which somebody is told, in the order of the jobs that do it.
  func notices() throws -> [Int64] {
    try store.jobs(JobQuery(organization: nil, limit: 100)).reversed().compactMap {
      IncidentPayload($0.payload)?.incident
    }
  }
}
