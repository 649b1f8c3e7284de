import SQLite
import TestSupport

/// A unit that holds the writer until it is pulled, so that what arrives meanwhile is known to wait.
final class Plug: Sendable {
  private let inside = Latch()
  private let pulled = Latch()
  let answered = Latch()

  /// Returns once the writer stands in the unit. `body` runs when the plug is pulled.
  init(
    _ writer: GroupCommitWriter,
    body: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) throws {
    writer.submit({ [inside, pulled] transaction in
      inside.open()
      try pulled.wait()
      try body(transaction)
    }) { [answered] _ in
      answered.open()
    }
    try inside.wait()
  }

  func pull() { pulled.open() }
}
