/// Where a job stands, as it is stored. `scheduled` and `retryable` are words for an available job whose
/// `runAt` is ahead; no row is moved when its time comes.
///
///     available ──claim──▶ executing ──finish──▶ completed | cancelled | discarded
///         ▲                    │
///         └── retry, snooze, ──┘   parked and awaitingApproval wait for somebody and return to available
///             hand back, rescue
package enum JobState: String, Sendable, CaseIterable {
  case available, executing, completed, cancelled, discarded, awaitingApproval, parked

  /// Nothing will happen to it any more unless a person retries it.
  package var isFinal: Bool {
    switch self {
    case .completed, .cancelled, .discarded: true
    case .available, .executing, .awaitingApproval, .parked: false
    }
  }
}
