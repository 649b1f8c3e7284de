import Core
import SQLite
import Synchronization

/// Tells whether anybody has committed to the file since it was last asked, by SQLite's own counter (`PRAGMA
/// data_version`), which costs a look at shared memory and no lock.
package final class PeerChanges: Sendable {
  private struct State: ~Copyable {
    let connection: SQLiteConnection
    var version: Int
  }

  private let state: Mutex<State>

  init(path: String, busyTimeout: Duration) throws {
    let connection = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: busyTimeout)
    let version = try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
    state = Mutex(State(connection: connection, version: version))
  }

  /// Also true of this process's own commits.
  package func haveCome() throws -> Bool {
    try state.withLock { state in
      let version = try state.connection.first("PRAGMA data_version") { $0.int(0) } ?? 0
      defer { state.version = version }
      return version != state.version
    }
  }
}

extension Store {
  /// How durable a commit is here, as measured now.
  package func durability() throws -> Durability { try database.durability() }

  package func now() -> Timestamp { database.time.now() }

  /// The size of the write-ahead log, in bytes.
  package func walBytes() -> Int { Database.size(of: database.path + "-wal") }

  package func watchPeers() throws -> PeerChanges {
    try PeerChanges(path: database.path, busyTimeout: .seconds(1))
  }
}
