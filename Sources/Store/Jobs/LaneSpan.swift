/// Between which ids a lane's jobs of one kind lie: those that wait in the order in which they came, and all.
///
/// The bounds are generous, so that few jobs move them and few commits write them: the upper ones run ahead of the
/// newest job, and in the database `first` lags behind the oldest.
struct LaneSpan {
  /// No job that waits in order has an id outside of these; nil where none waits so.
  private(set) var inOrder: ClosedRange<Int64>?
  /// No job at all has a higher id.
  private(set) var newest: Int64
  /// As the database has it; nil where it has none, or has to be told in any case.
  private var stored: (inOrder: ClosedRange<Int64>?, newest: Int64)?

  /// By how much the bounds are generous: four runs of the index in which the jobs are found.
  private static let margin: Int64 = 4 * 1024

  init(_ job: Int64) { newest = job + Self.margin - 1 }

  init(stored inOrder: ClosedRange<Int64>?, newest: Int64) {
    self.inOrder = inOrder
    self.newest = newest
    stored = (inOrder, newest)
  }

  /// Whether a job with this id may wait in order too. With too many between it and the newest that does, whoever
  /// reads would have to go through all the runs in between, and it is the others who pay for that.
  func admits(_ job: Int64) -> Bool { inOrder.map { job <= $0.upperBound + Self.margin } ?? true }

  /// There is one more, with a higher id than all others.
  mutating func add(_ job: Int64, isInOrder: Bool) {
    if job > newest { newest = job + Self.margin - 1 }
    if !isInOrder { return }
    guard let bounds = inOrder, job <= bounds.upperBound else {
      inOrder = (inOrder?.lowerBound ?? job)...(job + Self.margin - 1)
      return
    }
    // Who has read to the end has passed ids that had not been given yet.
    inOrder = min(bounds.lowerBound, job)...bounds.upperBound
  }

  /// None that waits in order comes before this one.
  mutating func begin(at job: Int64) {
    guard let bounds = inOrder, job > bounds.lowerBound else { return }
    // Past all of them it stays at the last.
    inOrder = min(job, bounds.upperBound)...bounds.upperBound
  }

  /// None waits in order.
  mutating func empty() { inOrder = nil }

  /// What has been found out is not lost, little as it may be.
  mutating func keep() { stored = nil }

  var isToWrite: Bool {
    guard let stored, stored.newest == newest,
      stored.inOrder?.upperBound == inOrder?.upperBound
    else { return true }
    guard let old = stored.inOrder?.lowerBound, let new = inOrder?.lowerBound else { return false }
    return new < old || new >= old + Self.margin
  }

  mutating func wrote() { stored = (inOrder, newest) }
}
