import Core
import Queue

/// A job that might be claimed or admitted, in the order in which it would be.
struct ClaimCandidate: Comparable {
  let id: JobID
  let runAt: Timestamp
  private let rank: Int64

  init(id: JobID, runAt: Timestamp, priority: Int) {
    self.id = id
    self.runAt = runAt
    rank = runAt.milliseconds + Int64(priority) * priorityAgeing.wholeMilliseconds
  }

  static func < (a: Self, b: Self) -> Bool { (a.rank, a.id) < (b.rank, b.id) }
}
