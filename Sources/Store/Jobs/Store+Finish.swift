import Bookings
import Core
import Intake
import Queue
import SQLite

extension Store: JobStore {
  package func finish(
    _ job: ClaimedJob, _ finish: Finish, effects: [Effect], record: Settlement?,
    followUps: [NewJob], completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      let state = try self.end(job, finish, in: transaction)
      for effect in effects { try self.know(effect, of: job.lease.job, in: transaction) }
      let applies = try record.map { try self.settle($0, in: transaction) } ?? true
      if applies {
        for job in followUps { _ = try self.enqueue(job, in: transaction) }
      }
      if let sequence = job.sequence, state.isFinal {
        try self.releaseNext(in: sequence, transaction)
      }
    }) { [changes] result in
      if case .success = result {
        changes.tell(.job(job.lease.job))
        if let record { changes.tell(.booking(record.booking)) }
      }
      completion(result)
    }
  }

  /// Ends a claim and returns the job's state. A job on which somebody has pronounced meanwhile does not go on
  /// waiting: it is available at once, to be ended.
  private func end(
    _ job: ClaimedJob, _ finish: Finish, in transaction: Transaction
  ) throws -> JobState {
    var state = finish.next.state
    var rejoins = state == .available && job.lane != nil
    let isPlain =
      finish.next == .completed && finish.error == nil && !finish.givesAttemptBack
      && job.lease.fence == 1
    let isEnded =
      isPlain
      ? try complete(job, in: transaction)
      : try end(job, finish, rejoins: rejoins, in: transaction)
    if !isEnded {
      guard try endWithVerdict(job, finish, in: transaction) else {
        throw JobStoreError.leaseLost(job.lease)
      }
      if !state.isFinal { state = .available }
      rejoins = false
    }
    count(job.kind, from: .executing, to: state, in: transaction)
    // The last attempt of a job stands in its own row; most jobs have no other.
    if !state.isFinal {
      try insertAttempt(
        job: job.lease.job, fence: job.lease.fence, attempt: job.attempt,
        startedAt: job.startedAt, outcome: finish.outcome, error: finish.error, in: transaction)
    }
    if let lane = job.lane { try leave(lane, reporting: finish.lane, in: transaction) }
    if rejoins, let runAt = finish.next.runAt {
      let id = job.lease.job
      try joinLane(
        WaitingJob(id: id, kind: job.kind, lane: job.lane, runAt: runAt), in: transaction)
    } else if state == .available {
      jobsReady.give()
    }
    return state
  }

  /// A job that is done at its first claim, as nearly all are: nothing has been noted of it that has to be
  /// cleared, and fewer indexes are touched. False as below.
  private func complete(_ job: ClaimedJob, in transaction: Transaction) throws -> Bool {
    try transaction.connection.run(
      """
      UPDATE jobs SET state = 'completed', admitted = 0, lease_until = NULL, process_id = NULL,
        finished_at = :now
      WHERE id = :id AND state = 'executing' AND fence = :fence AND verdict IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":id", job.lease.job.number)
      $0.bind(":fence", job.lease.fence)
    } == 1
  }

  /// False where the lease is lost, or somebody has pronounced on the job.
  private func end(
    _ job: ClaimedJob, _ finish: Finish, rejoins: Bool, in transaction: Transaction
  ) throws -> Bool {
    let next = finish.next
    return try transaction.connection.run(
      """
      UPDATE jobs SET state = :state, aside = :aside, waits_for = :waitsFor,
        run_at = coalesce(:runAt, run_at), reason = :reason, admitted = 0, lease_until = NULL, process_id = NULL,
        error_class = :errorClass, error_message = :errorMessage, finished_at = :finishedAt,
        attempt = attempt - :givenBack
      WHERE id = :id AND state = 'executing' AND fence = :fence AND verdict IS NULL
      """
    ) {
      $0.bind(":state", next.state.rawValue)
      $0.bind(":aside", next.state.aside)
      $0.bind(":waitsFor", rejoins ? "lane" : nil)
      $0.bind(":runAt", next.runAt)
      $0.bind(":reason", next.reason)
      $0.bind(":errorClass", finish.error?.kind.rawValue)
      $0.bind(":errorMessage", finish.error?.message)
      $0.bind(":finishedAt", next.state.isFinal ? transaction.now : nil)
      $0.bind(":givenBack", finish.givesAttemptBack)
      $0.bind(":id", job.lease.job.number)
      $0.bind(":fence", job.lease.fence)
    } == 1
  }

  /// False where the lease is lost.
  private func endWithVerdict(
    _ job: ClaimedJob, _ finish: Finish, in transaction: Transaction
  ) throws -> Bool {
    let state = finish.next.state.isFinal ? finish.next.state : .available
    return try transaction.connection.run(
      """
      UPDATE jobs SET state = :state, aside = :aside, waits_for = NULL, run_at = :now,
        reason = coalesce(:reason, reason), admitted = 0, lease_until = NULL, process_id = NULL,
        error_class = :errorClass, error_message = :errorMessage, finished_at = :finishedAt,
        attempt = attempt - :givenBack
      WHERE id = :id AND state = 'executing' AND fence = :fence
      """
    ) {
      $0.bind(":state", state.rawValue)
      $0.bind(":aside", state.aside)
      $0.bind(":now", transaction.now)
      $0.bind(":reason", finish.next.reason)
      $0.bind(":errorClass", finish.error?.kind.rawValue)
      $0.bind(":errorMessage", finish.error?.message)
      $0.bind(":finishedAt", state.isFinal ? transaction.now : nil)
      $0.bind(":givenBack", finish.givesAttemptBack)
      $0.bind(":id", job.lease.job.number)
      $0.bind(":fence", job.lease.fence)
    } == 1
  }

  func insertAttempt(
    job: JobID, fence: Int, attempt: Int, startedAt: Timestamp, outcome: String, error: JobError?,
    in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO attempts (job_id, fence, attempt, started_at, ended_at, outcome, error_class,
        error_message)
      VALUES (:job, :fence, :attempt, :startedAt, :now, :outcome, :errorClass, :errorMessage)
      """
    ) {
      $0.bind(":job", job.number)
      $0.bind(":fence", fence)
      $0.bind(":attempt", attempt)
      $0.bind(":startedAt", startedAt)
      $0.bind(":now", transaction.now)
      $0.bind(":outcome", outcome)
      $0.bind(":errorClass", error?.kind.rawValue)
      $0.bind(":errorMessage", error?.message)
    }
  }
}

extension Finish.Next {
  var state: JobState {
    switch self {
    case .completed: .completed
    case .cancelled: .cancelled
    case .discarded: .discarded
    case .parked: .parked
    case .again: .available
    }
  }

  fileprivate var runAt: Timestamp? {
    if case .again(let at) = self { at } else { nil }
  }

  fileprivate var reason: String? {
    switch self {
    case .cancelled(let reason), .parked(let reason): reason
    case .discarded(let reason): reason
    case .completed, .again: nil
    }
  }
}

extension JobState {
  /// What the column of this name says: nothing where a job is on its way or has ended well.
  var aside: String? {
    switch self {
    case .available, .executing, .completed: nil
    case .cancelled, .discarded, .awaitingApproval, .parked: rawValue
    }
  }
}
