import Bookings
import Core
import Intake
import Queue
import SQLite

/// Intake's verbs inside one transaction.
struct StoreTransaction: LedgerTransaction {
  let store: Store
  let transaction: Transaction

  var now: Timestamp { transaction.now }
  private var connection: SQLiteConnection { transaction.connection }

  func standing(of link: LinkID) throws -> LinkStanding? {
    try connection.first("SELECT state, revision FROM links WHERE id = :id") {
      $0.bind(":id", link)
    } read: {
      LinkStanding(state: Link.State(rawValue: $0.string(0)) ?? .deleted, revision: $0.int(1))
    }
  }

  /// The ledger's unique index decides, not what was read before.
  func spend(_ link: LinkID, for booking: BookingID) throws -> Bool {
    let isFirst = try connection.insertIfNew(
      "INSERT INTO spends (link_id, booking_id, claimed_at) VALUES (:link, :booking, :now)"
    ) {
      $0.bind(":link", link)
      $0.bind(":booking", booking)
      $0.bind(":now", now)
    }
    if !isFirst { return false }
    try connection.run(
      """
      UPDATE links SET state = 'spent', revision = revision + 1, updated_at = :now
      WHERE id = :link AND state = 'active'
      """
    ) {
      $0.bind(":now", now)
      $0.bind(":link", link)
    }
    return true
  }

  func isClaimed(
    _ interval: Interval, on calendars: [CalendarID], excluding booking: BookingID?
  ) throws -> Bool {
    for calendar in calendars {
      // One seek: see the trigger `claims_do_not_overlap` for why the last one decides.
      let end = try connection.first(
        """
        SELECT end_at FROM claims
        WHERE calendar_id = :calendar AND start_at < :end
          AND (:excluding IS NULL OR booking_id <> :excluding)
        ORDER BY start_at DESC LIMIT 1
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":end", interval.end)
        $0.bind(":excluding", booking)
      } read: {
        $0.timestamp(0)
      }
      if let end, end > interval.start { return true }
    }
    return false
  }

  func booking(_ id: BookingID) throws -> Booking? { try store.booking(id, connection) }

  func insert(_ booking: Booking) throws {
    try connection.run(
      """
      INSERT INTO bookings (id, organization_id, link_id, calendar_id, state, revision, start_at,
        end_at, buffer_before_minutes, buffer_after_minutes, details, guest_email, reason, created_at,
        updated_at)
      VALUES (:id, :organization, :link, :calendar, :state, :revision, :start, :end, :bufferBefore,
        :bufferAfter, :details, :guestEmail, :reason, :createdAt, :updatedAt)
      """
    ) {
      $0.bind(":id", booking.id)
      $0.bind(":organization", booking.organization)
      $0.bind(":link", booking.link)
      $0.bind(":calendar", booking.calendar)
      $0.bind(":state", booking.state.rawValue)
      $0.bind(":revision", booking.revision)
      $0.bind(":start", booking.time.start)
      $0.bind(":end", booking.time.end)
      $0.bind(":bufferBefore", booking.details.bufferBeforeMinutes)
      $0.bind(":bufferAfter", booking.details.bufferAfterMinutes)
      $0.bind(":details", String(decoding: booking.details.json, as: UTF8.self))
      $0.bind(":guestEmail", booking.details.guest.email.lowercased())
      $0.bind(":reason", booking.reason)
      $0.bind(":createdAt", booking.createdAt)
      $0.bind(":updatedAt", booking.updatedAt)
    }
    try store.insertClaims(of: booking, connection)
    try store.insertHistory(of: booking, number: 1, .booked, in: transaction)
  }

  func update(_ booking: Booking, after change: BookingChange) throws {
    try store.update(booking, after: change, in: transaction)
  }

  func lane(of calendar: CalendarID) throws -> LaneID? {
    try store.lane(of: calendar, connection)
  }

  func enqueue(_ job: NewJob) throws -> Enqueued { try store.enqueue(job, in: transaction) }

  func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
    try store.answer(to: request, connection)
  }

  func record(_ answer: RecordedAnswer, to request: IdempotentRequest) throws {
    try connection.run(
      """
      INSERT INTO idempotency_keys (scope, key, digest, booking_id, job_id, body, created_at)
      VALUES (:scope, :key, :digest, :booking, :job, :body, :now)
      """
    ) {
      $0.bind(":scope", request.scope)
      $0.bind(":key", request.key)
      $0.bind(":digest", answer.digest)
      $0.bind(":booking", answer.booking)
      $0.bind(":job", answer.job.number)
      $0.bind(":body", answer.body)
      $0.bind(":now", now)
    }
  }
}

extension Store: Ledger {
  package func answer(to request: IdempotentRequest) throws -> RecordedAnswer? {
    try ask { try answer(to: request, $0) }
  }

  package func aside(_ body: @escaping @Sendable () -> Void) { readingQueue.async(execute: body) }

  fileprivate func answer(
    to request: IdempotentRequest, _ connection: SQLiteConnection
  ) throws -> RecordedAnswer? {
    try connection.first(
      """
      SELECT digest, booking_id, job_id, body FROM idempotency_keys
      WHERE scope = :scope AND key = :key
      """
    ) {
      $0.bind(":scope", request.scope)
      $0.bind(":key", request.key)
    } read: {
      RecordedAnswer(
        digest: $0.blob(0), booking: $0.identifier(1), job: JobID(number: $0.int64(2)),
        body: $0.blob(3))
    }
  }

  package func transact<Value: Sendable>(
    _ body: @escaping @Sendable (any LedgerTransaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    database.writer.submit(
      { try body(StoreTransaction(store: self, transaction: $0)) }, completion: completion)
  }
}
