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
  package let lane: LaneID?
  /// What keeps it, where it is available and something does.
  package let obstacle: JobObstacle?
  /// What others have decided about it.
  package let verdict: Verdict?
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
    state: JobState, payload: String, sequence: String?, lane: LaneID? = nil,
    obstacle: JobObstacle? = nil, verdict: Verdict? = nil, runAt: Timestamp, deadline: Timestamp?,
    attempt: Int, maxAttempts: Int, fence: Int, reason: String?, error: JobError?,
    enqueuedAt: Timestamp, startedAt: Timestamp?, finishedAt: Timestamp?
  ) {
    self.id = id
    self.kind = kind
    self.organization = organization
    self.queue = queue
    self.priority = priority
    self.state = state
    self.payload = payload
    self.sequence = sequence
    self.lane = lane
    self.obstacle = obstacle
    self.verdict = verdict
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
  /// been tried; one whose account is broken is `parked`, although nobody has touched its row.
  package func stateInWords(now: Timestamp) -> String {
    guard state == .available, verdict == nil else { return state.rawValue }
    if case .lane(_, isBroken: true) = obstacle { return JobState.parked.rawValue }
    if runAt <= now { return state.rawValue }
    return attempt > 0 ? "retryable" : "scheduled"
  }

  /// What it waits for, in words; nil where it waits for nothing.
  package func waitingFor(now: Timestamp) -> String? {
    switch state {
    case .executing: return verdict.map { "its attempt to stop: \($0.rawValue) was asked for" }
    case .completed, .cancelled, .discarded: return nil
    case .awaitingApproval: return "its owner's approval"
    case .parked: return reason ?? "somebody to act"
    case .available:
      switch obstacle {
      case .sequence(let id):
        return "\(id), which comes before it in the sequence \(sequence ?? "")"
      case .paused(let pause):
        return "its \(pause.scope.rawValue) \(pause.name), paused by \(pause.by), to be resumed"
      case .noHandler:
        return "a program that has a handler for \(kind.rawValue)"
      case .lane(let words, let isBroken):
        return runAt > now && !isBroken ? "its time, \(runAt.rfc3339)" : words
      case nil:
        return runAt > now ? "its time, \(runAt.rfc3339)" : "a free worker"
      }
    }
  }
}

/// What keeps an available job, besides its time and free workers.
package enum JobObstacle: Sendable, Equatable {
  /// That job comes before it in its sequence.
  case sequence(JobID)
  /// Its lane, and why, in words that follow "waits for".
  case lane(String, isBroken: Bool)
  case paused(Pause)
  /// No process that runs here takes its kind; or this program has no definition of it, and so no handler.
  case noHandler
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
