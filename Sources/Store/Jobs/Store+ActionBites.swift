import Core
import Queue
import SQLite

// Actions on many. What is asked for stands in the file until the last of its jobs has been looked at, and how
// far it has come, from the newest down. A bite takes the place that it found there, in the transaction that
// applies it, so that no job meets an action twice, however many go on with it at once.

extension Store {
  /// Notes what is to be done; the bites follow.
  func begin(
    _ number: Int64, _ action: JobAction, on query: JobQuery, in transaction: Transaction
  ) throws {
    let states = action.verb.states(among: query.states)
    if states.isEmpty { return }
    try transaction.connection.run(
      """
      INSERT INTO actions_begun (action_id, before_job, effect_key, organization_id, states, kind,
        queue, lane, since_at, until_at, error_class)
      VALUES (:action, min(:before, (SELECT coalesce(max(id), 0) FROM jobs) + 1), :effectKey,
        :organization, :states, :kind, :queue, :lane, :since, :until, :error)
      """
    ) {
      $0.bind(":action", number)
      // Nothing that comes later is among them.
      $0.bind(":before", query.before?.number ?? .max)
      $0.bind(":effectKey", action.verb.effectKey)
      $0.bind(":organization", query.organization)
      $0.bind(":states", states.map(\.rawValue).joined(separator: " "))
      $0.bind(":kind", query.kind?.rawValue)
      $0.bind(":queue", query.queue)
      $0.bind(":lane", query.lane?.rawValue)
      $0.bind(":since", query.since)
      $0.bind(":until", query.until)
      $0.bind(":error", query.error?.rawValue)
    }
  }

  /// Goes on with those that a process has left that died.
  func finishActions() throws {
    let begun = try ask { connection in
      try connection.all("SELECT action_id FROM actions_begun ORDER BY action_id") { $0.int64(0) }
    }
    for number in begun { try finishAction(number) }
  }

  /// Returns when nothing is left of it, whoever has done it.
  func finishAction(_ number: Int64) throws {
    while let begun = try begun(number) {
      let ids = try read { try self.jobIDs(begun.query, $0) }
      try writeBite { try self.apply(begun, to: ids, in: $0) }
    }
  }

  /// Does nothing where another has been here since.
  private func apply(
    _ begun: BegunAction, to ids: [JobID], in transaction: Transaction
  ) throws {
    guard try take(begun, upTo: ids.last, transaction.connection) else { return }
    var applied = 0
    for id in ids {
      do {
        try apply(begun.action, to: id, number: begun.number, in: transaction)
        applied += 1
      } catch is JobActionRefusal {
        // It has moved on since it was found, or never fitted.
      }
    }
    try addJobs(applied, to: begun.number, transaction.connection)
  }

  /// Without a last job there are none left.
  private func take(
    _ begun: BegunAction, upTo last: JobID?, _ connection: SQLiteConnection
  ) throws -> Bool {
    guard let last else {
      return try connection.run(
        "DELETE FROM actions_begun WHERE action_id = :id AND before_job = :before"
      ) {
        $0.bind(":id", begun.number)
        $0.bind(":before", begun.query.before?.number)
      } == 1
    }
    return try connection.run(
      """
      UPDATE actions_begun SET before_job = :last WHERE action_id = :id AND before_job = :before
      """
    ) {
      $0.bind(":last", last.number)
      $0.bind(":id", begun.number)
      $0.bind(":before", begun.query.before?.number)
    } == 1
  }

  private func begun(_ number: Int64) throws -> BegunAction? {
    try ask { connection in
      try connection.first(
        """
        SELECT id, verb, effect_key, actions.organization_id, made_by, actions_begun.organization_id,
          states, kind, queue, lane, since_at, until_at, error_class, before_job
        FROM actions_begun JOIN actions ON id = action_id WHERE action_id = :id
        """
      ) {
        $0.bind(":id", number)
      } read: {
        BegunAction(row: $0)
      }
    }
  }

  // MARK: - Foretold

  /// The jobs that fit and are in a state to which the verb can apply, oldest last, some at a time.
  func forEachBite(
    of query: JobQuery, for verb: JobAction.Verb, _ body: ([JobID]) throws -> Void
  ) throws {
    var page = query
    page.states = verb.states(among: query.states)
    if page.states.isEmpty { return }
    page.limit = Store.actionBite
    while true {
      let ids = try read { try self.jobIDs(page, $0) }
      if ids.isEmpty { return }
      try body(ids)
      page.before = ids.last
    }
  }
}

/// An action on many, and the jobs that are left.
private struct BegunAction: Sendable {
  let number: Int64
  let action: JobAction
  let query: JobQuery

  init(row: Row) {
    number = row.int64(0)
    guard let verb = JobAction.Verb(name: row.string(1), effectKey: row.optionalString(2)) else {
      trap("the schema knows the verbs")
    }
    action = JobAction(verb, organization: row.optionalString(3), by: row.string(4))
    let states = row.string(6).split(separator: " ").compactMap { JobState(rawValue: String($0)) }
    var query = JobQuery(
      organization: row.optionalString(5), states: states, limit: Store.actionBite)
    query.kind = row.optionalString(7).map(JobKind.init(rawValue:))
    query.queue = row.optionalString(8)
    query.lane = row.optionalString(9).map(LaneID.init(rawValue:))
    query.since = row.optionalTimestamp(10)
    query.until = row.optionalTimestamp(11)
    query.error = row.optionalString(12).flatMap(ErrorClass.init(rawValue:))
    query.before = JobID(number: row.int64(13))
    self.query = query
  }
}
