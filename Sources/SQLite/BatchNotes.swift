import Core

/// What the units of a batch leave to be done once for all of them: sums that are written just before the
/// commit, and calls to make after it. A unit that is undone takes its notes with it, as it does its rows;
/// one that may still throw before it has written anything has to write first and note then.
///
/// Not Sendable: it lives on the writer's queue and nowhere else.
package final class BatchNotes {
  /// By a number that only who adds and who writes them understand.
  package private(set) var sums: [Int: Int] = [:]
  private var calls: [() -> Void] = []

  /// Adds to a sum. Sums that come to nothing are not written.
  package func add(_ amount: Int, to sum: Int) { sums[sum, default: 0] += amount }

  /// Calls `body` on the writer's queue after the commit, before the units are answered; never where the
  /// commit fails. It must be quick.
  package func afterCommit(_ body: @escaping () -> Void) { calls.append(body) }

  struct Mark {
    fileprivate let sums: [Int: Int]
    fileprivate let calls: Int
  }

  func mark() -> Mark { Mark(sums: sums, calls: calls.count) }

  func goBack(to mark: Mark) {
    sums = mark.sums
    calls.removeLast(calls.count - mark.calls)
  }

  func makeCalls() { calls.forEach { $0() } }
}
