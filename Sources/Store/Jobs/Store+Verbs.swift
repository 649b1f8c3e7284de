import Core
import Queue
import SQLite

// The operators' verbs, on one job in one transaction.

extension Store {
  /// Throws `JobActionRefusal` before anything is changed.
  func apply(
    _ action: JobAction, to id: JobID, number: Int64, in transaction: Transaction
  ) throws {
    let job = try operated(id, of: action.organization, transaction.connection)
    try check(action.verb, job, now: transaction.now, transaction.connection)
    if job.before.state.isFinal, let sequence = job.live.sequence {
      try hold(sequence, after: id, in: transaction)
    }
    try record(job.before, number: number, transaction.connection)
    switch action.verb {
    case .retry, .runNow: try makeAvailable(job, in: transaction)
    case .cancel: try pronounce(.cancel, on: job, by: action.by, in: transaction)
    case .discard: try pronounce(.discard, on: job, by: action.by, in: transaction)
    case .acceptEffect(let key):
      try know(Effect(key: key, state: .confirmed), of: id, in: transaction)
      try makeAvailable(job, in: transaction)
    case .resendEffect(let key):
      try know(Effect(key: key, state: .absent), of: id, in: transaction)
      try makeAvailable(job, in: transaction)
    }
    transaction.notes.afterCommit { [changes] in changes.tell(.job(id)) }
  }

  // MARK: - What applies

  /// Throws `JobActionRefusal` where the verb does not apply; reads only.
  func check(
    _ verb: JobAction.Verb, _ job: OperatedJob, now: Timestamp, _ connection: SQLiteConnection
  ) throws {
    switch verb {
    case .retry: try checkRetry(job, connection)
    case .runNow: try checkRunNow(job, now: now)
    case .cancel, .discard: try job.checkEnding()
    case .acceptEffect(let key), .resendEffect(let key):
      try checkRetry(job, connection)
      try checkUncertain(key, of: job.before.id, connection)
    }
  }

  private func checkRetry(_ job: OperatedJob, _ connection: SQLiteConnection) throws {
    switch job.before.state {
    case .executing, .completed, .awaitingApproval:
      throw JobActionRefusal.wrongState(job.before.state)
    case .available, .parked:
      if let verdict = job.live.verdict { throw JobActionRefusal.decided(verdict) }
    case .cancelled, .discarded:
      if let sequence = job.live.sequence,
        let later = try running(in: sequence, after: job.before.id, connection)
      {
        throw JobActionRefusal.overtaken(by: later)
      }
      if let key = job.uniqueKey, let other = try liveJob(key, connection) {
        throw JobActionRefusal.replaced(by: other)
      }
    }
  }

  private func checkRunNow(_ job: OperatedJob, now: Timestamp) throws {
    guard job.before.state == .available else {
      throw JobActionRefusal.wrongState(job.before.state)
    }
    if let verdict = job.live.verdict { throw JobActionRefusal.decided(verdict) }
    if job.before.runAt <= now { throw JobActionRefusal.notWaiting }
  }

  private func checkUncertain(
    _ key: String, of job: JobID, _ connection: SQLiteConnection
  ) throws {
    let state = try connection.first(
      "SELECT state FROM effects WHERE job_id = :job AND key = :key"
    ) {
      $0.bind(":job", job.number)
      $0.bind(":key", key)
    } read: {
      Effect.State(rawValue: $0.string(0))
    }
    guard let state, state?.mayHaveLanded == true else { throw JobActionRefusal.noSuchEffect }
  }

  // MARK: - What is done

