import Bookings
import Core
import Queue
import SQLite

extension Store {
  package func jobs(_ query: JobQuery) throws -> [JobRecord] { try jobs(query, only: nil) }

  package func job(_ id: JobID, of organization: String?) throws -> JobRecord? {
    try jobs(JobQuery(organization: organization, limit: 1), only: id).first
  }

  private func jobs(_ query: JobQuery, only id: JobID?) throws -> [JobRecord] {
    try read { connection in
      try connection.all(
        """
        SELECT id, kind, organization_id, queue, priority, state, payload, sequence, held, run_at,
          deadline_at, attempt, max_attempts, fence, reason, error_class, error_message, enqueued_at,
          started_at, finished_at,
          (SELECT e.id FROM jobs AS e INDEXED BY jobs_of_sequence
            WHERE jobs.held = 1 AND e.sequence = jobs.sequence AND e.id < jobs.id
              AND e.state IN ('available', 'executing', 'awaitingApproval', 'parked')
            ORDER BY e.id LIMIT 1)
        FROM jobs
        WHERE (:organization IS NULL OR organization_id = :organization)
          AND (:states = '' OR instr(:states, ' ' || state || ' '))
          AND (:kind IS NULL OR kind = :kind) AND (:queue IS NULL OR queue = :queue)
          AND (:since IS NULL OR enqueued_at >= :since)
          AND (:until IS NULL OR enqueued_at < :until)
          AND (:error IS NULL OR error_class = :error)
          AND id BETWEEN coalesce(:only, 1)
            AND coalesce(:only, :before - 1, 9223372036854775807)
        ORDER BY id DESC LIMIT :limit
        """
      ) {
        $0.bind(":organization", query.organization)
        $0.bind(
          ":states",
          query.states.isEmpty ? "" : " \(query.states.map(\.rawValue).joined(separator: " ")) ")
        $0.bind(":kind", query.kind?.rawValue)
        $0.bind(":queue", query.queue)
        $0.bind(":since", query.since)
        $0.bind(":until", query.until)
        $0.bind(":error", query.error?.rawValue)
        $0.bind(":before", query.before?.number)
        $0.bind(":only", id?.number)
        $0.bind(":limit", query.limit)
      } read: {
        JobRecord(row: $0)
      }
    }
  }

  /// Every claim of the job, first to last; a running one is not among them yet.
  package func attempts(of job: JobID) throws -> [AttemptRecord] {
    try read { connection in
      try connection.all(
        """
        SELECT fence, attempt, started_at, ended_at, outcome, error_class, error_message
        FROM attempts WHERE job_id = :job ORDER BY fence
        """
      ) {
        $0.bind(":job", job.number)
      } read: { row in
        AttemptRecord(
          fence: row.int(0), attempt: row.int(1), startedAt: row.timestamp(2),
          endedAt: row.timestamp(3), outcome: row.string(4),
          error: JobError(kind: row.optionalString(5), message: row.optionalString(6)))
      }
    }
  }

  /// Makes a job that failed, was cancelled, is parked or waits for its next attempt available at once, with
  /// at least one attempt to go. Later jobs of its sequence wait for it again.
  package func retryJob(_ id: JobID, of organization: String?) throws -> JobRetry {
    try write { transaction in
      let connection = transaction.connection
      let job = try connection.first(
        """
        SELECT state, sequence FROM jobs
        WHERE id = :id AND (:organization IS NULL OR organization_id = :organization)
        """
      ) {
        $0.bind(":id", id.number)
        $0.bind(":organization", organization)
      } read: {
        (state: JobState(rawValue: $0.string(0)), sequence: $0.optionalString(1))
      }
      guard let job, let state = job.state else { return .notFound }
      switch state {
      case .executing, .completed, .awaitingApproval: return .notRetryable(state)
      case .available, .cancelled, .discarded, .parked: break
      }
      if let sequence = job.sequence, state.isFinal {
        if let running = try self.hold(sequence, after: id, connection) {
          return .overtaken(by: running)
        }
      }
      try connection.run(
        """
        UPDATE jobs SET state = 'available', run_at = :now, finished_at = NULL, reason = NULL,
          max_attempts = max(max_attempts, attempt + 1),
          held = EXISTS (
            SELECT 1 FROM jobs AS e INDEXED BY jobs_of_sequence
            WHERE e.sequence = jobs.sequence AND e.id < jobs.id
              AND e.state IN ('available', 'executing', 'awaitingApproval', 'parked'))
        WHERE id = :id
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":id", id.number)
      }
      self.jobsReady.give()
      return .retried
    }
  }

  /// Lets the jobs of a sequence that come after `id` wait for it again; the id of one that is running
  /// already, where there is one.
  private func hold(
    _ sequence: String, after id: JobID, _ connection: SQLiteConnection
  ) throws -> JobID? {
    let running = try connection.first(
      """
      SELECT id FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND id > :id AND state = 'executing'
        AND state IN ('available', 'executing', 'awaitingApproval', 'parked')
      """
    ) {
      $0.bind(":sequence", sequence)
      $0.bind(":id", id.number)
    } read: {
      JobID(number: $0.int64(0))
    }
    if let running { return running }
    try connection.run(
      """
      UPDATE jobs SET held = 1
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_of_sequence
        WHERE sequence = :sequence AND id > :id
          AND state IN ('available', 'executing', 'awaitingApproval', 'parked'))
      """
    ) {
      $0.bind(":sequence", sequence)
      $0.bind(":id", id.number)
    }
    return nil
  }

  /// Makes an organization's parked jobs available: its owner has acted. The order is that of their ids.
  package func wakeParkedJobs(of organization: OrganizationID) throws -> Int {
    try write { transaction in
      let woken = try transaction.connection.run(
        """
        UPDATE jobs SET state = 'available', run_at = :now, reason = NULL
        WHERE state = 'parked' AND organization_id = :organization
        """
      ) {
        $0.bind(":now", transaction.now)
        $0.bind(":organization", organization)
      }
      if woken > 0 { self.jobsReady.give() }
      return woken
    }
  }
}

extension JobRecord {
  fileprivate init(row: Row) {
    self.init(
      id: JobID(number: row.int64(0)), kind: JobKind(rawValue: row.string(1)),
      organization: row.optionalString(2), queue: row.string(3), priority: row.int(4),
      state: JobState(rawValue: row.string(5)) ?? .discarded, payload: row.string(6),
      sequence: row.optionalString(7),
      heldBy: row.isNull(20) ? nil : JobID(number: row.int64(20)),
      runAt: row.timestamp(9), deadline: row.optionalTimestamp(10), attempt: row.int(11),
      maxAttempts: row.int(12), fence: row.int(13), reason: row.optionalString(14),
      error: JobError(kind: row.optionalString(15), message: row.optionalString(16)),
      enqueuedAt: row.timestamp(17), startedAt: row.optionalTimestamp(18),
      finishedAt: row.optionalTimestamp(19))
  }
}

extension JobError {
  fileprivate init?(kind: String?, message: String?) {
    guard let kind = kind.flatMap(ErrorClass.init(rawValue:)) else { return nil }
    self.init(kind, message ?? "")
  }
}
