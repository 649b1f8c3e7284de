import Bookings
import Calendars
import Core
import ProviderTestSupport
import Queue
import StoreTestSupport
import TestSupport
import Testing

@testable import Workers

/// Scenarios with the real handlers, the real store and the real adapters, against what Google and Microsoft
/// answer on the wire.
@Suite struct SandboxScenarioTests {
  static let kinds = [Connection.Provider.google, .outlook]
  private let slot = Interval(start: instant("2026-03-10T17:00:00Z"), duration: .minutes(30))

  @Test(
    "a booking costs two calls, and the provider tells the guest, which is read back",
    arguments: kinds)
  func good(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind)
    let id = try world.handlers.confirmed()
    #expect(try world.handlers.stored.booking(id).state == .confirmed)
    let methods = try world.account.methods()
    #expect(methods.prefix(2) == [kind == .google ? "POST" : "GET", "POST"])
    #expect(methods.count > 2 && methods.dropFirst(2).allSatisfy { $0 == "GET" })
    #expect(try world.account.mails() == ["invitation to sam@guest.example"])
    #expect(world.handlers.toGuests.isEmpty)
  }

  @Test(
    "S6 Lost response after write, in every way that one can be lost", arguments: kinds,
    ["cut", "truncated", "serverError"])
  func lostAnswer(_ kind: Connection.Provider, _ loss: String) throws {
    let world = try SandboxWorld(kind)
    let id = try world.handlers.stored.book("2026-03-10T17:00:00Z")
    try world.account.fault(
      loss,
      [("method", "POST"), ("path", "*/events")]
        + (loss == "truncated" ? [] : [("afterCommit", true)]))
    try world.handlers.performNext()
    #expect(try world.handlers.stored.booking(id).state == .pending)
    try world.handlers.performAll()
    #expect(try world.handlers.stored.booking(id).state == .confirmed)
    #expect(try world.account.liveEvents().count == 1)
    #expect(try world.account.mails() == ["invitation to sam@guest.example"])
    #expect(world.handlers.toGuests.isEmpty)
  }

  @Test(
    "S8 Token revoked between accept and execute: the booking waits, and is carried out after",
    arguments: kinds)
  func revoked(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind)
    let stored = world.handlers.stored
    let id = try stored.book("2026-03-10T17:00:00Z")
    try world.account.revokeTokens()
    world.tokens.setRevoked(true)
    try world.handlers.performReady()
    #expect(try stored.booking(id).state == .needsOwner)
    #expect(try stored.claims() == [slot])
    #expect(try world.account.mails().isEmpty)
    #expect(world.handlers.subjects.map { $0.prefix(17) } == ["Not confirmed yet"])

    world.tokens.setRevoked(false)
    #expect(try world.reconnect() == 1)
    try world.handlers.performAll()
    #expect(try stored.booking(id).state == .confirmed)
    #expect(try world.account.mails() == ["invitation to sam@guest.example"])
  }

  @Test("S15 Move by half a slot, with a neighbour and with something beneath", arguments: kinds)
  func halfASlot(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind, .open(durations: [60]))
    let stored = world.handlers.stored
    let id = try world.handlers.confirmed()
    // The neighbour touches the booking: free/busy tells 17:00 to 19:00 as one.
    try world.account.addEvent(
      Interval(start: instant("2026-03-10T18:00:00Z"), duration: .hours(1)))
    try stored.reschedule(id, to: "2026-03-10T17:30:00Z")
    try world.handlers.performAll()
    #expect(try stored.booking(id).time.start == instant("2026-03-10T17:00:00Z"))
    try stored.reschedule(id, to: "2026-03-10T16:30:00Z")
    try world.handlers.performAll()
    #expect(try stored.booking(id).time.start == instant("2026-03-10T16:30:00Z"))
    // Beneath the booking lies somebody else's event by now.
    try world.account.addEvent(
      Interval(start: instant("2026-03-10T16:30:00Z"), duration: .minutes(30)))
    try stored.reschedule(id, to: "2026-03-10T16:00:00Z")
    try world.handlers.performAll()
    #expect(try stored.booking(id).time.start == instant("2026-03-10T16:30:00Z"))
    #expect(
      try world.account.mails() == [
        "invitation to sam@guest.example", "update to sam@guest.example",
      ])
  }

  @Test(
    "S16 Cancel with the provider down three times, and the event gone by then", arguments: kinds)
  func cancelWhileDown(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind)
    let stored = world.handlers.stored
    let id = try world.handlers.confirmed()
    try stored.cancel(id)
    let method = kind == .google ? "DELETE" : "POST"
    try world.account.fault("serverError", [("method", .string(method)), ("times", 3)])
    for _ in 1...3 {
      try world.handlers.performNext()
      #expect(try stored.booking(id).state == .cancelling)
      stored.time.advance(.minutes(10))
    }
    try world.account.deleteEvent(EventKey(booking: id, generation: 0))
    try world.handlers.performAll()
    #expect(try stored.booking(id).state == .cancelled)
    #expect(try world.account.liveEvents().isEmpty)
    try stored.cancel(id)
    try world.handlers.performAll()
    #expect(try stored.booking(id).state == .cancelled)
  }

  @Test("a quota that is used up is waited for in hours, and nothing is lost by it")
  func quota() throws {
    let world = try SandboxWorld(.google)
    let stored = world.handlers.stored
    let id = try stored.book("2026-03-10T17:00:00Z")
    try world.account.fault(
      "throttled", [("form", "quotaExceeded"), ("method", "POST"), ("path", "*/events")])
    let began = stored.time.now()
    try world.handlers.performNext()
    #expect(try stored.job(.booking).runAt >= began + .hours(3))
    try world.handlers.performAll()
    #expect(try stored.booking(id).state == .confirmed)
    #expect(try world.account.mails().count == 1)
  }

  @Test(
    "S9 One unreadable calendar of two: not known is not free, and the booking goes on when it is",
    arguments: kinds)
  func unreadable(_ kind: Connection.Provider) throws {
    let world = try SandboxWorld(kind, conflicts: [StoredWorld.home])
    let stored = world.handlers.stored
    let id = try stored.book("2026-03-10T17:00:00Z")
    // The two are two accounts here and so two questions, of which the fault must meet the right one.
    if kind == .google {
      try world.account.fault(
        "itemError",
        [("item", .string(world.home.remoteID)), ("reason", "internalError"), ("times", 2)])
    } else {
      try world.account.fault("serverError", [("path", "*/calendarView"), ("skip", 1)])
    }
    try world.handlers.performNext()
    #expect(try stored.booking(id).state == .pending)
    #expect(try world.account.liveEvents().isEmpty)
    try world.handlers.performAll()
    #expect(try stored.booking(id).state == .confirmed)
  }

  // MARK: - Survival

  /// Bookings, moves and cancels through a provider at which every third call goes wrong in one way or
  /// another, until everything has come to an end.
  @Test(
    "after a storm of faults there is one event for each booking and one mail for each change",
    arguments: kinds, [1, 2, 3] as [UInt64])
  func survives(_ kind: Connection.Provider, _ seed: UInt64) throws {
    let world = try SandboxWorld(kind)
    let storm = Storm(world, seed: seed)
    var bookings: [BookingID] = []
    for hour in 10..<18 {
      bookings.append(try world.handlers.stored.book("2026-03-10T\(hour):00:00Z"))
    }
    try storm.performAll()
    for (index, id) in bookings.enumerated() where index % 2 == 0 {
      try world.handlers.stored.reschedule(id, to: "2026-03-11T\(10 + index):00:00Z")
    }
    try storm.performAll()
    for (index, id) in bookings.enumerated() where index % 4 == 0 {
      try world.handlers.stored.cancel(id)
    }
    try storm.performAll()
    try world.account.forgetFaults()

    for (index, id) in bookings.enumerated() {
      let booking = try world.handlers.stored.booking(id)
      let key = EventKey(booking: id, generation: 0)
      #expect(booking.state == (index % 4 == 0 ? .cancelled : .confirmed), "seed \(seed)")
      let event = try world.calendars.event(key, in: StoredWorld.work)
      if index % 4 == 0 {
        #expect(event?.isCancelled != false, "seed \(seed)")
      } else {
        #expect(event?.interval == booking.time, "seed \(seed)")
      }
    }
    #expect(try world.account.liveEvents().count == 6, "seed \(seed)")
    let mails = try world.account.mails()
    #expect(mails.count { $0.hasPrefix("invitation") } == 8, "seed \(seed)")
    #expect(mails.count { $0.hasPrefix("update") } == 4, "seed \(seed)")
    #expect(mails.count { $0.hasPrefix("cancellation") } == 2, "seed \(seed)")
    // That a booking waits for its host is nothing that a provider would tell.
    #expect(world.handlers.toGuests.allSatisfy { $0.invitation == nil }, "seed \(seed)")
    #expect(storm.faults > 20, "seed \(seed): a storm of \(storm.faults)")
  }
}

