import Core
import Queue
import SQLite

extension Store {
  /// Adds a job to a transaction.
  ///
  /// It waits while an earlier job of its sequence lives, then for a place in its lane. Where the kind's
  /// definition says so, it ends earlier jobs of its sequence that have not begun, and possibly itself with
  /// them.
  func enqueue(_ job: NewJob, in transaction: Transaction) throws -> Enqueued {
    if let key = job.uniqueKey, let existing = try liveJob(key, transaction.connection) {
      return Enqueued(id: existing, result: .exists)
    }
    let policy = policy(job.kind)
    let lane = try job.lane.flatMap { try inUse($0, transaction.connection) }
    var isHeld = false
    if let sequence = job.sequence {
      let left =
        try policy.supersedes.isEmpty
        ? whatIsLeft(of: sequence, transaction.connection)
        : supersede(in: sequence, by: job.kind, policy, in: transaction)
      if left == .void {
        let id = try insert(job, lane: lane, as: .completed, policy: policy, in: transaction)
        transaction.notes.afterCommit { [changes] in changes.tell(.job(id)) }
        return Enqueued(id: id, result: .void)
      }
      isHeld = left == .others
    }
    let state: JobState = job.needsApproval ? .awaitingApproval : .available
    let id = try insert(
      job, lane: lane, as: state, isHeld: isHeld, policy: policy, in: transaction)
    return Enqueued(id: id, result: .added)
  }

  private func insert(
    _ job: NewJob, lane: LaneID?, as state: JobState, isHeld: Bool = false, policy: EnqueuePolicy,
    in transaction: Transaction
  ) throws -> JobID {
    let now = transaction.now
    let enqueuedAt = orderedTime(now)
    let runAt = job.runAt ?? now
    let row = try lane.map { try laneRow($0, in: transaction) }
    let place: Place =
      if state != .available { .none } else if isHeld { .behindItsSequence } else {
        row == nil ? .ready : .inItsLane
      }
    let isInOrder =
      try place == .inItsLane && runAt == enqueuedAt
      && row.map { try comesInOrder(job.kind, in: $0, transaction) } ?? false
    try transaction.connection.run(
      """
      INSERT INTO jobs (kind, state, aside, waits_for, in_order, run_at, max_attempts, deadline_at,
        enqueued_at, finished_at, organization_id, sequence, lane, unique_key, payload, reason)
      VALUES (:kind, :state, :aside, :waitsFor, :inOrder, :runAt, :maxAttempts, :deadline, :enqueuedAt,
        :finishedAt, :organization, :sequence, :lane, :uniqueKey, :payload, :reason)
      """
    ) {
      $0.bind(":kind", job.kind.rawValue)
      $0.bind(":state", state.rawValue)
      $0.bind(":aside", state.aside)
      $0.bind(":waitsFor", place.waitsFor)
      $0.bind(":inOrder", isInOrder ? 1 : nil)
      $0.bind(":runAt", runAt)
      $0.bind(":maxAttempts", policy.maxAttempts)
      $0.bind(":deadline", job.deadline)
      $0.bind(":enqueuedAt", enqueuedAt)
      $0.bind(":finishedAt", state.isFinal ? now : nil)
      $0.bind(":organization", job.organization)
      $0.bind(":sequence", job.sequence)
      $0.bind(":lane", lane?.rawValue)
      $0.bind(":uniqueKey", job.uniqueKey)
      $0.bind(":payload", job.payload)
      $0.bind(":reason", state.isFinal ? "what it would have undone had not begun" : nil)
    }
    count(job.kind, to: state, in: transaction)
    let id = JobID(number: transaction.connection.lastInsertedRow)
    memory.look { $0.lastJob = id.number }
    if let row { try note(id, job.kind, in: row, isInOrder: isInOrder, transaction) }
    if place == .inItsLane, let lane {
      try joinLane(
        WaitingJob(id: id, kind: job.kind, lane: lane, runAt: runAt), isInOrder: isInOrder,
        in: transaction)
      try tellWaitingGuest(of: job, in: lane, in: transaction)
    } else if place == .ready {
      jobsReady.give()
    }
    return id
  }

  func liveJob(_ uniqueKey: String, _ connection: SQLiteConnection) throws -> JobID? {
    try connection.first(
      """
      SELECT id FROM jobs INDEXED BY jobs_unique
      WHERE unique_key = :key AND unique_key IS NOT NULL AND finished_at IS NULL
      """
    ) {
      $0.bind(":key", uniqueKey)
    } read: {
      JobID(number: $0.int64(0))
    }
  }
}
