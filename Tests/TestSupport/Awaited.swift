import Dispatch
import Synchronization

/// What a completion brings, waited for. Every wait has an end, so that a test that waits in vain fails
/// instead of hanging.
package final class Awaited<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  private let arrived = DispatchSemaphore(value: 0)

  /// Longer than anything takes on a machine that is shared with others.
  package static var patience: DispatchTimeInterval { .seconds(30) }

  package init() {}

  package func give(_ value: Value) {
    values.withLock { $0.append(value) }
    arrived.signal()
  }

  /// The next value, in the order in which they came.
  package func take() throws -> Value {
    guard arrived.wait(timeout: .now() + Self.patience) == .success else { throw WaitedInVain() }
    return values.withLock { $0.removeFirst() }
  }

  /// The next `count` values.
  package func take(_ count: Int) throws -> [Value] { try (0..<count).map { _ in try take() } }

  /// Forgets what has come so far.
  package func forget() {
    while arrived.wait(timeout: .now()) == .success { _ = values.withLock { $0.removeFirst() } }
  }

  package var isEmpty: Bool { values.withLock { $0.isEmpty } }
}

package struct WaitedInVain: Error {}

/// Opens once; those who come before that wait, for a bounded time.
package final class Gate: Sendable {
  private let opened = DispatchSemaphore(value: 0)

  package init() {}

  package func open() { opened.signal() }

  package func pass() throws {
    guard opened.wait(timeout: .now() + Awaited<Int>.patience) == .success else {
      throw WaitedInVain()
    }
    opened.signal()
  }
}