/// One host's work calendar, and a second one, at Google or Outlook.
final class SandboxWorld: Sendable {
  let handlers: HandlerWorld
  let account: SandboxAccount
  let tokens: RenewedTokens
  let calendars: LocatedCalendars
  let home: Calendar

  init(
    _ kind: Connection.Provider, _ settings: LinkSettings = .open(), conflicts: [Calendar] = [],
    isPersonal: Bool = false
  ) throws {
    let stored = try StoredWorld()
    let account = try SandboxAccount(
      kind, timeZone: "Europe/Berlin", isPersonal: isPersonal, time: stored.time)
    tokens = RenewedTokens { try? account.newToken() }
    home = try account.addCalendar("Home", timeZone: "Europe/Berlin")
    calendars = LocatedCalendars(
      provider: account.provider(tokens: tokens),
      places: [StoredWorld.work.id: account.calendar, StoredWorld.home.id: home])
    self.account = account
    handlers = try HandlerWorld(stored, provider: calendars, settings, conflicts: conflicts)
    try account.forgetCalls()
  }

  /// The owner has connected the account again; how many jobs that wakes.
  func reconnect() throws -> Int {
    try handlers.stored.store.resetLane(LaneID(rawValue: StoredWorld.work.connection.text))
  }
}

/// Arms a fault before many an attempt, and lets everything come to its end.
private final class Storm {
  private let world: SandboxWorld
  private let randomness: Randomness
  private(set) var faults = 0

