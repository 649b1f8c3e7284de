import Core
import Synchronization

/// Both clocks, moved by nobody but the test.
package final class HandTurnedTime: TimeSource {
  private let wall: Mutex<Timestamp>
  private let elapsed = Mutex(Duration.zero)

  /// 2026-05-28T20:26:40Z.
  package static let start = Timestamp(seconds: 1_780_000_000)

  package init(_ start: Timestamp = HandTurnedTime.start) { wall = Mutex(start) }

  package func now() -> Timestamp { wall.withLock { $0 } }

  package func monotonic() -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 1_000_000_000_000) + elapsed.withLock { $0 }
  }

  /// Lets time pass on both clocks.
  package func advance(_ duration: Duration) {
    wall.withLock { $0 = $0 + duration }
    elapsed.withLock { $0 += duration }
  }

  /// Sets the wall clock alone, as an administrator does.
  package func setWall(to instant: Timestamp) { wall.withLock { $0 = instant } }

  /// Lets time pass until the wall clock says `instant`; nothing where it has said so already.
  package func advance(to instant: Timestamp) {
    let left = instant - now()
    if left > .zero { advance(left) }
  }
}
