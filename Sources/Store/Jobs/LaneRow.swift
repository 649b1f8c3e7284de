import Bookings
import Core
import Queue
import SQLite

/// A lane with what a claim has to know of it.
///
/// Whatever happens to a lane only asks for it to be looked at (`wakeAt`). The next claim does, and then the lane
/// either stands in the claim's queue with its first job (`firstRank`), or is to be looked at again at a time, or
/// neither: then only the end of one of its jobs, or a reset, can change anything.
///
/// `@unchecked Sendable`: a row is used by one thread at a time, on the writer's queue, or by the reader that has read
/// it.
final class LaneRow: @unchecked Sendable {
  var lane: Lane
  let policy: LanePolicy
  var wakeAt: Timestamp?
  /// The rank of the first job that may begin now; nil where none may.
  var firstRank: Int64?
  /// Nil where they have to be read.
  var heads: LaneHeads?
  /// Nil where they have to be read.
  var spans: [JobKind: LaneSpan]?
  /// As the database has it; nil where it has none.
  private var stored: Lane?
  /// Something of it may have changed since the last commit.
  var isUnwritten = false
  /// More than its spans may have.
  fileprivate var isChanged = false

  init(_ lane: Lane, _ policy: LanePolicy) {
    self.lane = lane
    self.policy = policy
  }

  func wake(at time: Timestamp) { wakeAt = min(wakeAt ?? time, time) }

  /// Its waiting jobs have changed in ways that only the database knows.
  func forgetHeads() { heads = nil }
}

extension Store {
  /// The lane, or one that nobody has used yet.
  func laneRow(_ id: LaneID, in transaction: Transaction) throws -> LaneRow {
    if let known = memory.look({ $0.lanes[id] }) { return known }
    let policy = try policyInForce(of: id, transaction.connection)
    let row =
      try laneRow(id, policy, now: transaction.now, transaction.connection)
      ?? LaneRow(Lane(id: id, policy: policy, now: transaction.now), policy)
    memory.look { $0.lanes.add(row) }
    return row
  }

  /// What is done to it is written with the commit.
  func laneToChange(_ id: LaneID, in transaction: Transaction) throws -> LaneRow {
    let row = try laneRow(id, in: transaction)
    row.isChanged = true
    memory.change { $0.lanes.note(row) }
    return row
  }

  /// As of the last commit; nil where nobody has used it.
  func laneRow(
    _ id: LaneID, _ policy: LanePolicy, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> LaneRow? {
    try connection.first(
      """
      SELECT id, admitted, waiting, tokens, tokens_at, not_before, breaker, failures, openings,
        open_until, reason, wake_at, first_rank
      FROM lanes WHERE id = :id
      """
    ) {
      $0.bind(":id", id.rawValue)
    } read: {
      LaneRow(row: $0, policy: policy, now: now)
    }
  }
}

extension LaneRow {
  func write(_ connection: SQLiteConnection) throws {
    invariant(lane.admitted >= 0 && lane.waiting >= 0, "a lane counts its jobs")
    if isChanged { try writeLane(connection) }
    try writeSpans(connection)
    (isUnwritten, isChanged) = (false, false)
  }

  private func writeLane(_ connection: SQLiteConnection) throws {
    if let stored {
      if stored.isAsOpen(as: lane) { try writeJobs(connection) } else { try writeAll(connection) }
    } else {
      try insert(connection)
    }
    stored = lane
  }

  /// Nothing but what every job changes.
  private func writeJobs(_ connection: SQLiteConnection) throws {
    try connection.run(
      """
      UPDATE lanes SET admitted = :admitted, waiting = :waiting, tokens = :tokens,
        tokens_at = :tokensAt, wake_at = :wakeAt, first_rank = :firstRank
      WHERE id = :id
      """, bindJobs)
  }

  private func writeAll(_ connection: SQLiteConnection) throws {
    try connection.run(
      """
      UPDATE lanes SET admitted = :admitted, waiting = :waiting, tokens = :tokens,
        tokens_at = :tokensAt, wake_at = :wakeAt, first_rank = :firstRank,
        not_before = :notBefore, breaker = :breaker, failures = :failures, openings = :openings,
        open_until = :openUntil, reason = :reason
      WHERE id = :id
      """, bind)
  }

