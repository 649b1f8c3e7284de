import Core

/// A stretch of time, start included, end not: two meetings back to back do not overlap.
package struct Interval: Hashable, Sendable {
  package let start: Timestamp
  package let end: Timestamp

  package init(start: Timestamp, end: Timestamp) {
    invariant(start <= end, "an interval does not end before it starts")
    self.start = start
    self.end = end
  }

  package init(start: Timestamp, duration: Duration) {
    self.init(start: start, end: start + duration)
  }

  package var duration: Duration { end - start }
  package var isEmpty: Bool { start == end }

  package func overlaps(_ other: Interval) -> Bool { start < other.end && other.start < end }
  package func contains(_ instant: Timestamp) -> Bool { start <= instant && instant < end }
  package func contains(_ other: Interval) -> Bool { start <= other.start && other.end <= end }

  /// The same stretch with time added on both sides.
  package func widened(before: Duration, after: Duration) -> Interval {
    Interval(start: start - before, end: end + after)
  }
}
