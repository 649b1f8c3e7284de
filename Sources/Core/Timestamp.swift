/// An instant: UTC, whole milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored as POSIX does.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

  /// Whole seconds, rounded towards the past.
  package var seconds: Int64 { floorDivide(milliseconds, 1000) }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }
  package static func + (a: Timestamp, b: Duration) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds + b.wholeMilliseconds)
  }
  package static func - (a: Timestamp, b: Duration) -> Timestamp {
    Timestamp(milliseconds: a.milliseconds - b.wholeMilliseconds)
  }
  package static func - (a: Timestamp, b: Timestamp) -> Duration {
    .milliseconds(a.milliseconds - b.milliseconds)
  }
}

extension Duration {
  package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
  package static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
  package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

  /// Rounded towards zero.
  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// Division that rounds towards negative infinity, so that instants before 1970 fall on their own day.
package func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  let quotient = a / b
  return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient
}
