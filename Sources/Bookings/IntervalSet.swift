import Core

/// Time as disjoint intervals in order: what overlaps or touches is one, and what is empty is gone. Built
/// once and asked often; a question is a binary search.
package struct IntervalSet: Equatable, Sendable {
  package let intervals: [Interval]

  package init(_ intervals: some Sequence<Interval>) {
    var merged: [Interval] = []
    for next in intervals.sorted(by: { $0.start < $1.start }) where !next.isEmpty {
      if let last = merged.last, next.start <= last.end {
        if next.end > last.end {
          merged[merged.count - 1] = Interval(start: last.start, end: next.end)
        }
      } else {
        merged.append(next)
      }
    }
    self.intervals = merged
  }

  /// Whether any of its time lies in `interval`.
  package func overlaps(_ interval: Interval) -> Bool {
    guard let index = intervals.lastIndex(startingAtOrBefore: interval.end) else { return false }
    if intervals[index].overlaps(interval) { return true }
    // One that starts where the interval ends hides the one before it.
    return index > 0 && intervals[index - 1].overlaps(interval)
  }

  /// Whether all of `interval` is its time.
  package func contains(_ interval: Interval) -> Bool {
    guard let index = intervals.lastIndex(startingAtOrBefore: interval.start) else { return false }
    return intervals[index].contains(interval)
  }
}

extension [Interval] {
  /// The last one that has started at `instant`, in an array that is ordered by start.
  func lastIndex(startingAtOrBefore instant: Timestamp) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].start <= instant { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }
}