  init(_ world: SandboxWorld, seed: UInt64) {
    self.world = world
    randomness = Randomness(seed: seed)
  }

  func performAll() throws {
    for _ in 0..<500 {
      if below(3) > 0 { try strike() }
      if try world.handlers.performNext() { continue }
      if try world.handlers.letTimePass() { continue }
      // A token refused twice in a row is the owner's business, who connects again.
      if try world.reconnect() == 0 { return }
    }
    throw NeverEnds()
  }

  /// A fault for the next call, whichever it is, or for the next write.
  private func strike() throws {
    let throttle: [(String, JSON)] = [
      ("form", world.account.kind == .google ? "rateLimitExceeded" : "ApplicationThrottled"),
      ("retryAfterSeconds", 5),
    ]
    let kinds: [(String, [(String, JSON)])] = [
      ("cut", [("afterCommit", true)]), ("cut", []), ("truncated", []),
      ("serverError", [("status", 500), ("afterCommit", true)]), ("serverError", []),
      ("throttled", throttle), ("unauthorized", []),
    ]
    let methods = ["POST", "PATCH", "DELETE", "GET"]
    let (kind, more) = kinds[below(kinds.count)]
    try world.account.fault(kind, more + [("method", .string(methods[below(methods.count)]))])
    faults += 1
  }

  private func below(_ limit: Int) -> Int {
    Int(randomness.bytes(1)[0]) % limit
  }
}
