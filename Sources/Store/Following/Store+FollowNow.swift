import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Notices come in bursts, and some before what they tell of can be read.
  private static let noticeDelay = Duration.seconds(1)

  /// Has a calendar's changes read: somebody has said that there may be some. However many say so until the
  /// reading begins, it is one job. Nil where there is nothing to follow: no booking ahead on it, or its
  /// account is gone.
  @discardableResult
  package func followNow(_ calendar: CalendarID) throws -> JobID? {
    try write { try self.followNow(calendar, in: $0) }
  }

  func followNow(
    _ calendar: CalendarID, after delay: Duration = Store.noticeDelay, in transaction: Transaction
  ) throws -> JobID? {
    let connection = transaction.connection
    guard let account = try followedAccount(of: calendar, connection),
      try hasBookingsAhead(calendar, now: transaction.now, connection)
    else { return nil }
    let job = NewJob(
      kind: .follow, payload: ["version": 1, "calendarId": .string(calendar.text)],
      organization: account.organization, sequence: "follow:\(calendar)", lane: account.lane,
      uniqueKey: "follow:\(calendar)", runAt: transaction.now + delay)
    let id = try enqueueUnlessWaiting(job, in: transaction)
    try noteAsked(calendar, in: transaction)
    return id
  }

  /// Adds a job that looks at something unless one with its key waits to. One that has begun may have looked
  /// already: then another comes after it, as the sequence sees to, which both have.
  @discardableResult
  func enqueueUnlessWaiting(_ job: NewJob, in transaction: Transaction) throws -> JobID {
    guard let key = job.uniqueKey, let live = try liveJob(key, transaction.connection),
      try hasBegun(live, transaction.connection)
    else { return try enqueue(job, in: transaction).id }
    return try enqueue(job.keyed("\(key):again"), in: transaction).id
  }

  private func hasBegun(_ id: JobID, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists("SELECT 1 FROM jobs WHERE id = :id AND state = 'executing'") {
      $0.bind(":id", id.number)
    }
  }

  /// Nobody but ourselves writes to a calendar that is built in.
  private func followedAccount(
    of calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> (lane: LaneID, organization: String)? {
    try connection.first(
      """
      SELECT n.id, n.organization_id
      FROM calendars AS c JOIN connections AS n ON n.id = c.connection_id
      WHERE c.id = :calendar AND n.removed_at IS NULL AND n.provider <> 'local'
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      (lane: LaneID(rawValue: $0.string(0)), organization: $0.string(1))
    }
  }

  /// One seek: its claims ahead tell.
  private func hasBookingsAhead(
    _ calendar: CalendarID, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM claims
      WHERE calendar_id = :calendar AND start_at > :now - :longest AND end_at > :now LIMIT 1
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":now", now)
      $0.bind(":longest", Self.longestClaim)
    }
  }

  private func noteAsked(_ calendar: CalendarID, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO followed_calendars (calendar_id, asked_at) VALUES (:calendar, :now)
      ON CONFLICT (calendar_id) DO UPDATE SET asked_at = excluded.asked_at
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":now", transaction.now)
    }
  }
}
