import Dispatch
import Synchronization

/// Hands values from a handler to the test that waits for them.
final class Mailbox<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  private let arrivals = DispatchSemaphore(value: 0)

  func put(_ value: Value) {
    values.withLock { $0.append(value) }
    arrivals.signal()
  }

  /// The next value, nil when none came in time.
  func take() -> Value? {
    guard arrivals.wait(timeout: .now() + .seconds(10)) == .success else { return nil }
    return values.withLock { $0.removeFirst() }
  }
}
