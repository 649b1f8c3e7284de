import Core
import Queue
import SQLite

// A sequence: the jobs of one booking, strictly in order of their ids. The first that has not ended is the
// only one that can be ready; each that ends lets the next go on.

extension Store {
  func sequenceIsBusy(_ sequence: String, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL LIMIT 1
      """
    ) { $0.bind(":sequence", sequence) }
  }

  /// The sequence's next job goes on.
  func releaseNext(in sequence: String, _ transaction: Transaction) throws {
    let next = try transaction.connection.first(
      """
      SELECT id, kind, lane, run_at, waits_for, verdict FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL ORDER BY id LIMIT 1
      """
    ) {
      $0.bind(":sequence", sequence)
    } read: {
      (job: WaitingJob(row: $0), waitsFor: $0.optionalString(4), hasVerdict: !$0.isNull(5))
    }
    guard let next, next.waitsFor == "sequence" else { return }
    try place(next.job, pastItsLane: next.hasVerdict, in: transaction)
  }

  /// What a new job finds in its sequence once it has ended what it makes unnecessary.
  enum Left {
    /// Others that have not ended.
    case others
    case nothing
    /// Nothing of the sequence had begun, so that the new one has nothing to undo.
    case void
  }

  func whatIsLeft(of sequence: String, _ connection: SQLiteConnection) throws -> Left {
    try sequenceIsBusy(sequence, connection) ? .others : .nothing
  }

  /// Ends what a new job of this kind makes unnecessary.
  func supersede(
    in sequence: String, by kind: JobKind, _ policy: EnqueuePolicy, in transaction: Transaction
  ) throws -> Left {
    let live = try transaction.connection.all(
      """
      SELECT id, kind, fence, state, sequence, lane, waits_for, verdict
      FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL ORDER BY id
      """
    ) {
      $0.bind(":sequence", sequence)
    } read: {
      LiveJob(row: $0)
    }
    // One that has been claimed, ever, may have left something behind.
    let unnecessary = live.filter {
      policy.supersedes.contains($0.kind) && $0.fence == 0 && $0.verdict == nil
    }
    for job in unnecessary {
      try end(job, reason: "superseded by a \(kind.rawValue) job before it began", in: transaction)
    }
    if unnecessary.count < live.count {
      // What is left may have waited for one that has just ended.
      if !unnecessary.isEmpty { try releaseNext(in: sequence, transaction) }
      return .others
    }
    return unnecessary.contains { $0.kind == policy.voids } ? .void : .nothing
  }

  private func end(_ job: LiveJob, reason: String, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE jobs SET state = 'cancelled', aside = 'cancelled', waits_for = NULL, in_order = NULL,
        reason = :reason,
        finished_at = :now
      WHERE id = :id
      """
    ) {
      $0.bind(":reason", reason)
      $0.bind(":now", transaction.now)
      $0.bind(":id", job.id.number)
    }
    count(job.kind, from: job.state, to: .cancelled, in: transaction)
    try leaveLane(job, in: transaction)
    transaction.notes.afterCommit { [changes] in changes.tell(.job(job.id)) }
  }

  /// Lets the jobs of a sequence that come after `id` wait for it again. None of them may be running.
  func hold(_ sequence: String, after id: JobID, in transaction: Transaction) throws {
    let later = try transaction.connection.all(
      """
      SELECT id, kind, fence, state, sequence, lane, waits_for, verdict
      FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL AND id > :id ORDER BY id
      """
    ) {
      $0.bind(":sequence", sequence)
      $0.bind(":id", id.number)
    } read: {
      LiveJob(row: $0)
    }
    for job in later where job.state == .available && job.waitsFor != "sequence" {
      try transaction.connection.run(
        "UPDATE jobs SET waits_for = 'sequence', in_order = NULL WHERE id = :id"
      ) { $0.bind(":id", job.id.number) }
      try leaveLane(job, in: transaction)
    }
  }

  /// A job of the sequence that comes after `id` and runs at this moment.
  func running(
    in sequence: String, after id: JobID, _ connection: SQLiteConnection
  ) throws -> JobID? {
    try connection.first(
      """
      SELECT id FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL AND id > :id AND state = 'executing'
      """
    ) {
      $0.bind(":sequence", sequence)
      $0.bind(":id", id.number)
    } read: {
      JobID(number: $0.int64(0))
    }
  }

  /// Whether a job of its sequence that comes before it has not ended.
  func isHeld(_ id: JobID, in sequence: String?, _ connection: SQLiteConnection) throws -> Bool {
    guard let sequence else { return false }
    return try connection.exists(
      """
      SELECT 1 FROM jobs INDEXED BY jobs_of_sequence
      WHERE sequence = :sequence AND finished_at IS NULL AND id < :id LIMIT 1
      """
    ) {
      $0.bind(":sequence", sequence)
      $0.bind(":id", id.number)
    }
  }
}

/// A job that has not ended, as those see it who end it or set it back.
struct LiveJob {
  let id: JobID
  let kind: JobKind
  let fence: Int
  let state: JobState
  let sequence: String?
  let lane: LaneID?
  let waitsFor: String?
  let verdict: Verdict?
}

extension LiveJob {
  /// From `id, kind, fence, state, sequence, lane, waits_for, verdict`.
  fileprivate init(row: Row) {
    id = JobID(number: row.int64(0))
    kind = JobKind(rawValue: row.string(1))
    fence = row.int(2)
    state = JobState(rawValue: row.string(3)) ?? .parked
    sequence = row.optionalString(4)
    lane = row.optionalString(5).map(LaneID.init(rawValue:))
    waitsFor = row.optionalString(6)
    verdict = row.optionalString(7).flatMap(Verdict.init(rawValue:))
  }
}
