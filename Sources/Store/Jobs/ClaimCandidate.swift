import Core
import Queue

/// A job that might be claimed, in the order in which it would be.
struct ClaimCandidate: Comparable {
  let id: JobID
  let kind: JobKind
  let runAt: Timestamp
  /// Each step of priority counts as so much later.
  let rank: Int64
  /// It waits in its lane as it came: see `LaneSpan`.
  let isInOrder: Bool

  init(
    id: JobID, kind: JobKind, runAt: Timestamp, priority: Int, isInOrder: Bool = false
  ) {
    self.id = id
    self.kind = kind
    self.runAt = runAt
    self.isInOrder = isInOrder
    rank = runAt.milliseconds + Int64(priority) * priorityAgeing.wholeMilliseconds
  }

  static func < (a: Self, b: Self) -> Bool { (a.rank, a.id) < (b.rank, b.id) }
  static func == (a: Self, b: Self) -> Bool { a.id == b.id }
}
