import CSQLite

extension SQLiteConnection {
  /// Turns on the write-ahead log with an fsync per commit, and leaves checkpoints to the checkpointer.
  package func useWriteAheadLog(
    synchronous: Durability.Synchronous = .full
  ) throws(SQLiteError) {
    let mode = try turnOnWriteAheadLog(triesLeft: 20)
    guard mode == "wal" else {
      throw SQLiteError(
        kind: .cannotOpen, code: SQLITE_CANTOPEN,
        message: "this file system does not support the write-ahead log (got \(mode ?? "nothing"))")
    }
    try execute("PRAGMA synchronous = \(synchronous.rawValue)")
    try execute("PRAGMA wal_autocheckpoint = 0")
    // 64 MiB: the pages that bookings and jobs are written to stay at hand.
    try execute("PRAGMA cache_size = -65536")
    // A WAL that grew under a long reader shrinks again when it restarts.
    try execute("PRAGMA journal_size_limit = 67108864")
  }

  /// Of two processes that turn it on for a new file together each holds what the other needs, so SQLite
  /// refuses at once and does not wait. A lock that is taken and given back waits for whoever is first.
  private func turnOnWriteAheadLog(triesLeft: Int) throws(SQLiteError) -> String? {
    do throws(SQLiteError) {
      return try first("PRAGMA journal_mode = WAL") { $0.string(0) }
    } catch {
      guard error.kind == .busy, triesLeft > 1 else { throw error }
      try execute("BEGIN IMMEDIATE; COMMIT")
      return try turnOnWriteAheadLog(triesLeft: triesLeft - 1)
    }
  }

  /// Copies the whole WAL back, so that the next commit starts it from its beginning. Readers of older
  /// snapshots stand in the way of that; it waits for them, for `patience` at most, while new ones read
  /// the database file and do not. An error loses nothing: the WAL stays.
  func restartWriteAheadLog(patience: Duration) {
    wait(for: patience)
    defer { wait(for: busyTimeout) }
    _ = try? exists("PRAGMA wal_checkpoint(RESTART)")
  }

  /// The WAL's size after the last commit of this connection.
  var walPages: Int { walSize.pages }

  /// Keeps `walPages` up to date; without a hook SQLite would run its own checkpoints.
  package func watchWriteAheadLog() {
    let pointer = Unmanaged.passUnretained(walSize).toOpaque()
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<WALSize>.fromOpaque(context).takeUnretainedValue().pages = Int(pages)
        return SQLITE_OK
      }, pointer)
  }
}

/// Where the hook, which C calls inside COMMIT on the connection's own thread, leaves the size.
final class WALSize {
  var pages = 0
}
