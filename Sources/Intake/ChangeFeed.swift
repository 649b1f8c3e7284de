import Bookings
import Queue
import Synchronization

/// Tells those who wait for a job or a booking that it has changed. Nothing is kept: who registers reads
/// the state once more afterwards, or it may have changed in between.
package final class ChangeFeed: Sendable {
  package typealias Listener = @Sendable () -> Void

  /// What somebody listens to.
  package enum Subject: Hashable, Sendable {
    case job(JobID)
    case booking(BookingID)
  }

  private struct State {
    var listeners: [Subject: [Int: Listener]] = [:]
    var nextNumber = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// Calls `listener` after each change of `subject`, on the writer's thread, until `stop` is called with
  /// the number returned.
  package func listen(to subject: Subject, _ listener: @escaping Listener) -> Int {
    state.withLock { state in
      state.nextNumber += 1
      state.listeners[subject, default: [:]][state.nextNumber] = listener
      return state.nextNumber
    }
  }

  package func stop(_ number: Int, listeningTo subject: Subject) {
    state.withLock { state in
      state.listeners[subject]?[number] = nil
      if state.listeners[subject]?.isEmpty == true { state.listeners[subject] = nil }
    }
  }

  package func tell(_ subject: Subject) {
    let listeners = state.withLock { state in
      state.listeners.isEmpty ? nil : state.listeners[subject]
    }
    listeners?.values.forEach { $0() }
  }

  /// Wakes everybody, so that they look again: the server is stopping.
  package func tellAll() {
    let listeners = state.withLock { $0.listeners.values.flatMap(\.values) }
    listeners.forEach { $0() }
  }
}
