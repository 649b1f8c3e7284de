import Core
import Mail
import Queue
import StoreTestSupport
import TestSupport
import WorkersTestSupport

@testable import Workers

/// One process: a store, the real handlers and a pool whose workers are stepped one at a time.
final class SimulatedProcess {
  let number: Int
  let stored: StoredWorld
  let handlers: [any JobHandler]
  /// Claimed, and not yet run to their end.
  var running: [ClaimedJob] = []
  /// What it claims.
  let kinds: [JobKind]
  private let pool: WorkerPool

  init(
    _ number: Int, _ stored: StoredWorld, _ outside: Outside, seed: UInt64, kinds: [JobKind]? = nil
  ) throws {
    self.number = number
    self.stored = stored
    let parts = HandlerParts(
      cases: StoredCases(store: stored.store), accounts: OneAccount(calendar: outside.calendar),
      zones: ZoneDatabase(), time: stored.time,
      manageURL: { "https://book.example.com/r/\($0)" }, domain: "book.example.com")
    let server = try Mailbox(name: "Bookend", email: "bookings@example.com")
    let records = StoredMailRecords(store: stored.store)
    let invitations = Invitations(
      parts, records: records, identity: MailIdentity(server: server, author: .host),
      linkURL: { "https://book.example.com/b/\($0.slug)" }, alternatives: { _, _ in [] })
    handlers = [
      BookingHandler(parts), RescheduleHandler(parts), CancelHandler(parts),
      InvitationHandler(
        parts, invitations: invitations,
        incidents: IncidentNotices(
          zones: ZoneDatabase(), domain: "book.example.com", sender: server,
          incidents: stored.store.incident),
        records: records, transport: outside.outbox),
      FollowHandler(parts, records: StoredFollowRecords(store: stored.store)),
      ObserveHandler(
        parts, records: StoredFollowRecords(store: stored.store), mail: records, log: .discarded),
    ]
    self.kinds = kinds ?? handlers.map(\.kind)
    pool = WorkerPool(
      store: stored.store, handlers: handlers, definitions: stored.definitions, time: stored.time,
      randomness: Randomness(seed: seed), log: .discarded)
  }

  func claim(_ limit: Int) throws -> Claim {
    let answer = Awaited<Result<Claim, any Error>>()
    stored.store.claim(limit: limit, lease: .seconds(60), kinds: kinds) {
      answer.give($0)
    }
    return try answer.take().get()
  }

  /// Runs a claimed job to the end of its attempt, and records that.
  func carryOut(_ job: ClaimedJob) throws {
    let ended = Awaited<Void>()
    pool.carryOut(job, WorkLimit()) { ended.give(()) }
    try ended.take()
  }

  /// Runs a claimed job, and what came of it is never recorded.
  func runInVain(_ job: ClaimedJob) {
    if job.verdict != nil { return }
    _ = try? handlers.first { $0.kind == job.kind }?.run(
      Attempt(job, store: stored.store, limit: WorkLimit(), time: stored.time))
  }
}

/// What outlives every process: the provider and whoever takes our mail.
struct Outside {
  let calendar = FakeCalendar()
  let outbox = FakeOutbox()
}
