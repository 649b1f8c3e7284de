import Synchronization

/// Bounds what a thread does: tells a call that blocks that it should give up, because nobody wants its result any more, or its time is over. Who
/// blocks for long asks now and then.
package final class WorkLimit: Sendable {
  /// By when the work has to be done; nil is whenever.
  package let deadline: MonotonicInstant?
  private let flag = Atomic(false)

  package init(deadline: MonotonicInstant? = nil) { self.deadline = deadline }

  package func cancel() { flag.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// What the work on this thread obeys; nil is nothing. Set around a job's run, and asked by what waits for
  /// the network far below it: a parameter through every port in between would carry nothing else.
  @TaskLocal package static var current: WorkLimit?
}
