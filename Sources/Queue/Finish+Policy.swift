import Core

extension Finish {
  /// What an outcome means for the job.
  package static func after(_ outcome: Outcome) -> Finish {
    switch outcome {
    case .completed: Finish(next: .completed, outcome: "completed", lane: .answered)
    case .snooze(let until, _):
      Finish(next: .again(at: until), givesAttemptBack: true, outcome: "snooze")
    case .cancel(let reason): Finish(next: .cancelled(reason: reason), outcome: "cancel")
    }
  }

  /// What a failure means for the job, by its kind's definition:
  /// - `needsOwner` parks it, and the attempt does not count: no number of attempts helps until the owner
  ///   has acted. Past its deadline that does not help either, and it is discarded.
  /// - A class that the definition retries is tried again after that class's backoff, or when the provider
  ///   says, where that is later; unless its attempts are used up, its time is over, or the next attempt
  ///   would come after the job's deadline.
  /// - Everything else discards it.
  package static func after(
    _ error: JobError, of job: ClaimedJob, definition: JobDefinition, now: Timestamp,
    randomness: Randomness
  ) -> Finish {
    if error.kind == .needsOwner {
      if let deadline = job.deadline, deadline <= now {
        return discarded(error, "the meeting's time had come", now)
      }
      return Finish(
        next: .parked(reason: error.message), givesAttemptBack: true, outcome: "park",
        error: error, lane: .needsOwner(error.message))
    }
    guard let retry = definition.retry[error.kind] else { return discarded(error, nil, now) }
    if job.attempt >= retry.attempts {
      return discarded(error, "it has been tried \(job.attempt) times", now)
    }
    let backoff = now + retry.backoff.delay(attempt: job.attempt, randomness: randomness)
    let next = max(backoff, error.retryAt ?? backoff)
    if let deadline = job.deadline, next >= deadline {
      return discarded(error, "the next attempt would come too late", now)
    }
    if let within = retry.within, next > job.enqueuedAt + within {
      return discarded(error, "it has been tried for \(within.components.seconds) seconds", now)
    }
    return Finish(
      next: .again(at: next), outcome: "retry", error: error, lane: error.report(until: next))
  }

  /// How a job ends about which others have decided.
  package static func after(_ verdict: Verdict, reason: String?) -> Finish {
    let error = JobError(.permanent, reason ?? verdict.rawValue)
    switch verdict {
    case .cancel: return Finish(next: .cancelled(reason: error.message), outcome: "cancel")
    case .discard:
      return Finish(next: .discarded(reason: error.message), outcome: "discard", error: error)
    case .poison:
      return Finish(next: .discarded(reason: "poison"), outcome: "discard", error: error)
    }
  }

  private static func discarded(_ error: JobError, _ reason: String?, _ now: Timestamp) -> Finish {
    Finish(
      next: .discarded(reason: reason), outcome: "discard", error: error,
      lane: error.report(until: error.retryAt ?? now))
  }
}

extension JobError {
  /// What it says of the account. A refusal is an answer: the provider works.
  fileprivate func report(until next: Timestamp) -> LaneReport {
    switch kind {
    case .transient, .unknownOutcome: .failed(message)
    case .throttled: .throttled(until: retryAt ?? next, message)
    case .needsOwner: .needsOwner(message)
    case .conflict, .permanent: .answered
    }
  }
}
