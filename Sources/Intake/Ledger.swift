import Bookings
import Core
import Queue

/// The database as Intake sees it: a few reads on a snapshot, and transactions made of the verbs of
/// `LedgerTransaction`.
package protocol Ledger: Sendable {
  func link(slug: String) throws -> Link?
  func link(_ id: LinkID) throws -> Link?
  func booking(_ id: BookingID) throws -> Booking?
  func answer(to request: IdempotentRequest) throws -> RecordedAnswer?

  /// The time that bookings keep on the calendars, each with its buffers, in order; `excluding` leaves
  /// out one booking's own.
  func claims(
    on calendars: [CalendarID], during interval: Interval, excluding booking: BookingID?
  ) throws -> [Interval]

  /// Runs `body` in a transaction that is on the disk when `completion` hears of it; a body that throws
  /// leaves nothing behind. `body` runs on the store's thread: it must not wait for anything.
  func transact<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerTransaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void)

  /// Runs `body` soon on a thread where it may read and compute. A completion of `transact` must not: every
  /// commit would wait for it.
  func aside(_ body: @escaping @Sendable () -> Void)
}

/// The verbs that are allowed inside a transaction.
package protocol LedgerTransaction {
  /// Read once, for everything in it.
  var now: Timestamp { get }

  // A request that was answered before.
  func answer(to request: IdempotentRequest) throws -> RecordedAnswer?
  func record(_ answer: RecordedAnswer, to request: IdempotentRequest) throws

  // Links.
  /// State and revision as they are now; nil where the link does not exist.
  func standing(of link: LinkID) throws -> LinkStanding?
  /// Uses up a single-use link for the booking; false where it is spent already.
  func spend(_ link: LinkID, for booking: BookingID) throws -> Bool

  // Time.
  /// Whether another booking keeps time on any of the calendars that overlaps `interval`.
  func isClaimed(
    _ interval: Interval, on calendars: [CalendarID], excluding booking: BookingID?
  ) throws -> Bool

  // Bookings.
  func booking(_ id: BookingID) throws -> Booking?
  /// Stores a new booking, the time it keeps and the first line of its history.
  func insert(_ booking: Booking) throws
  /// Stores a booking that `change` has altered, what time it keeps now, and a line of its history.
  func update(_ booking: Booking, after change: BookingChange) throws

  /// The lane of the account to which a calendar belongs; nil where nothing limits it.
  func lane(of calendar: CalendarID) throws -> LaneID?
  func enqueue(_ job: NewJob) throws -> Enqueued
}

/// A link's state and revision at one moment.
package struct LinkStanding: Sendable, Equatable {
  package let state: Link.State
  package let revision: Int

  package init(state: Link.State, revision: Int) {
    self.state = state
    self.revision = revision
  }
}

/// A request that its sender may repeat: the key that names it and the digest of what it says.
package struct IdempotentRequest: Sendable, Equatable {
  /// Whose key it is: the same key under two links is two keys.
  package let scope: String
  package let key: String
  /// SHA-256 of method, path and body.
  package let digest: [UInt8]

  package init(scope: String, key: String, digest: [UInt8]) {
    self.scope = scope
    self.key = key
    self.digest = digest
  }
}

/// What was answered, kept so that a repeat gets the same bytes.
package struct RecordedAnswer: Sendable, Equatable {
  package let digest: [UInt8]
  package let booking: BookingID
  package let job: JobID
  package let body: [UInt8]

  package init(digest: [UInt8], booking: BookingID, job: JobID, body: [UInt8]) {
    self.digest = digest
    self.booking = booking
    self.job = job
    self.body = body
  }
}
