import Core
import Synchronization

/// Both clocks, turned by hand.
final class StoppedTime: TimeSource {
  private let elapsed = Mutex(Duration.zero)

  func now() -> Timestamp { Timestamp(seconds: 1_780_000_000) + elapsed.withLock { $0 } }
  func monotonic() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 1_000_000_000_000) + elapsed.withLock { $0 }
  }

  func advance(_ duration: Duration) { elapsed.withLock { $0 += duration } }
}
