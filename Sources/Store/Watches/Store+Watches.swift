import Bookings
import Core
import SQLite

// Watches as their job sees them. Each function is one commit: the provider is asked in between.

extension Store {
  /// The calendar with what there is of watches on it; nil where there is no such calendar, or its account was
  /// disconnected.
  package func calendarWatches(_ id: CalendarID) throws -> CalendarWatches? {
    try read { database in
      guard let calendar = try calendar(id, database),
        let account = try connection(calendar.connection, database)?.connection
      else { return nil }
      return CalendarWatches(
        calendar: calendar, provider: account.provider, organization: account.organization,
        isInUse: try isInUse(id, now: self.database.time.now(), database),
        watches: try watches(of: id, database))
    }
  }

  /// Nil where there is none of that id, or it is another provider's.
  package func watch(_ id: WatchID, at provider: Connection.Provider) throws -> Watch? {
    try ask { database in
      try database.first(
        """
        SELECT w.id, w.calendar_id, w.state, w.secret_hash, w.asked_at, w.provider_id, w.resource,
          w.expires_at, w.renew_at, w.last_call_at
        FROM watches AS w JOIN calendars AS k ON k.id = w.calendar_id
          JOIN connections AS c ON c.id = k.connection_id
        WHERE w.id = :id AND c.provider = :provider AND c.removed_at IS NULL
        """
      ) {
        $0.bind(":id", id)
        $0.bind(":provider", provider.rawValue)
      } read: {
        Watch(row: $0)
      }
    }
  }

  func watch(_ id: WatchID, _ database: SQLiteConnection) throws -> Watch? {
    try database.first(
      """
      SELECT id, calendar_id, state, secret_hash, asked_at, provider_id, resource, expires_at,
        renew_at, last_call_at
      FROM watches WHERE id = :id
      """
    ) {
      $0.bind(":id", id)
    } read: {
      Watch(row: $0)
    }
  }

