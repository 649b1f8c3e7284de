import Core

/// Time as disjoint intervals in order: what overlaps or touches is one, and what is empty is gone. Built
/// once and asked often; a question is a binary search, or, for questions that go forward in time, a few
/// steps from where the last one was answered: `near` keeps that place, 0 at first.
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
    var near = 0
    return overlaps(interval, near: &near)
  }

  func overlaps(_ interval: Interval, near: inout Int) -> Bool {
    let index = intervals.lastIndex(startingAtOrBefore: interval.end, near: &near)
    if index < 0 { return false }
    if intervals[index].overlaps(interval) { return true }
    // One that starts where the interval ends hides the one before it.
    return index > 0 && intervals[index - 1].overlaps(interval)
  }

  /// Whether all of `interval` is its time.
  package func contains(_ interval: Interval) -> Bool {
    var near = 0
    return contains(interval, near: &near)
  }

  func contains(_ interval: Interval, near: inout Int) -> Bool {
    let index = intervals.lastIndex(startingAtOrBefore: interval.start, near: &near)
    return index >= 0 && intervals[index].contains(interval)
  }

  func contains(_ instant: Timestamp, near: inout Int) -> Bool {
    if intervals.isEmpty { return false }
    let index = intervals.lastIndex(startingAtOrBefore: instant, near: &near)
    return index >= 0 && intervals[index].contains(instant)
  }
}

extension [Interval] {
  /// The last one that has started at `instant`, in an array that is ordered by start; -1 where none has.
  /// `near`, any place in the array, is where the search begins, and becomes what it has found.
  func lastIndex(startingAtOrBefore instant: Timestamp, near: inout Int) -> Int {
    // A question that goes forward finds its answer within a few steps.
    var index = near
    if index < count, self[index].start <= instant {
      for _ in 0..<4 {
        let next = index + 1
        if next == count || self[next].start > instant {
          near = index
          return index
        }
        index = next
      }
    } else {
      index = 0
    }
    var low = index
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].start <= instant { low = middle + 1 } else { high = middle }
    }
    near = Swift.max(0, low - 1)
    return low - 1
  }
}
