import Core

extension Finish {
  /// What an outcome means for the job.
  package static func after(_ outcome: Outcome) -> Finish {
    switch outcome {
    case .completed: Finish(next: .completed, outcome: "completed")
    case .snooze(let until, _):
      Finish(next: .again(at: until), givesAttemptBack: true, outcome: "snooze")
    case .cancel(let reason): Finish(next: .cancelled(reason: reason), outcome: "cancel")
    }
  }

  /// What a failure means for the job, by its kind's definition:
  /// - `needsOwner` parks it, and the attempt does not count: no number of attempts helps until the owner
  ///   has acted. Past its deadline that does not help either, and it is discarded.
  /// - A class that the definition retries is tried again after the backoff, or when the provider says;
  ///   unless the attempts are used up, or the next would come after the deadline.
  /// - Everything else discards it.
  package static func after(
    _ error: JobError, of job: ClaimedJob, definition: JobDefinition, now: Timestamp,
    randomness: Randomness
  ) -> Finish {
    if error.kind == .needsOwner {
      if let deadline = job.deadline, deadline <= now { return discarded(error) }
      return Finish(
        next: .parked(reason: error.message), givesAttemptBack: true, outcome: "park",
        error: error)
    }
    guard definition.retryOn.contains(error.kind), job.attempt < job.maxAttempts else {
      return discarded(error)
    }
    let backoff = now + definition.backoff.delay(attempt: job.attempt, randomness: randomness)
    let next = max(backoff, error.retryAt ?? backoff)
    if let deadline = job.deadline, next >= deadline { return discarded(error) }
    return Finish(next: .again(at: next), outcome: "retry", error: error)
  }

  private static func discarded(_ error: JobError) -> Finish {
    Finish(next: .discarded, outcome: "discard", error: error)
  }
}
