import Bookings
import Core
import Queue
import SQLite

// What operators read. No answer depends on how long the history is: each question walks over an index of
// those that it is about.

extension Store {
  package func jobs(_ query: JobQuery) throws -> [JobRecord] {
    try read { connection in
      let ids = try jobIDs(query, connection)
      return try records(ids, connection)
    }
  }

  package func job(_ id: JobID, of organization: String?) throws -> JobRecord? {
    try read { connection in
      let found = try records([id], connection).first
      return organization == nil || found?.organization == organization ? found : nil
    }
  }

  /// Every claim of the job, first to last; a running one is not among them yet. The last claim of a job that
  /// has ended stands in the job itself.
  package func attempts(of job: JobID) throws -> [AttemptRecord] {
    try read { connection in
      let attempts = try connection.all(
        """
        SELECT fence, attempt, started_at, ended_at, outcome, error_class, error_message
        FROM attempts WHERE job_id = :job ORDER BY fence
        """
      ) {
        $0.bind(":job", job.number)
      } read: {
        AttemptRecord(row: $0)
      }
      guard let last = try lastAttempt(of: job, connection), last.fence != attempts.last?.fence
      else { return attempts }
      return attempts + [last]
    }
  }

  /// The claim with which the job has ended; nil where it has not, or has never been claimed.
  func lastAttempt(of job: JobID, _ connection: SQLiteConnection) throws -> AttemptRecord? {
    try connection.first(
      """
      SELECT fence, attempt, started_at, finished_at,
        CASE state WHEN 'completed' THEN 'completed' WHEN 'cancelled' THEN 'cancel' ELSE 'discard' END,
        error_class, error_message
      FROM jobs WHERE id = :job AND finished_at IS NOT NULL AND fence > 0
      """
    ) {
      $0.bind(":job", job.number)
    } read: {
      AttemptRecord(row: $0)
    }
  }

  // MARK: - Rows

  func records(_ ids: [JobID], _ connection: SQLiteConnection) throws -> [JobRecord] {
    let pauses = try self.pauses(connection)
    return try ids.compactMap { id in
      try connection.first(
        """
        SELECT id, kind, organization_id, state, payload, sequence, lane, waits_for, verdict, run_at,
          deadline_at, attempt, max_attempts, fence, reason, error_class, error_message, enqueued_at,
          started_at, finished_at
        FROM jobs WHERE id = :id
        """
      ) {
        $0.bind(":id", id.number)
      } read: {
        JobRow(row: $0)
      }.map { try self.record($0, pauses: pauses, connection) }
    }
  }

  private func record(
    _ row: JobRow, pauses: [Pause], _ connection: SQLiteConnection
  ) throws -> JobRecord {
    let policy = policy(row.kind)
    return JobRecord(
      id: row.id, kind: row.kind, organization: row.organization, queue: policy.queue,
      priority: policy.priority, state: row.state, payload: row.payload, sequence: row.sequence,
      lane: row.lane, obstacle: try obstacle(of: row, policy, pauses, connection),
      verdict: row.verdict, runAt: row.runAt, deadline: row.deadline, attempt: row.attempt,
      maxAttempts: row.maxAttempts, fence: row.fence, reason: row.reason, error: row.error,
      enqueuedAt: row.enqueuedAt, startedAt: row.startedAt, finishedAt: row.finishedAt)
  }

  private func obstacle(
    of job: JobRow, _ policy: EnqueuePolicy, _ pauses: [Pause], _ connection: SQLiteConnection
  ) throws -> JobObstacle? {
    guard job.state == .available else { return nil }
    if job.waitsFor == "sequence", let sequence = job.sequence,
      let first = try first(of: sequence, connection), first != job.id
    {
      return .sequence(first)
    }
    if try policy == .unknown || !isTaken(job.kind, connection) { return .noHandler }
    if job.verdict != nil { return nil }
    let pause = pauses.first {
      $0.name == ($0.scope == .kind ? job.kind.rawValue : policy.queue)
    }
    if let pause { return .paused(pause) }
    guard job.waitsFor == "lane", let id = job.lane,
      let limits = try policyIfUsed(of: id, connection)
    else { return nil }
    let now = database.time.now()
    guard let lane = try laneRow(id, limits, now: now, connection)?.lane else { return nil }
    guard let words = lane.obstacle(now: now, policy: limits) else { return nil }
    return .lane(words, isBroken: lane.breaker != .closed)
  }

  /// The sequence's first job that has not ended.
  private func first(of sequence: String, _ connection: SQLiteConnection) throws -> JobID? {
    try connection.first(
      """
      SELECT id FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL ORDER BY id LIMIT 1
      """
    ) {
      $0.bind(":sequence", sequence)
    } read: {
      JobID(number: $0.int64(0))
    }
  }
}

/// A job's row as it stands, before anything is made of it.
private struct JobRow {
  let id: JobID
  let kind: JobKind
  let organization: String?
  let state: JobState
  let payload: String
  let sequence: String?
  let lane: LaneID?
  let waitsFor: String?
  let verdict: Verdict?
  let runAt: Timestamp
  let deadline: Timestamp?
  let attempt: Int
  let maxAttempts: Int
  let fence: Int
  let reason: String?
  let error: JobError?
  let enqueuedAt: Timestamp
  let startedAt: Timestamp?
  let finishedAt: Timestamp?

  init(row: Row) {
    id = JobID(number: row.int64(0))
    kind = JobKind(rawValue: row.string(1))
    organization = row.optionalString(2)
    state = JobState(rawValue: row.string(3)) ?? .discarded
    payload = row.string(4)
    sequence = row.optionalString(5)
    lane = row.optionalString(6).map(LaneID.init(rawValue:))
    waitsFor = row.optionalString(7)
    verdict = row.optionalString(8).flatMap(Verdict.init(rawValue:))
    runAt = row.timestamp(9)
    deadline = row.optionalTimestamp(10)
    attempt = row.int(11)
    maxAttempts = row.int(12)
    fence = row.int(13)
    reason = row.optionalString(14)
    error = JobError(kind: row.optionalString(15), message: row.optionalString(16))
    enqueuedAt = row.timestamp(17)
    startedAt = row.optionalTimestamp(18)
    finishedAt = row.optionalTimestamp(19)
  }
}

extension AttemptRecord {
  fileprivate init(row: Row) {
    self.init(
      fence: row.int(0), attempt: row.int(1), startedAt: row.timestamp(2),
      endedAt: row.timestamp(3), outcome: row.string(4),
      error: JobError(kind: row.optionalString(5), message: row.optionalString(6)))
  }
}

extension JobError {
  fileprivate init?(kind: String?, message: String?) {
    guard let kind = kind.flatMap(ErrorClass.init(rawValue:)) else { return nil }
    self.init(kind, message ?? "")
  }
}