  private func insert(_ connection: SQLiteConnection) throws {
    try connection.run(
      """
      INSERT INTO lanes (id, admitted, waiting, tokens, tokens_at, wake_at, first_rank, not_before,
        breaker, failures, openings, open_until, reason)
      VALUES (:id, :admitted, :waiting, :tokens, :tokensAt, :wakeAt, :firstRank, :notBefore,
        :breaker, :failures, :openings, :openUntil, :reason)
      """, bind)
  }

  private func bind(_ bindings: Bindings) {
    bindJobs(bindings)
    bindings.bind(":notBefore", lane.notBefore)
    bindings.bind(":breaker", lane.breaker.rawValue)
    bindings.bind(":failures", lane.failures)
    bindings.bind(":openings", lane.openings)
    bindings.bind(":openUntil", lane.openUntil)
    bindings.bind(":reason", lane.reason)
  }

  private func bindJobs(_ bindings: Bindings) {
    bindings.bind(":id", lane.id.rawValue)
    bindings.bind(":admitted", lane.admitted)
    bindings.bind(":waiting", lane.waiting)
    bindings.bind(":tokens", lane.tokens)
    bindings.bind(":tokensAt", lane.tokensAt)
    bindings.bind(":wakeAt", wakeAt)
    bindings.bind(":firstRank", firstRank)
  }

  fileprivate convenience init(row: Row, policy: LanePolicy, now: Timestamp) {
    var lane = Lane(id: LaneID(rawValue: row.string(0)), policy: policy, now: now)
    lane.admitted = row.int(1)
    lane.waiting = row.int(2)
    lane.tokens = row.double(3)
    lane.tokensAt = row.timestamp(4)
    lane.notBefore = row.optionalTimestamp(5)
    lane.breaker = Lane.Breaker(rawValue: row.string(6)) ?? .closed
    lane.failures = row.int(7)
    lane.openings = row.int(8)
    lane.openUntil = row.optionalTimestamp(9)
    lane.reason = row.optionalString(10)
    self.init(lane, policy)
    wakeAt = row.optionalTimestamp(11)
    firstRank = row.optionalInt(12).map(Int64.init)
    stored = lane
  }
}

// MARK: - Whose lane, and its limits

extension Store {
  /// The lane of the account that a calendar belongs to, for good.
  func lane(of calendar: CalendarID, _ connection: SQLiteConnection) throws -> LaneID? {
    if let known = calendarLanes.withLock({ $0[calendar] }) { return known }
    let account = try connection.first("SELECT connection_id FROM calendars WHERE id = :id") {
      $0.bind(":id", calendar)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
    guard let account else { return nil }
    calendarLanes.withLock { $0[calendar] = account }
    return account
  }

  /// What the lane may be asked for; nil where nothing limits it. A connection's provider never changes, so
  /// it is read once; a lane that is no connection's is its own kind of provider.
  func policy(of lane: LaneID, _ connection: SQLiteConnection) throws -> LanePolicy? {
    if let known = laneProviders.withLock({ $0[lane] }) { return lanePolicy(known) }
    let provider =
      try connection.first("SELECT provider FROM connections WHERE id = :id") {
        $0.bind(":id", lane.rawValue)
      } read: {
        $0.string(0)
      } ?? lane.rawValue
    laneProviders.withLock { $0[lane] = provider }
    return lanePolicy(provider)
  }

  /// For a lane in which jobs are: those that joined it under limits that are gone since go on without any.
  private func policyInForce(of lane: LaneID, _ connection: SQLiteConnection) throws -> LanePolicy {
    try policy(of: lane, connection) ?? LanePolicy(concurrency: 1000)
  }

  /// Nil for one that has no limits and has never had any.
  func policyIfUsed(of lane: LaneID, _ connection: SQLiteConnection) throws -> LanePolicy? {
    if let policy = try policy(of: lane, connection) { return policy }
    let isUsed = try connection.exists("SELECT 1 FROM lanes WHERE id = :id") {
      $0.bind(":id", lane.rawValue)
    }
    return isUsed ? try policyInForce(of: lane, connection) : nil
  }
}
