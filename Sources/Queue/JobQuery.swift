import Core

/// Which jobs are asked for, newest first.
package struct JobQuery: Sendable, Equatable {
  /// Nil is everybody's.
  package var organization: String?
  /// Any of these; empty is all. Jobs of a lane whose breaker is open count as parked as well as available.
  package var states: [JobState]
  package var kind: JobKind?
  package var queue: String?
  package var lane: LaneID?
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
