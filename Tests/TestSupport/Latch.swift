import Core
import Dispatch

/// Opens once and stays open. Whoever waits gives up at a deadline, so that a fault is a failed test and
/// not one that hangs.
package final class Latch: Sendable {
  package struct StaysShut: Error {}

  private let semaphore = DispatchSemaphore(value: 0)

  package init() {}

  package func open() { semaphore.signal() }

  package func wait(within limit: Duration = .seconds(30)) throws {
    if !opens(within: limit) { throw StaysShut() }
  }

  package func opens(within limit: Duration) -> Bool {
    let milliseconds = Int(clamping: limit.wholeMilliseconds)
    guard semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
      return false
    }
    semaphore.signal()
    return true
  }
}
