import Core

/// A job as an operator sees it.
package struct JobRecord: Sendable, Equatable {
  package let id: JobID
  package let kind: JobKind
  package let organization: String?
  package let queue: String
  package let priority: Int
  package let state: JobState
  /// JSON text.
  package let payload: String
  package let sequence: String?
  /// An earlier job of its sequence has not ended: that one's id.
  package let heldBy: JobID?
  package let runAt: Timestamp
  package let deadline: Timestamp?
  package let attempt: Int
  package let maxAttempts: Int
  package let fence: Int
  package let reason: String?
  package let error: JobError?
  package let enqueuedAt: Timestamp
  package let startedAt: Timestamp?
  package let finishedAt: Timestamp?

  package init(
    id: JobID, kind: JobKind, organization: String?, queue: String, priority: Int,
    state: JobState, payload: String, sequence: String?, heldBy: JobID?, runAt: Timestamp,
    deadline: Timestamp?, attempt: Int, maxAttempts: Int, fence: Int, reason: String?,
    error: JobError?, enqueuedAt: Timestamp, startedAt: Timestamp?, finishedAt: Timestamp?
  ) {
    self.id = id
    self.kind = kind
    self.organization = organization
    self.queue = queue
    self.priority = priority
    self.state = state
    self.payload = payload
    self.sequence = sequence
    self.heldBy = heldBy
    self.runAt = runAt
    self.deadline = deadline
    self.attempt = attempt
    self.maxAttempts = maxAttempts
    self.fence = fence
    self.reason = reason
    self.error = error
    self.enqueuedAt = enqueuedAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }

  /// The state in words: an available job whose time is ahead is `scheduled`, or `retryable` once it has
  /// been tried.
  package func stateInWords(now: Timestamp) -> String {
    guard state == .available, runAt > now else { return state.rawValue }
    return attempt > 0 ? "retryable" : "scheduled"
  }

  /// What it waits for, in words; nil where it waits for nothing.
  package func waitingFor(now: Timestamp) -> String? {
    switch state {
    case .executing, .completed, .cancelled, .discarded: return nil
    case .awaitingApproval: return "its owner's approval"
    case .parked: return reason ?? "somebody to act"
    case .available:
      if let heldBy { return "\(heldBy), which comes before it in the sequence \(sequence ?? "")" }
      if runAt > now { return "its time, \(runAt.rfc3339)" }
      return "a free worker"
    }
  }
}

/// One claim of a job and what became of it.
package struct AttemptRecord: Sendable, Equatable {
  package let fence: Int
  package let attempt: Int
  package let startedAt: Timestamp
  package let endedAt: Timestamp
  package let outcome: String
  package let error: JobError?

  package init(
    fence: Int, attempt: Int, startedAt: Timestamp, endedAt: Timestamp, outcome: String,
    error: JobError?
  ) {
    self.fence = fence
    self.attempt = attempt
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
    self.error = error
  }
}
