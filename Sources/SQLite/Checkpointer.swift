import Core
import Dispatch
import Synchronization

/// Copies the WAL back into the database file, on a connection and a queue of its own, so that no commit
/// waits for it. See the essay in `GroupCommitWriter.swift` for how it ends.
final class Checkpointer: Sendable {
  private let connection: Mutex<SQLiteConnection>
  private let queue = DispatchQueue(label: "bookend.checkpointer", qos: .utility)
  private let isRunning = Atomic(false)
  private let thresholdPages: Int

  init(connection: sending SQLiteConnection, thresholdPages: Int) {
    self.connection = Mutex(connection)
    self.thresholdPages = thresholdPages
  }

  /// Called after each commit with the WAL's size; starts a checkpoint when it is due and none runs.
  /// `finish` is called when nearly all is copied.
  func commitDone(walPages: Int, finish: @escaping @Sendable () -> Void) {
    guard walPages >= thresholdPages,
      isRunning.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
        .exchanged
    else { return }
    queue.async {
      // An error here (a full disk) loses nothing: the WAL stays and the next commit tries again.
      self.connection.withLock { _ = try? $0.exists("PRAGMA wal_checkpoint(PASSIVE)") }
      finish()
      self.isRunning.store(false, ordering: .releasing)
    }
  }

  /// Returns when no checkpoint runs.
  func stop() { queue.sync {} }
}