  func watches(of calendar: CalendarID, _ database: SQLiteConnection) throws -> [Watch] {
    try database.all(
      """
      SELECT id, calendar_id, state, secret_hash, asked_at, provider_id, resource, expires_at,
        renew_at, last_call_at
      FROM watches INDEXED BY watches_of_calendar WHERE calendar_id = :calendar ORDER BY id
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      Watch(row: $0)
    }
  }

  /// The watches on an account's calendars.
  package func watches(of connection: ConnectionID) throws -> [Watch] {
    try read { database in
      try calendars(of: connection, database).flatMap { try watches(of: $0.id, database) }
    }
  }

  /// A watch is about to be asked for. Others that were asked for, and of which no answer was ever recorded, are
  /// forgotten: whoever asked for them has died.
  package func insert(_ watch: Watch) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        DELETE FROM watches INDEXED BY watches_of_calendar
        WHERE calendar_id = :calendar AND state = 'asked'
        """
      ) { $0.bind(":calendar", watch.calendar) }
      try transaction.connection.run(
        """
        INSERT INTO watches (id, calendar_id, state, secret_hash, asked_at)
        VALUES (:id, :calendar, 'asked', :secretHash, :askedAt)
        """
      ) {
        $0.bind(":id", watch.id)
        $0.bind(":calendar", watch.calendar)
        $0.bind(":secretHash", watch.secretHash)
        $0.bind(":askedAt", watch.askedAt)
      }
    }
  }

  /// The provider has promised it: it takes the place of the one before, which is to be ended, and the calendar
  /// is read once, since nobody was called before now. False where the watch was forgotten meanwhile: then
  /// nobody wants it.
  package func begin(_ id: WatchID, _ promise: Watch.Promise) throws -> Bool {
    try write { transaction in
      let connection = transaction.connection
      guard let watch = try self.watch(id, connection), watch.state == .asked else { return false }
      try connection.run(
        "UPDATE watches SET state = 'ending' WHERE calendar_id = :calendar AND state = 'live'"
      ) { $0.bind(":calendar", watch.calendar) }
      try connection.run(
        """
        UPDATE watches SET state = 'live', provider_id = :providerID, resource = :resource,
          expires_at = :expiresAt, renew_at = :renewAt
        WHERE id = :id
        """
      ) {
        $0.bind(":providerID", promise.providerID)
        $0.bind(":resource", promise.resource)
        $0.bind(":expiresAt", promise.expiresAt)
        $0.bind(":renewAt", promise.renewAt)
        $0.bind(":id", id)
      }
      try connection.run("DELETE FROM watch_refusals WHERE calendar_id = :calendar") {
        $0.bind(":calendar", watch.calendar)
      }
      _ = try self.followNow(watch.calendar, in: transaction)
      return true
    }
  }

  /// The provider lets it last longer. False where it was ended meanwhile.
  package func renew(_ id: WatchID, _ promise: Watch.Promise) throws -> Bool {
    try write { transaction in
      try transaction.connection.run(
        """
        UPDATE watches SET expires_at = :expiresAt, renew_at = :renewAt, resource = :resource
        WHERE id = :id AND state = 'live'
        """
      ) {
        $0.bind(":expiresAt", promise.expiresAt)
        $0.bind(":renewAt", promise.renewAt)
        $0.bind(":resource", promise.resource)
        $0.bind(":id", id)
      } > 0
    }
  }

  /// Its calls are believed no more.
  package func beginToEnd(_ id: WatchID) throws {
    try write { transaction in
      try transaction.connection.run(
        "UPDATE watches SET state = 'ending' WHERE id = :id AND state = 'live'"
      ) { $0.bind(":id", id) }
      return
    }
  }

  /// The provider has let go of it, or never heard of it.
  package func forget(_ id: WatchID) throws {
    try write { transaction in
      try transaction.connection.run("DELETE FROM watches WHERE id = :id") { $0.bind(":id", id) }
      return
    }
  }

  /// The calendar cannot be watched, and nobody asks again before that time.
  package func noteRefusal(_ calendar: CalendarID, reason: String, askAgainAt: Timestamp) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO watch_refusals (calendar_id, reason, ask_again_at)
        VALUES (:calendar, :reason, :askAgainAt)
        ON CONFLICT (calendar_id) DO UPDATE SET reason = :reason, ask_again_at = :askAgainAt
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":reason", reason)
        $0.bind(":askAgainAt", askAgainAt)
      }
      return
    }
  }

  /// What becomes of an account's watches when it is disconnected: nobody is believed any more.
  func forgetWatches(of connection: ConnectionID, in transaction: Transaction) throws {
    for calendar in try calendars(of: connection, transaction.connection) {
      try transaction.connection.run(
        "DELETE FROM watches INDEXED BY watches_of_calendar WHERE calendar_id = :calendar"
      ) { $0.bind(":calendar", calendar.id) }
    }
  }

  /// Whether anything can be booked into the calendar, or is and not over yet.
  func isInUse(
    _ calendar: CalendarID, now: Timestamp, _ database: SQLiteConnection
  ) throws -> Bool {
    try database.exists(
      """
      SELECT 1 FROM links INDEXED BY links_of_destination
      WHERE destination_calendar_id = :calendar AND (state = 'active' OR state = 'paused')
      UNION ALL
      SELECT 1 FROM claims
      WHERE calendar_id = :calendar AND start_at > :now - :longest AND end_at > :now
      LIMIT 1
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":now", now)
      $0.bind(":longest", Store.longestClaim)
    }
  }
}

extension Watch {
  /// From `id, calendar_id, state, secret_hash, asked_at, provider_id, resource, expires_at, renew_at,
  /// last_call_at`.
  init(row: Row) {
    let promise = row.optionalString(5).map {
      Promise(
        providerID: $0, resource: row.optionalString(6), expiresAt: row.timestamp(7),
        renewAt: row.timestamp(8))
    }
    self.init(
      id: row.identifier(0), calendar: row.identifier(1),
      state: State(rawValue: row.string(2)) ?? .ending, secretHash: row.blob(3),
      askedAt: row.timestamp(4), promise: promise, lastCallAt: row.optionalTimestamp(9))
  }
}
