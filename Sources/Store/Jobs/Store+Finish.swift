import Bookings
import Core
import Intake
import Queue
import SQLite

extension Store: JobStore {
  package func finish(
    _ job: ClaimedJob, _ finish: Finish, record: Settlement?, followUps: [NewJob],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    database.writer.submit({ transaction in
      try self.end(job.lease, finish, in: transaction)
      try self.insertAttempt(
        job: job.lease.job, fence: job.lease.fence, attempt: job.attempt,
        startedAt: job.startedAt, outcome: finish.outcome, error: finish.error, in: transaction)
      let applies = try record.map { try self.settle($0, in: transaction) } ?? true
      if applies {
        for job in followUps { _ = try self.enqueue(job, in: transaction) }
      }
      if let sequence = job.sequence, finish.next.state.isFinal {
        try self.releaseNext(in: sequence, transaction.connection)
      }
    }) { [changes] result in
      if case .success = result {
        changes.tell(.job(job.lease.job))
        if let record { changes.tell(.booking(record.booking)) }
      }
      completion(result)
    }
  }

  /// The one statement that ends a claim: it matches the runner's own lease or nothing.
  private func end(_ lease: Lease, _ finish: Finish, in transaction: Transaction) throws {
    let state = finish.next.state
    let ended = try transaction.connection.run(
      """
      UPDATE jobs SET state = :state, run_at = coalesce(:runAt, run_at), lease_until = NULL,
        process_id = NULL, reason = :reason, error_class = :errorClass,
        error_message = :errorMessage, finished_at = :finishedAt, attempt = attempt - :givenBack
      WHERE id = :id AND state = 'executing' AND fence = :fence
      """
    ) {
      $0.bind(":state", state.rawValue)
      $0.bind(":runAt", finish.next.runAt)
      $0.bind(":reason", finish.next.reason)
      $0.bind(":errorClass", finish.error?.kind.rawValue)
      $0.bind(":errorMessage", finish.error?.message)
      $0.bind(":finishedAt", state.isFinal ? transaction.now : nil)
      $0.bind(":givenBack", finish.givesAttemptBack)
      $0.bind(":id", lease.job.number)
      $0.bind(":fence", lease.fence)
    }
    guard ended == 1 else { throw JobStoreError.leaseLost(lease) }
    if state == .available { jobsReady.give() }
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

  /// The sequence's next job may run now.
  func releaseNext(in sequence: String, _ connection: SQLiteConnection) throws {
    let released = try connection.run(
      """
      UPDATE jobs SET held = 0
      WHERE held = 1 AND id = (
        SELECT id FROM jobs INDEXED BY jobs_of_sequence
        WHERE sequence = :sequence
          AND state IN ('available', 'executing', 'awaitingApproval', 'parked')
        ORDER BY id LIMIT 1)
      """
    ) { $0.bind(":sequence", sequence) }
    if released > 0 { jobsReady.give() }
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
    case .completed, .discarded, .again: nil
    }
  }
}
