import Core
import Dispatch
import Synchronization

/// Copies the WAL back into the database file, on a connection and a queue of its own, so that no commit
/// waits for it. See the essay in `GroupCommitWriter.swift` for how it ends.
final class Checkpointer: Sendable {
  private let connection: Mutex<SQLiteConnection>
  private let queue = DispatchQueue(label: "bookend.checkpointer", qos: .utility)
  private let progress = Mutex(Progress())
  private let thresholdPages: Int

  private struct Progress {
    var isRunning = false
    /// The WAL's size when it was last tried; 0 once it has begun anew.
    var triedAtPages = 0
  }

  init(connection: sending SQLiteConnection, thresholdPages: Int) {
    self.connection = Mutex(connection)
    self.thresholdPages = thresholdPages
  }

  /// Called after each commit with the WAL's size; starts a checkpoint when it is due and none runs.
  /// `finish` is called when nearly all is copied.
  func commitDone(walPages: Int, finish: @escaping @Sendable () -> Void) {
    let isDue = progress.withLock { progress in
      if walPages < progress.triedAtPages { progress.triedAtPages = 0 }
      // Where a long reader keeps the WAL from ending, a try at each commit would only cost time.
      guard !progress.isRunning, walPages >= progress.triedAtPages + thresholdPages else {
        return false
      }
      progress = Progress(isRunning: true, triedAtPages: walPages)
      return true
    }
    if !isDue { return }
    queue.async {
      // An error here (a full disk) loses nothing: the WAL stays and is tried again when it has grown.
      self.connection.withLock { _ = try? $0.exists("PRAGMA wal_checkpoint(PASSIVE)") }
      finish()
      self.progress.withLock { $0.isRunning = false }
    }
  }

  /// Copies back what there is, so that the file alone is whole after a clean stop, and returns when it is
  /// done. PASSIVE, since another process may go on with the file.
  func stop() {
    queue.sync {
      connection.withLock { _ = try? $0.exists("PRAGMA wal_checkpoint(PASSIVE)") }
    }
  }
}
