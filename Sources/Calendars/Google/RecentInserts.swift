import Core
import Synchronization

/// Events that were made a moment ago. Google is many machines: one of them may not have heard yet of what
/// another one has just confirmed, and says 404.
final class RecentInserts: Sendable {
  /// Such lags last seconds.
  private static let lag = Duration.seconds(30)

  private let time: any TimeSource
  private let made = Mutex<[EventKey: MonotonicInstant]>([:])

  init(_ time: any TimeSource) { self.time = time }

  func add(_ key: EventKey) {
    let now = time.monotonic()
    made.withLock { made in
      made = made.filter { now - $0.value < RecentInserts.lag }
      made[key] = now
    }
  }

  /// Whether a 404 says nothing yet: an event of ours that was deleted is told of as cancelled.
  func contains(_ key: EventKey) -> Bool {
    let now = time.monotonic()
    return made.withLock { $0[key].map { now - $0 < RecentInserts.lag } ?? false }
  }
}

extension ProviderError {
  /// Also of a write: 404 has changed nothing.
  static let notToBeSeenYet = ProviderError(
    .transient, "the event that was just made is not to be seen yet")
}
