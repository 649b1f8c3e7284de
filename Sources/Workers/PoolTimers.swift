import Core
import Dispatch
import Synchronization

/// The pool's two timers: the sweep, and the time at which the next job becomes ready.
final class PoolTimers: Sendable {
  private struct State {
    /// The earliest wake-up that is already planned.
    var planned: Timestamp?
    var isCancelled = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "bookend.pool")

  /// Runs `body` again and again, the next time so long after it has returned.
  func repeating(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
    queue.asyncAfter(deadline: .now() + interval.dispatch) { [weak self] in
      guard let self, !self.state.withLock({ $0.isCancelled }) else { return }
      body()
      self.repeating(every: interval, body)
    }
  }

  /// Runs `body` at `time`, unless it is planned for an earlier time already: then that one asks again.
  /// The sweep catches what a jump of the wall clock makes it miss.
  func once(at time: Timestamp, now: Timestamp, _ body: @escaping @Sendable () -> Void) {
    let isPlanned = state.withLock { state in
      if let planned = state.planned, planned <= time { return true }
      state.planned = time
      return false
    }
    if isPlanned { return }
    let wait = max(.milliseconds(1), time - now)
    queue.asyncAfter(deadline: .now() + wait.dispatch) { [weak self] in
      guard let self else { return }
      let isDue = self.state.withLock { state in
        if state.planned == time { state.planned = nil }
        return !state.isCancelled
      }
      if isDue { body() }
    }
  }

  /// Runs `body` after that time; false, and never, where the timers are cancelled.
  func after(_ wait: Duration, _ body: @escaping @Sendable () -> Void) -> Bool {
    if state.withLock({ $0.isCancelled }) { return false }
    queue.asyncAfter(deadline: .now() + wait.dispatch, execute: body)
    return true
  }

  /// When it returns, no body runs and none will.
  func cancel() {
    state.withLock { $0.isCancelled = true }
    queue.sync {}
  }
}

extension Duration {
  var dispatch: DispatchTimeInterval { .milliseconds(Int(clamping: wholeMilliseconds)) }
}
