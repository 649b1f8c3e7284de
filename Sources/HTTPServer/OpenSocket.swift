import Core
import Glibc
import Synchronization

/// One open connection's socket, and since when it has been waiting for a whole request.
final class OpenSocket: Sendable {
  let descriptor: Int32
  /// Monotonic nanoseconds; 0 while a request is being carried out, or answered with a refusal.
  private let waitingSince: Atomic<UInt64>
  /// The wait in which its client was found to have closed its side; touched by the watch alone.
  private let closedIn = Atomic<UInt64>(0)

  init(descriptor: Int32, now: MonotonicInstant) {
    self.descriptor = descriptor
    waitingSince = Atomic(now.nanoseconds)
  }

  func waits(since now: MonotonicInstant) {
    waitingSince.store(now.nanoseconds, ordering: .relaxed)
  }

  func hasWholeRequest() { waitingSince.store(0, ordering: .relaxed) }

  /// Nil while it does not wait.
  var wait: MonotonicInstant? {
    let since = waitingSince.load(ordering: .relaxed)
    return since == 0 ? nil : MonotonicInstant(nanoseconds: since)
  }

  /// Whether the client was found to have closed its side before, in this same wait.
  func wasClosed(in wait: MonotonicInstant) -> Bool {
    closedIn.exchange(wait.nanoseconds, ordering: .relaxed) == wait.nanoseconds
  }

  /// Ends the connection in both directions; its event loop finds out and closes it.
  func end() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
}
