import Core

/// How an attempt ended that did not fail. Failures are thrown as `JobError`; what becomes of them is
/// decided by the kind's definition, in one place (`Finish.after`).
package enum Outcome: Sendable, Equatable {
  case completed
  /// Not yet: again at that time, and the attempt does not count.
  case snooze(until: Timestamp, reason: String)
  /// It became unnecessary.
  case cancel(reason: String)
}

/// Why an attempt failed, sorted by what can be done about it.
package struct JobError: Error, Sendable, Equatable {
  package let kind: ErrorClass
  /// Words for an operator: no secret, no guest's data, no provider's raw body.
  package let message: String
  /// Not before this time, where the provider said so: it wins over the backoff.
  package let retryAt: Timestamp?

  package init(_ kind: ErrorClass, _ message: String, retryAt: Timestamp? = nil) {
    self.kind = kind
    self.message = message
    self.retryAt = retryAt
  }
}

/// What the runner asks the store to write when an attempt is over.
package struct Finish: Sendable, Equatable {
  package enum Next: Sendable, Equatable {
    case completed
    case cancelled(reason: String)
    /// Given up, with the error or for this reason.
    case discarded(reason: String? = nil)
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
  /// What it says of the account that the job used; nil is nothing.
  package let lane: LaneReport?

  package init(
    next: Next, givesAttemptBack: Bool = false, outcome: String, error: JobError? = nil,
    lane: LaneReport? = nil
  ) {
    self.next = next
    self.givesAttemptBack = givesAttemptBack
    self.outcome = outcome
    self.error = error
    self.lane = lane
  }

  /// The runner stops before it has done anything of consequence, or was told to: the next claim starts
  /// over, and this one was none.
  package static func handedBack(at now: Timestamp) -> Finish {
    Finish(next: .again(at: now), givesAttemptBack: true, outcome: "handedBack")
  }
}
