import Core
import Queue
import SQLite

extension Store {
  /// Adds a job to a transaction. It is held while an earlier job of its sequence lives.
  func enqueue(_ job: NewJob, in transaction: Transaction) throws -> JobID {
    let policy = policy(job.kind)
    let connection = transaction.connection
    let isHeld = try job.sequence.map { try sequenceIsBusy($0, connection) } ?? false
    try connection.run(
      """
      INSERT INTO jobs (kind, organization_id, queue, priority, state, payload, sequence, held,
        run_at, deadline_at, max_attempts, enqueued_at)
      VALUES (:kind, :organization, :queue, :priority, 'available', :payload, :sequence, :held,
        :runAt, :deadline, :maxAttempts, :now)
      """
    ) {
      $0.bind(":kind", job.kind.rawValue)
      $0.bind(":organization", job.organization)
      $0.bind(":queue", policy.queue)
      $0.bind(":priority", policy.priority)
      $0.bind(":payload", String(decoding: job.payload.serialized(), as: UTF8.self))
      $0.bind(":sequence", job.sequence)
      $0.bind(":held", isHeld)
      $0.bind(":runAt", job.runAt ?? transaction.now)
      $0.bind(":deadline", job.deadline)
      $0.bind(":maxAttempts", policy.maxAttempts)
      $0.bind(":now", transaction.now)
    }
    let id = JobID(number: connection.lastInsertedRow)
    if !isHeld { jobsReady.give() }
    return id
  }

  private func sequenceIsBusy(_ sequence: String, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence
        AND state IN ('available', 'executing', 'awaitingApproval', 'parked')
      LIMIT 1
      """
    ) { $0.bind(":sequence", sequence) }
  }
}
