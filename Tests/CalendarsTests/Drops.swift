import Synchronization

/// True once.
final class Drops: Sendable {
  private let count = Atomic(0)

  func isFirst() -> Bool { count.add(1, ordering: .relaxed).oldValue == 0 }
}
