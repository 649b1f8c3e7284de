import Core

/// Which jobs are asked for, newest first.
package struct JobQuery: Sendable {
  package var organization: String?
  /// Any of these; empty is all.
  package var states: [JobState]
  package var kind: JobKind?
  package var queue: String?
  /// Enqueued at or after it.
  package var since: Timestamp?
  /// Enqueued before it.
  package var until: Timestamp?
  /// The class of the last error.
  package var error: ErrorClass?
  package var before: JobID?
  package var limit: Int

  package init(
    organization: String?, states: [JobState] = [], limit: Int
  ) {
    self.organization = organization
    self.states = states
    self.limit = limit
  }
}

/// What became of an operator's wish to retry a job.
package enum JobRetry: Sendable, Equatable {
  case retried
  /// There is no such job, or none that this operator may know of.
  case notFound
  /// It runs at this moment, or has ended well.
  case notRetryable(JobState)
  /// A later job of its sequence is running: the order would be lost.
  case overtaken(by: JobID)
}