  /// Available at once, with at least one attempt to go.
  private func makeAvailable(_ job: OperatedJob, in transaction: Transaction) throws {
    let id = job.before.id
    let connection = transaction.connection
    if job.before.state.isFinal, let last = try lastAttempt(of: id, connection) {
      // Until now the job's own row told of its last attempt.
      try keep(last, of: id, connection)
    }
    if job.before.state == .available { try leaveLane(job.live, in: transaction) }
    let isHeld = try isHeld(id, in: job.live.sequence, connection)
    try connection.run(
      """
      UPDATE jobs SET state = 'available', aside = NULL, run_at = :now, finished_at = NULL, reason = NULL,
        verdict = NULL, deaths = 0, waits_for = :waitsFor, in_order = NULL,
        max_attempts = max(max_attempts, attempt + 1)
      WHERE id = :id
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":waitsFor", isHeld ? "sequence" : nil)
      $0.bind(":id", id.number)
    }
    count(job.live.kind, from: job.before.state, to: .available, in: transaction)
    if !isHeld {
      try place(
        WaitingJob(id: id, kind: job.live.kind, lane: job.live.lane, runAt: transaction.now),
        in: transaction)
    }
  }

  /// Lets the job end as soon as the ones before it have: its handler is asked to tell whoever waits.
  private func pronounce(
    _ verdict: Verdict, on job: OperatedJob, by: String, in transaction: Transaction
  ) throws {
    let id = job.before.id
    let isRunning = job.before.state == .executing
    if job.before.state == .available { try leaveLane(job.live, in: transaction) }
    let isHeld = try isHeld(id, in: job.live.sequence, transaction.connection)
    try transaction.connection.run(
      """
      UPDATE jobs SET verdict = :verdict, reason = :reason,
        state = CASE WHEN state = 'executing' THEN state ELSE 'available' END, aside = NULL,
        run_at = :now, in_order = NULL,
        waits_for = CASE WHEN state = 'executing' THEN NULL ELSE :waitsFor END
      WHERE id = :id
      """
    ) {
      $0.bind(":verdict", verdict.rawValue)
      $0.bind(":reason", "\(verdict == .cancel ? "cancelled" : "discarded") by \(by)")
      $0.bind(":now", transaction.now)
      $0.bind(":waitsFor", isHeld ? "sequence" : nil)
      $0.bind(":id", id.number)
    }
    if !isRunning {
      count(job.live.kind, from: job.before.state, to: .available, in: transaction)
    }
    jobsReady.give()
  }

  /// Undoes an action on one job; false where the job has begun since, or has ended.
  func putBack(_ before: JobBefore, in transaction: Transaction) throws -> Bool {
    let connection = transaction.connection
    guard let now = try? operated(before.id, of: nil, connection), now.before.fence == before.fence
    else { return false }
    if before.state == .executing {
      guard now.before.state == .executing else { return false }
      try connection.run("UPDATE jobs SET verdict = NULL, reason = :reason WHERE id = :id") {
        $0.bind(":reason", before.reason)
        $0.bind(":id", before.id.number)
      }
      return true
    }
    guard now.before.state == .available else { return false }
    try leaveLane(now.live, in: transaction)
    let isHeld =
      try before.state == .available && isHeld(before.id, in: now.live.sequence, connection)
    try connection.run(
      """
      UPDATE jobs SET state = :state, aside = :aside, run_at = :runAt, finished_at = :finishedAt,
        reason = :reason,
        verdict = NULL, waits_for = :waitsFor, in_order = NULL, max_attempts = :maxAttempts
      WHERE id = :id
      """
    ) {
      $0.bind(":state", before.state.rawValue)
      $0.bind(":aside", before.state.aside)
      $0.bind(":runAt", before.runAt)
      $0.bind(":finishedAt", before.finishedAt)
      $0.bind(":reason", before.reason)
      $0.bind(":waitsFor", isHeld ? "sequence" : nil)
      $0.bind(":maxAttempts", before.maxAttempts)
      $0.bind(":id", before.id.number)
    }
    count(now.live.kind, from: .available, to: before.state, in: transaction)
    if before.state == .available, !isHeld {
      try place(
        WaitingJob(
          id: before.id, kind: now.live.kind, lane: now.live.lane, runAt: before.runAt),
        in: transaction)
    }
    if before.state.isFinal, let sequence = now.live.sequence {
      try releaseNext(in: sequence, transaction)
    }
    transaction.notes.afterCommit { [changes] in changes.tell(.job(before.id)) }
    return true
  }

  // MARK: - Rows

  func operated(
    _ id: JobID, of organization: String?, _ connection: SQLiteConnection
  ) throws -> OperatedJob {
    let job = try connection.first(
      """
      SELECT id, fence, state, run_at, max_attempts, finished_at, reason, unique_key, sequence,
        kind, lane, waits_for, verdict
      FROM jobs
      WHERE id = :id AND (:organization IS NULL OR organization_id = :organization)
      """
    ) {
      $0.bind(":id", id.number)
      $0.bind(":organization", organization)
    } read: {
      OperatedJob(row: $0)
    }
    guard let job else { throw JobActionRefusal.notFound }
    return job
  }

  private func record(
    _ job: JobBefore, number: Int64, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      INSERT INTO action_jobs (action_id, job_id, fence, state, run_at, max_attempts, finished_at,
        reason)
      VALUES (:action, :job, :fence, :state, :runAt, :maxAttempts, :finishedAt, :reason)
      """
    ) {
      $0.bind(":action", number)
      $0.bind(":job", job.id.number)
      $0.bind(":fence", job.fence)
      $0.bind(":state", job.state.rawValue)
      $0.bind(":runAt", job.runAt)
      $0.bind(":maxAttempts", job.maxAttempts)
      $0.bind(":finishedAt", job.finishedAt)
      $0.bind(":reason", job.reason)
    }
  }

  private func keep(
    _ attempt: AttemptRecord, of job: JobID, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      INSERT INTO attempts (job_id, fence, attempt, started_at, ended_at, outcome, error_class,
        error_message)
      VALUES (:job, :fence, :attempt, :startedAt, :endedAt, :outcome, :errorClass, :errorMessage)
      ON CONFLICT DO NOTHING
      """
    ) {
      $0.bind(":job", job.number)
      $0.bind(":fence", attempt.fence)
      $0.bind(":attempt", attempt.attempt)
      $0.bind(":startedAt", attempt.startedAt)
      $0.bind(":endedAt", attempt.endedAt)
      $0.bind(":outcome", attempt.outcome)
      $0.bind(":errorClass", attempt.error?.kind.rawValue)
      $0.bind(":errorMessage", attempt.error?.message)
    }
  }
}

/// A job that an operator has in hand.
struct OperatedJob {
  let before: JobBefore
  let live: LiveJob
  let uniqueKey: String?

  init(row: Row) {
    before = JobBefore(row: row)
    uniqueKey = row.optionalString(7)
    live = LiveJob(
      id: before.id, kind: JobKind(rawValue: row.string(9)), fence: before.fence,
      state: before.state, sequence: row.optionalString(8),
      lane: row.optionalString(10).map(LaneID.init(rawValue:)),
      waitsFor: row.optionalString(11),
      verdict: row.optionalString(12).flatMap(Verdict.init(rawValue:)))
  }

  func checkEnding() throws(JobActionRefusal) {
    if before.state.isFinal { throw .wrongState(before.state) }
    if let verdict = live.verdict { throw .decided(verdict) }
  }
}
