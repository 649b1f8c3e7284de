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
  let records: StoredMailRecords
  let store: InterposedStore
  let lines = LogLines()
  let handlers: [any JobHandler]
  let replies: ReceivedReplies
  let pool: WorkerPool
  private let invitations: Invitations
  private let provider: (any CalendarProvider)?

  convenience init(calendar: FakeCalendar = FakeCalendar(), reminders: [Int] = []) throws {
    var options = StoredWorld.Options()
    options.lastWords = storedLastWords
    try self.init(StoredWorld(options), calendar, FakeOutbox())
    try stored.addLink("intro", .open(reminders: reminders))
  }

  /// Against a provider that is not in memory; the calendar is nobody's then.
  convenience init(
    _ stored: StoredWorld, provider: any CalendarProvider, _ settings: LinkSettings,
    conflicts: [Calendar]
  ) throws {
    try self.init(stored, FakeCalendar(), FakeOutbox(), provider)
    try stored.addLink("intro", settings, conflicts: conflicts)
  }

  private init(
    _ stored: StoredWorld, _ calendar: FakeCalendar, _ outbox: FakeOutbox,
    _ provider: (any CalendarProvider)? = nil
  ) throws {
    self.stored = stored
    self.calendar = calendar
    self.outbox = outbox
    self.provider = provider
    cases = StoredCases(store: stored.store)
    records = StoredMailRecords(store: stored.store)
    store = InterposedStore(stored.store)
    let parts = HandlerParts(
      cases: cases, accounts: OneAccount(calendar: provider ?? calendar, store: stored.store),
      zones: ZoneDatabase(),
      time: stored.time, manageURL: { "https://book.example.com/r/\($0)" },
      domain: "book.example.com")
    let server = try Mailbox(name: "Bookend", email: "bookings@example.com")
    let invitations = Invitations(
      parts, records: records, identity: MailIdentity(server: server, author: .host),
      linkURL: { "https://book.example.com/b/\($0.slug)" },
      alternatives: { _, slot in
        [Interval(start: slot.start + .hours(1), end: slot.end + .hours(1))]
      })
    self.invitations = invitations
    replies = ReceivedReplies(parts, records: records)
    handlers = [
      BookingHandler(parts), RescheduleHandler(parts), CancelHandler(parts),
      InvitationHandler(
        parts, invitations: invitations,
        incidents: IncidentNotices(
          zones: ZoneDatabase(), domain: "book.example.com", sender: server,
          incidents: stored.store.incident),
        records: records, transport: outbox),
      FollowHandler(parts, records: StoredFollowRecords(store: stored.store)),
      ObserveHandler(
        parts, records: StoredFollowRecords(store: stored.store), mail: records, log: lines.log),
      CompareHandler(parts, records: stored.store, log: lines.log),
      RepairHandler(parts, records: stored.store, log: lines.log),
    ]
    pool = WorkerPool(
      store: store, handlers: handlers, definitions: stored.definitions, time: stored.time,
      randomness: Randomness(seed: 1), log: lines.log)
  }

  /// The process dies and another takes over: its orphans are available again.
  func restarted() throws -> HandlerWorld {
    let next = try HandlerWorld(try stored.restarted(), calendar, outbox, provider)
    _ = try next.store.rescueOrphans(at: next.stored.time.monotonic())
    return next
  }

  /// Another process beside this one, which hangs: it takes over what this one has claimed, as soon as its
  /// leases have run out for long enough.
  func overtaken() throws -> HandlerWorld {
    let next = try HandlerWorld(try stored.another(), calendar, outbox, provider)
    for _ in 0..<2 {
      stored.time.advance(.seconds(61))
      _ = try next.store.rescueOrphans(at: stored.time.monotonic())
    }
    return next
  }

  func claimNext() throws -> ClaimedJob? { try claim().jobs.first }

  func claim() throws -> Claim {
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
  func runAndDie(_ job: ClaimedJob, _ limit: WorkLimit = WorkLimit()) {
    _ = try? handlers.first { $0.kind == job.kind }?.run(
      Attempt(job, store: store, limit: limit, time: stored.time))
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

  /// An operator has a job run again.
  func retry(_ job: JobID) throws {
    _ = try stored.store.act(JobAction(.retry, organization: nil, by: "test"), on: job)
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
  var subjects: [String] { letters(to: "guest").map(\.subject) }

  /// What left for guests, in order and with repeats.
  var toGuests: [Message] {
    outbox.messages.filter { $0.to.email != StoredWorld.host.email }
  }

  /// The iCalendar object as the guest can fetch it, without its folds.
  func invite(_ booking: BookingID) throws -> String {
    guard let found = try cases.bookingCase(booking) else { throw NeverEnds() }
    return String(decoding: invitations.object(found), as: UTF8.self).replacing("\r\n ", with: "")
  }

  /// The subjects of what left for the host, without repeats of one Message-ID.
  var toHost: [String] {
    var seen: Set<String> = []
    return outbox.messages.filter {
      $0.to.email == StoredWorld.host.email && seen.insert($0.id.text).inserted
    }.map(\.subject)
  }

  /// The invitation jobs for the guest, oldest first.
  func guestJobs() throws -> [JobRecord] {
    try stored.jobs(.invitation).filter { $0.payload.contains(#""recipient":"guest""#) }
  }

  /// To one person, in order, without repeats of one Message-ID.
  func letters(to recipient: String) -> [Message] {
    var seen: Set<String> = []
    return outbox.messages.filter { message in
      message.id.text.contains(".\(recipient)@") && seen.insert(message.id.text).inserted
    }
  }
}

struct NeverEnds: Error {}
