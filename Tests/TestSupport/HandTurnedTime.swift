import Core
import Synchronization

/// Both clocks, turned by hand; they stand still otherwise.
package final class HandTurnedTime: TimeSource {
  private let elapsed = Mutex(Duration.zero)

  /// 2026-05-28T20:26:40Z.
  package static let start = Timestamp(seconds: 1_780_000_000)

  package init() {}

  package func now() -> Timestamp { Self.start + elapsed.withLock { $0 } }
  package func monotonic() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 1_000_000_000_000) + elapsed.withLock { $0 }
  }

  package func advance(_ duration: Duration) { elapsed.withLock { $0 += duration } }
}
