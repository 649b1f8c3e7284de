import Bookings
import Calendars
import Core
import Intake
import Mail
import Queue
import Store
import StoreTestSupport
import TestSupport
import WorkersTestSupport

@testable import Workers

/// The real handlers on a real store, with a calendar and an outbox in memory. Nothing runs but what the test
/// runs, on its own thread.
final class HandlerWorld: Sendable {
  let stored: StoredWorld
  let calendar: FakeCalendar
  let outbox: FakeOutbox
  let cases: StoredCases
  let store: InterposedStore
  let lines = LogLines()
  let handlers: [any JobHandler]
  let pool: WorkerPool
  private let provider: (any CalendarProvider)?

  convenience init(calendar: FakeCalendar = FakeCalendar()) throws {
    try self.init(StoredWorld(), calendar, FakeOutbox())
    try stored.addLink()
  }

  /// Against a provider that is not in memory; the calendar is nobody's then.
  convenience init(
    _ stored: StoredWorld, provider: any CalendarProvider, _ settings: LinkSettings,
    conflicts: [Calendar]
  ) throws {
    self.init(stored, FakeCalendar(), FakeOutbox(), provider)
    try stored.addLink("intro", settings, conflicts: conflicts)
  }

  private init(
    _ stored: StoredWorld, _ calendar: FakeCalendar, _ outbox: FakeOutbox,
    _ provider: (any CalendarProvider)? = nil
  ) {
    self.stored = stored
    self.calendar = calendar
    self.outbox = outbox
    self.provider = provider
    cases = StoredCases(store: stored.store)
    store = InterposedStore(stored.store)
    let parts = HandlerParts(
      cases: cases, accounts: OneAccount(calendar: provider ?? calendar), zones: ZoneDatabase(),
      time: stored.time, manageURL: { "https://book.example.com/r/\($0)" },
      domain: "book.example.com")
    let invitations = Invitations(parts) { "https://book.example.com/b/\($0.slug)" }
    handlers = [
      BookingHandler(parts), RescheduleHandler(parts), CancelHandler(parts),
      InvitationHandler(parts, invitations: invitations, transport: outbox),
    ]
    pool = WorkerPool(
      store: store, handlers: handlers, definitions: stored.definitions, time: stored.time,
      randomness: Randomness(seed: 1), log: lines.log)
  }

  /// The process dies and another takes over: its orphans are available again.
  func restarted() throws -> HandlerWorld {
    let next = HandlerWorld(try stored.restarted(), calendar, outbox, provider)
    _ = try next.store.rescueOrphans(at: next.stored.time.monotonic())
    return next
  }

  func claimNext() throws -> ClaimedJob? { try claim().jobs.first }

  private func claim() throws -> Claim {
    let answer = Awaited<Result<Claim, any Error>>()
    stored.store.claim(limit: 1, lease: .seconds(60), kinds: handlers.map(\.kind)) {
      answer.give($0)
    }
    return try answer.take().get()
  }

  /// Runs one attempt of the next ready job; false where none is ready.
  @discardableResult
  func performNext() throws -> Bool {
    guard let job = try claimNext() else { return false }
    try pool.carryOutAndWait(job)
    return true
  }

  /// Lets a job run and the process die before its end is recorded.
  func runAndDie(_ job: ClaimedJob) {
    _ = try? handlers.first { $0.kind == job.kind }?.run(Attempt(job, store: store))
  }

  /// Runs what is ready now, and what that brings about.
  func performReady() throws {
    var left = 50
    while try performNext() {
      left -= 1
      if left == 0 { throw NeverEnds() }
    }
  }

  /// Lets time pass until nothing is left to run.
  func performAll() throws {
    for _ in 0..<100 {
      try performReady()
      guard try letTimePass() else { return }
    }
    throw NeverEnds()
  }

  /// Until the next job's time; false where nothing waits for any.
  func letTimePass() throws -> Bool {
    let claim = try claim()
    guard claim.jobs.isEmpty, let next = claim.nextRunAt else { return false }
    stored.time.advance(to: next)
    return true
  }

  func confirmed(_ start: String = "2026-03-10T17:00:00Z") throws -> BookingID {
    let booking = try stored.book(start)
    try performAll()
    return booking
  }

  /// What each message to the guest said, in order, without repeats of one Message-ID.
  var subjects: [String] {
    var seen: Set<String> = []
    return outbox.messages.filter { seen.insert("\($0.id)").inserted }.map(\.subject)
  }
}

struct NeverEnds: Error {}
