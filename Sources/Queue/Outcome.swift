import Core

/// What a handler returns: a closed set, so that the pool knows every way a job can end.
package enum Outcome: Sendable, Equatable {
  case completed
  /// It failed and may succeed later: after `after`, or by the kind's backoff where that is nil. It is
  /// discarded instead when the attempts or the deadline do not allow another.
  case retry(JobError, after: Duration?)
  /// Not yet: again at that time, and the attempt does not count.
  case snooze(until: Timestamp, reason: String)
  /// It became unnecessary.
  case cancel(reason: String)
  /// It failed for good.
  case discard(JobError)
  /// It waits for somebody to act, and the attempt does not count.
  case park(reason: String)
}

/// Why an attempt failed, sorted by what can be done about it.
package struct JobError: Error, Sendable, Equatable {
  package let kind: ErrorClass
  /// Words for an operator: no secret, no guest's data, no provider's raw body.
  package let message: String

  package init(_ kind: ErrorClass, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// What the runner asks the store to write when an attempt is over.
package struct Finish: Sendable, Equatable {
  package enum Next: Sendable, Equatable {
    case completed
    case cancelled(reason: String)
    case discarded
    case parked(reason: String)
    /// Available again at that time.
    case again(at: Timestamp)
  }

  package let next: Next
  /// The attempt does not count: a snooze, a park, a clean shutdown.
  package let givesAttemptBack: Bool
  /// What the attempt's record says: `completed`, `retry`, `snooze` …
  package let outcome: String
  package let error: JobError?

  package init(next: Next, givesAttemptBack: Bool = false, outcome: String, error: JobError? = nil)
  {
    self.next = next
    self.givesAttemptBack = givesAttemptBack
    self.outcome = outcome
    self.error = error
  }

  /// The runner stops before it has done anything of consequence, or was told to: the next claim starts
  /// over, and this one was none.
  package static func handedBack(at now: Timestamp) -> Finish {
    Finish(next: .again(at: now), givesAttemptBack: true, outcome: "handedBack")
  }
}
