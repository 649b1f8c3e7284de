import Synchronization

/// Bounds what a thread does: tells a call that blocks that it should give up, because nobody wants its result
/// any more, its time is over, or the right to do it has run out. Who blocks for long asks now and then; who
/// is about to change something elsewhere asks right before.
package final class WorkLimit: Sendable {
  /// By when the work has to be done; nil is whenever.
  package let deadline: MonotonicInstant?
  private let flag = Atomic(false)
  /// Until when the right to do it is certain, in nanoseconds of the monotonic clock.
  private let certainUntil: Atomic<UInt64>

  package init(deadline: MonotonicInstant? = nil, certainUntil: MonotonicInstant? = nil) {
    self.deadline = deadline
    self.certainUntil = Atomic(certainUntil?.nanoseconds ?? .max)
  }

  package func cancel() { flag.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// The right to the work was prolonged.
  package func makeCertain(until time: MonotonicInstant) {
    certainUntil.store(time.nanoseconds, ordering: .relaxed)
  }

  /// Whether nothing may be begun any more.
  package func isOver(at now: MonotonicInstant) -> Bool { isCancelled || now >= end }

  /// How long a call may take that begins now; nil is as long as it likes.
  package func left(at now: MonotonicInstant) -> Duration? {
    end.nanoseconds == .max ? nil : max(.zero, end - now)
  }

  private var end: MonotonicInstant {
    let certain = MonotonicInstant(nanoseconds: certainUntil.load(ordering: .relaxed))
    return min(deadline ?? certain, certain)
  }

  /// What the work on this thread obeys; nil is nothing. Set around a job's run, and asked by what waits for
  /// the network far below it: a parameter through every port in between would carry nothing else.
  @TaskLocal package static var current: WorkLimit?
}
