import Bookings
import Core
import Queue
import Store
import TestSupport
import Testing

/// Calendars that guests cannot be shown: one row and one notice for each incident, whatever happens.
struct CalendarIncidentTests {
  let world: StoreWorld
  var store: Store { world.store }
  private let error = JobError(.needsOwner, "401")

  init() throws { world = try StoreWorld() }

  private func begin(in store: Store, _ calendar: CalendarID = StoreWorld.calendar) throws {
    let done = Awaited<Result<Void, any Error>>()
    store.beginIncident(of: calendar, error: error) { number in
      .plain("notice-\(number).")
    } completion: {
      done.give($0)
    }
    try done.take().get()
  }

  private func end(_ calendar: CalendarID = StoreWorld.calendar) throws {
    let done = Awaited<Result<Void, any Error>>()
    store.endIncident(of: calendar) { done.give($0) }
    try done.take().get()
  }

  private func notices() throws -> [String] {
    try store.jobs(JobQuery(organization: nil, limit: 100)).map(\.kind.rawValue).reversed()
  }

  @Test("S9 however often it is begun, its owner is told once; the next time again")
  func oncePerIncident() throws {
    for _ in 0..<3 { try begin(in: store) }
    #expect(try store.unreadableCalendars() == [StoreWorld.calendar])
    #expect(try notices() == ["notice-1."])
    world.time.advance(.minutes(7))
    try end()
    try end()
    #expect(try store.unreadableCalendars().isEmpty)
    #expect(try store.incident(1)?.endedAt == world.time.now())
    try begin(in: store)
    #expect(try notices() == ["notice-1.", "notice-2."])
  }

  @Test("an account that is down is one thing to hear of, however many calendars it has")
  func oncePerAccount() throws {
    try begin(in: store)
    try begin(in: store, StoreWorld.otherCalendar)
    #expect(try store.unreadableCalendars().count == 2)
    #expect(try notices() == ["notice-1."])
    // The first is read again before the mail leaves: it is the other one then that is told of.
    try end()
    #expect(try store.incident(1)?.number == 2)
    #expect(try store.incident(1)?.endedAt == nil)
    try end(StoreWorld.otherCalendar)
    #expect(try store.incident(1)?.endedAt != nil)

    let elsewhere = CalendarID("cal_9")
    try world.addOrganization(
      OrganizationID("org_2"),
      host: LinkHost(id: HostID("hst_2"), name: "Bea", email: "bea@example.com"),
      calendars: [elsewhere])
    try begin(in: store)
    try begin(in: store, elsewhere)
    #expect(try notices().count == 3)
  }

  @Test func twoProcessesTellTheOwnerOnce() throws {
    let other = try world.openProcess("second")
    try begin(in: store)
    try begin(in: other)
    other.close()
    #expect(try notices() == ["notice-1."])
  }

  @Test func aNoticeThatCannotBeMadeLeavesNothingBehind() throws {
    struct NoNotice: Error {}
    let done = Awaited<Result<Void, any Error>>()
    store.beginIncident(of: StoreWorld.calendar, error: error) { _ in
      throw NoNotice()
    } completion: {
      done.give($0)
    }
    #expect(throws: NoNotice.self) { try done.take().get() }
    #expect(try store.unreadableCalendars().isEmpty)
  }

  @Test func itSaysWhatItsOwnerHasToKnow() throws {
    try begin(in: store)
    let incident = try #require(try store.incident(1))
    #expect(incident.beganAt == world.time.now() && incident.endedAt == nil)
    #expect(incident.needsOwner)
    #expect(incident.calendarName == "Work" && incident.connectionName == "Built in")
    #expect(incident.owner.email == StoreWorld.host.email)
    #expect(try store.incident(9) == nil)
  }

  /// The clock was set back meanwhile.
  @Test func itNeverEndsBeforeItBegan() throws {
    try begin(in: store)
    try world.execute("UPDATE calendar_incidents SET began_at = began_at + 60000")
    try end()
    #expect(try store.unreadableCalendars().isEmpty)
  }
}
