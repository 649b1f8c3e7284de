import Bookings
import Core
import Queue
import SQLite

// Incidents, whoever has found them: a page, a job, the renewal of a token. Each begins in one transaction with
// the job that tells its owner, and there is one at a time of each, so that neither a crash nor another process
// tells anybody twice or not at all.

extension Store {
  /// What is found to be the matter; without `calendar` and `use`, with the whole account.
  struct Trouble: Sendable {
    let connection: ConnectionID
    var calendar: CalendarID?
    var use: CalendarUse?
    let cause: Incident.Cause
    let reason: String
  }

  /// Returns the incident that goes on with this trouble, begun now or earlier.
  func note(
    _ trouble: Trouble, in transaction: Transaction
  ) throws -> (cause: Incident.Cause, isNew: Bool) {
    var standing = try incidentGoingOn(like: trouble, transaction.connection)
    // What was thought to pass by itself needs somebody after all: that is news.
    if let passing = standing, passing.cause == .provider, trouble.cause == .owner {
      try end(passing.id, in: transaction)
      standing = nil
    }
    let incident =
      try standing ?? (try insert(trouble, in: transaction), trouble.cause, isTold: false)
    if !incident.isTold, incident.cause != .operator,
      try !isTold(trouble, otherwiseThanBy: incident.id, transaction.connection)
    {
      try tellOwner(of: incident.id, trouble, in: transaction)
    }
    return (incident.cause, standing == nil)
  }

  private func incidentGoingOn(
    like trouble: Trouble, _ connection: SQLiteConnection
  ) throws -> (id: Int64, cause: Incident.Cause, isTold: Bool)? {
    try connection.first(
      """
      SELECT id, cause, told_at IS NOT NULL FROM incidents INDEXED BY incidents_going_on
      WHERE connection_id = :connection AND coalesce(calendar_id, '') = :calendar
        AND coalesce(use, '') = :use AND ended_at IS NULL
      """
    ) {
      $0.bind(":connection", trouble.connection)
      $0.bind(":calendar", trouble.calendar?.text ?? "")
      $0.bind(":use", trouble.use?.rawValue ?? "")
    } read: {
      (id: $0.int64(0), cause: Incident.Cause(rawValue: $0.string(1)) ?? .owner, isTold: $0.bool(2))
    }
  }

  private func insert(_ trouble: Trouble, in transaction: Transaction) throws -> Int64 {
    try transaction.connection.run(
      """
      INSERT INTO incidents (connection_id, calendar_id, use, cause, reason, began_at)
      VALUES (:connection, :calendar, :use, :cause, :reason, :now)
      """
    ) {
      $0.bind(":connection", trouble.connection)
      $0.bind(":calendar", trouble.calendar)
      $0.bind(":use", trouble.use?.rawValue)
      $0.bind(":cause", trouble.cause.rawValue)
      $0.bind(":reason", trouble.reason)
      $0.bind(":now", transaction.now)
    }
    return transaction.connection.lastInsertedRow
  }

  /// Whether the owner has heard of something that goes on with the account and says as much: an account that
  /// is down is one thing to hear of, however many calendars it has, and that it has to be connected again says
  /// it all.
  private func isTold(
    _ trouble: Trouble, otherwiseThanBy incident: Int64, _ connection: SQLiteConnection
  ) throws -> Bool {
    if trouble.use == nil { return false }
    return try connection.exists(
      """
      SELECT 1 FROM incidents INDEXED BY incidents_going_on
      WHERE connection_id = :connection AND ended_at IS NULL AND id <> :incident
        AND told_at IS NOT NULL AND cause IN ('owner', :cause)
      """
    ) {
      $0.bind(":connection", trouble.connection)
      $0.bind(":incident", incident)
      $0.bind(":cause", trouble.cause.rawValue)
    }
  }

  private func tellOwner(
    of incident: Int64, _ trouble: Trouble, in transaction: Transaction
  ) throws {
    try transaction.connection.run("UPDATE incidents SET told_at = :now WHERE id = :id") {
      $0.bind(":now", transaction.now)
      $0.bind(":id", incident)
    }
    let account = try connection(trouble.connection, transaction.connection)?.connection
    _ = try enqueue(
      NewJob(
        kind: .invitation, payload: IncidentPayload(incident: incident, use: trouble.use).json,
        organization: account?.organization.text, sequence: "mail:incident:\(incident)", lane: .mail
      ),
      in: transaction)
  }

  private func end(_ incident: Int64, in transaction: Transaction) throws {
    try transaction.connection.run(
      "UPDATE incidents SET ended_at = max(began_at, :now) WHERE id = :id"
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":id", incident)
    }
  }

  /// What an owner is told of under an incident's number.
  package func incident(_ number: Int64) throws -> Incident? {
    try read { connection in
      try connection.first(
        """
        SELECT i.id, i.use, i.cause, i.began_at, i.ended_at, c.name, n.name,
          (SELECT count(*) FROM jobs INDEXED BY jobs_parked_in_lane
           WHERE aside = 'parked' AND lane = n.id),
          h.id, h.organization_id, h.name, h.email, h.time_zone
        FROM incidents AS i
          JOIN connections AS n ON n.id = i.connection_id
          JOIN hosts AS h ON h.id = n.host_id
          LEFT JOIN calendars AS c ON c.id = i.calendar_id
        WHERE i.id = :id
        """
      ) {
        $0.bind(":id", number)
      } read: { row in
        Incident(
          number: row.int64(0), use: row.optionalString(1).flatMap(CalendarUse.init(rawValue:)),
          cause: Incident.Cause(rawValue: row.string(2)) ?? .owner, beganAt: row.timestamp(3),
          endedAt: row.optionalTimestamp(4), calendarName: row.optionalString(5),
          connectionName: row.string(6), waitingJobs: row.int(7),
          owner: HostRecord(
            id: row.identifier(8), organization: row.identifier(9), name: row.string(10),
            email: row.string(11), timeZone: row.string(12)))
      }
    }
  }

  /// What is wrong with an account, or else with one of its calendars, in words; nil where nothing is known.
  package func trouble(of connection: ConnectionID) throws -> String? {
    try ask { database in
      try database.first(
        """
        SELECT reason FROM incidents INDEXED BY incidents_going_on
        WHERE connection_id = :connection AND ended_at IS NULL
        ORDER BY use IS NOT NULL, id LIMIT 1
        """
      ) {
        $0.bind(":connection", connection)
      } read: {
        $0.string(0)
      }
    }
  }

  /// Forgets a bite of those that are over; true where more may be left.
  package func pruneIncidents(endedBefore limit: Timestamp) throws -> Bool {
    try write { transaction in
      try transaction.connection.run(
        """
        DELETE FROM incidents WHERE id IN (
          SELECT id FROM incidents INDEXED BY incidents_by_age
          WHERE ended_at IS NOT NULL AND ended_at < :limit LIMIT :bite)
        """
      ) {
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      } == Store.pruneBite
    }
  }
}
