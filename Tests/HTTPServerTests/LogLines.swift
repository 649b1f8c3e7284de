import Dispatch
import Synchronization

/// The log of a test, which can be waited for.
final class LogLines: Sendable {
  private struct State {
    var lines: [String] = []
    var waiting: [(text: String, seen: DispatchSemaphore)] = []
  }

  private let state = Mutex(State())

  func append(_ line: String) {
    state.withLock { state in
      state.lines.append(line)
      for wait in state.waiting where line.contains(wait.text) { wait.seen.signal() }
    }
  }

  /// False when no line with this text came in time.
  func wait(for text: String) -> Bool {
    let seen = DispatchSemaphore(value: 0)
    let isThere = state.withLock { state in
      state.waiting.append((text, seen))
      return state.lines.contains { $0.contains(text) }
    }
    return isThere || seen.wait(timeout: .now() + .seconds(10)) == .success
  }
}
