import Foundation

/// Both clocks. The wall clock schedules and may jump; the monotonic clock measures leases and timeouts
/// and never goes back. `now` is read once per transaction and handed on.
package protocol TimeSource: Sendable {
  func now() -> Timestamp
  func monotonic() -> MonotonicInstant
}

/// A reading of a clock that only goes forward; comparable within one process, and for the
/// machine's own clock among all that run since it started.
package struct MonotonicInstant: Hashable, Comparable, Sendable {
  package let nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
  package static func - (a: Self, b: Self) -> Duration {
    .nanoseconds(Int64(a.nanoseconds) - Int64(b.nanoseconds))
  }
  package static func + (a: Self, b: Duration) -> Self {
    let nanoseconds =
      b.components.seconds * 1_000_000_000 + b.components.attoseconds / 1_000_000_000
    return Self(nanoseconds: UInt64(Int64(a.nanoseconds) + nanoseconds))
  }
}

/// The machine's own clocks.
package struct SystemTime: TimeSource {
  package init() {}

  package func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  package func monotonic() -> MonotonicInstant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicInstant(
      nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
