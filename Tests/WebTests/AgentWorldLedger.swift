import Bookings
import Core
import Intake
import Queue
import Synchronization

@testable import Web

/// Intake's ledger over the same records: enough of it for a host's changes. Every job that is enqueued
/// ends at once when `endsJobs` says so.
final class AgentWorldLedger: Ledger {
  private let records: AgentWorldRecords
  private let answers = Mutex<[String: RecordedAnswer]>([:])
  let endsJobs = Mutex(false)

  init(_ records: AgentWorldRecords) { self.records = records }

  func link(slug: String) throws -> Link? { try records.link(slug: slug) }
  func link(_ id: LinkID) throws -> Link? { try records.link(id) }
  func booking(_ id: BookingID) throws -> Booking? { try records.booking(id) }

  func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
    answers.withLock { $0[request.scope + request.key] }
  }

  func claims(
    on calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?
  ) throws -> [Interval] { [] }

  func aside(_ body: @escaping @Sendable () -> Void) { body() }

  func transact<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerTransaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    completion(Result { try body(Transaction(ledger: self)) })
  }

  private struct Transaction: LedgerTransaction {
    let ledger: AgentWorldLedger
    var now: Timestamp { AgentWorld.now }

    func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
      try ledger.answer(to: request)
    }

    func record(_ answer: RecordedAnswer, to request: IdempotentRequest) throws {
      ledger.answers.withLock { $0[request.scope + request.key] = answer }
    }

    func standing(of link: LinkID) throws -> LinkStanding? {
      try ledger.link(link).map { LinkStanding(state: $0.state, revision: $0.revision) }
    }

    func spend(_ link: LinkID, for booking: BookingID) throws -> Bool { true }

    func isClaimed(
      _ interval: Interval, on calendars: [CalendarID], excluding booking: BookingID?
    ) throws -> Bool { false }

    func booking(_ id: BookingID) throws -> Booking? { try ledger.booking(id) }

    func insert(_ booking: Booking) throws {
      ledger.records.change { $0.bookings.append(booking) }
    }

    func update(_ booking: Booking, after change: BookingChange) throws {
      ledger.records.change { state in
        guard let index = state.bookings.firstIndex(where: { $0.id == booking.id }) else { return }
        state.bookings[index] = booking
      }
    }

    func lane(of calendar: CalendarID) throws -> LaneID? { nil }

    func enqueue(_ job: NewJob) throws -> Enqueued {
      let state = ledger.endsJobs.withLock { $0 ? JobState.completed : .available }
      return try ledger.records.read { records in
        let id = JobID(number: Int64(records.jobs.count + 1))
        records.jobs.append(
          .fixture(
            id.number, state, kind: job.kind, organization: job.organization,
            sequence: job.sequence))
        return Enqueued(id: id, result: .added)
      }
    }
  }
}
