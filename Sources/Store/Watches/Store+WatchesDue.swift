import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Enqueues a job for each calendar whose watch is missing, to be renewed, or no longer wanted. A calendar that
  /// has one already gets no second. Returns how many there are to be done.
  package func enqueueDueWatches() throws -> Int {
    let due = try dueWatches()
    for bite in stride(from: 0, to: due.count, by: Store.watchBite) {
      let calendars = due[bite..<min(bite + Store.watchBite, due.count)]
      try write { transaction in
        for calendar in calendars { _ = try self.enqueueWatch(calendar, in: transaction) }
      }
    }
    return due.count
  }

  /// Enqueues the job that sees to a calendar's watch; nil where its account is gone.
  func enqueueWatch(_ calendar: CalendarID, in transaction: Transaction) throws -> Enqueued? {
    guard let found = try self.calendar(calendar, transaction.connection),
      let account = try connection(found.connection, transaction.connection)?.connection
    else { return nil }
    return try enqueue(
      NewJob(
        kind: .watch, payload: ["version": 1, "calendarId": .string(calendar.text)],
        organization: account.organization.text, lane: LaneID(rawValue: account.id.text),
        uniqueKey: "watch:\(calendar)"),
      in: transaction)
  }

  /// A link's bookings go to the calendar: one that nobody watches is to be watched at once.
  func watchSoon(_ calendar: CalendarID, in transaction: Transaction) throws {
    guard isWatching, try watches(of: calendar, transaction.connection).isEmpty,
      let found = try self.calendar(calendar, transaction.connection),
      let account = try connection(found.connection, transaction.connection)?.connection,
      account.provider == .google || account.provider == .outlook, account.state == .connected,
      try !isRefused(calendar, in: transaction)
    else { return }
    _ = try enqueueWatch(calendar, in: transaction)
  }

  private func isRefused(_ calendar: CalendarID, in transaction: Transaction) throws -> Bool {
    try transaction.connection.exists(
      "SELECT 1 FROM watch_refusals WHERE calendar_id = :calendar AND ask_again_at > :now"
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":now", transaction.now)
    }
  }

  private func dueWatches() throws -> [CalendarID] {
    try read { connection in
      let now = database.time.now()
      return try watchable(now: now, connection).compactMap { calendar in
        let isWanted =
          try isWatching && !calendar.isRefused && isInUse(calendar.id, now: now, connection)
        let watches = try self.watches(of: calendar.id, connection)
        return watches.areDue(isWanted: isWanted, now: now) ? calendar.id : nil
      }
    }
  }

  /// Calendars of accounts that work and whose providers call.
  private func watchable(
    now: Timestamp, _ connection: SQLiteConnection
  ) throws -> [(id: CalendarID, isRefused: Bool)] {
    try connection.all(
      """
      SELECT k.id, r.ask_again_at > :now
      FROM connections INDEXED BY sqlite_autoindex_connections_1
        CROSS JOIN calendars AS k ON k.connection_id = connections.id
        LEFT JOIN watch_refusals AS r ON r.calendar_id = k.id
      WHERE connections.provider IN ('google', 'outlook') AND connections.state = 'connected'
        AND connections.removed_at IS NULL
      ORDER BY connections.id
      """
    ) {
      $0.bind(":now", now)
    } read: {
      (id: $0.identifier(0), isRefused: $0.bool(1))
    }
  }

  /// Jobs in one transaction: some milliseconds' work.
  private static let watchBite = 100
  /// An answer that has not come by then never will: no attempt takes so long.
  fileprivate static let askingPatience = Duration.minutes(10)
}

extension [Watch] {
  /// Whether the job has something to do about them.
  fileprivate func areDue(isWanted: Bool, now: Timestamp) -> Bool {
    contains { watch in
      switch watch.state {
      case .asked: watch.askedAt + Store.askingPatience < now
      case .live: !isWanted || watch.promise.map { $0.renewAt <= now } ?? true
      case .ending: true
      }
    } || isWanted && isEmpty
  }
}
