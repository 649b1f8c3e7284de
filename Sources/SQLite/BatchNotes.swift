import Core

/// What the units of a batch leave to be done after their commit. A unit that is undone takes its notes with it,
/// as it does its rows; one that may still throw before it has written anything has to write first and note
/// then.
///
/// Not Sendable: it lives on the writer's queue and nowhere else.
package final class BatchNotes {
  private var calls: [() -> Void] = []

  /// Calls `body` on the writer's queue after the commit, before the units are answered; never where the
  /// commit fails. It must be quick.
  package func afterCommit(_ body: @escaping () -> Void) { calls.append(body) }

  struct Mark { fileprivate let calls: Int }

  func mark() -> Mark { Mark(calls: calls.count) }

  func goBack(to mark: Mark) { calls.removeLast(calls.count - mark.calls) }

  func makeCalls() { calls.forEach { $0() } }
}
