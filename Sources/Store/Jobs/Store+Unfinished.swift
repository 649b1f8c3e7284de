import Core
import Queue
import SQLite

// Work that grows with the backlog is done in bites: how far it has come is committed with each of them. If the
// process dies in between, whoever sweeps next goes on.

extension Store {
  /// Between two bites it stops where `WorkLimit.current` says so.
  package func finishWhatWasBegun() throws {
    guard try isAnythingBegun() else { return }
    do {
      try finishMovingBack()
      try finishTellings()
      try finishWakings()
      try finishUndoings()
      try finishActions()
    } catch is StoppedBetweenBites {
      // The rest is in the file.
    }
  }

  private func isAnythingBegun() throws -> Bool {
    try ask { connection in
      try connection.exists("SELECT 1 FROM tellings LIMIT 1")
        || connection.exists("SELECT 1 FROM wakings LIMIT 1")
        || connection.exists("SELECT 1 FROM actions_begun LIMIT 1")
        || connection.exists(
          """
          SELECT 1 FROM clock_jumps INDEXED BY clock_jumps_unfinished
          WHERE moved_to IS NOT NULL LIMIT 1
          """)
        || connection.exists(
          "SELECT 1 FROM actions INDEXED BY actions_being_undone WHERE undone_to IS NOT NULL LIMIT 1"
        )
    }
  }

  /// One of many transactions; not begun where the work is to stop.
  func writeBite<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) throws -> Value {
    let isOver = WorkLimit.current?.isOver(at: database.time.monotonic()) ?? false
    if isOver { throw StoppedBetweenBites() }
    return try write(body)
  }
}

struct StoppedBetweenBites: Error {}
