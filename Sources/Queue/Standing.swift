import Core

/// A queue as it stands: its kinds, and what waits and runs.
package struct QueueStanding: Sendable, Equatable {
  package let name: String
  package let kinds: [JobKind]
  /// By state; those of which there are none are not in it.
  package let counts: [JobState: Int]
  /// Since when the job that has waited longest has been ready; nil where none is.
  package let oldestReadyAt: Timestamp?
  /// Jobs that ended within the last whole minute.
  package let finishedLastMinute: Int
  /// Of the queue itself, and of its kinds.
  package let pauses: [Pause]

  package init(
    name: String, kinds: [JobKind], counts: [JobState: Int], oldestReadyAt: Timestamp?,
    finishedLastMinute: Int, pauses: [Pause]
  ) {
    self.name = name
    self.kinds = kinds
    self.counts = counts
    self.oldestReadyAt = oldestReadyAt
    self.finishedLastMinute = finishedLastMinute
    self.pauses = pauses
  }
}

/// A lane as it stands, with its limits.
package struct LaneStanding: Sendable, Equatable {
  package let lane: Lane
  package let policy: LanePolicy
  /// Whose account it is; nil for the server's own.
  package let organization: String?
  /// Set aside until the owner acts.
  package let parked: Int
  /// What keeps its jobs, in words that follow "waits for"; nil where nothing does.
  package let obstacle: String?

  package init(
    lane: Lane, policy: LanePolicy, organization: String?, parked: Int, obstacle: String?
  ) {
    self.lane = lane
    self.policy = policy
    self.organization = organization
    self.parked = parked
    self.obstacle = obstacle
  }
}
