import Core
import Queue

/// For how long jobs are kept that have ended.
package struct Keeping: Sendable {
  /// All numbers of days for which any are kept.
  package let lengths: Set<Int>
  /// Those that have finished earlier are over, by their kind and the state in which they have ended.
  let limit: @Sendable (JobKind, JobState) -> Timestamp

  package init(
    lengths: Set<Int>, limit: @escaping @Sendable (JobKind, JobState) -> Timestamp
  ) {
    self.lengths = lengths
    self.limit = limit
  }

  func isOver(_ job: PastJob) -> Bool {
    job.finishedAt.map { $0 < limit(job.kind, job.state) } ?? false
  }
}
