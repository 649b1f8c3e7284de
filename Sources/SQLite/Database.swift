import Core
import Foundation

/// A database file with everything that is opened on it: the writer, the readers, the checkpointer. The
/// file and its `-wal` and `-shm` are opened and closed by SQLite alone: closing any descriptor of a file
/// drops the process's POSIX locks on it, SQLite's among them (sqlite.org/howtocorrupt.html, 2.2).
package final class Database: Sendable {
  package struct Options: Sendable {
    /// How long a statement waits for another process's lock.
    package var busyTimeout: Duration = .seconds(5)
    package var readers = 4
    /// What a commit waits for: `full` is an fsync of the log.
    package var synchronous = Durability.Synchronous.full
    /// The WAL's size at which it is copied back: 4 096 pages are 16 MiB.
    package var checkpointPages = 4096
    package var writer = GroupCommitWriter.Options()
    package init() {}
  }

  package let writer: GroupCommitWriter
  package let readers: Readers
  package let time: any TimeSource
  package let path: String
  private let checkpointer: Checkpointer

  /// Opens or creates the file and brings its schema up to date. A file that is damaged, newer or not ours
  /// is refused before anything is opened for writing.
  package init(
    path: String, migrator: Migrator, time: any TimeSource, options: Options = Options()
  ) throws(DatabaseError) {
    self.time = time
    self.path = path
    do {
      try Database.examine(path: path, migrator: migrator, busyTimeout: options.busyTimeout)
      let connection = try SQLiteConnection(
        path: path, access: .readWrite, busyTimeout: options.busyTimeout)
      try connection.useWriteAheadLog(synchronous: options.synchronous)
      try migrator.migrate(connection)
      connection.watchWriteAheadLog()

      let copying = try SQLiteConnection(
        path: path, access: .readWrite, busyTimeout: options.busyTimeout)
      try copying.useWriteAheadLog()
      let checkpointer = Checkpointer(
        connection: copying, thresholdPages: options.checkpointPages)
      writer = GroupCommitWriter(connection: connection, time: time, options: options.writer) {
        checkpointer.commitDone(walPages: $0, finish: $1)
      }
      self.checkpointer = checkpointer
      readers = Readers(path: path, count: options.readers, busyTimeout: options.busyTimeout)
    } catch MigrationError.unavailable(let error) {
      throw .unavailable(path: path, error)
    } catch let error as MigrationError {
      throw .refused(path: path, error)
    } catch let error as SQLiteError {
      throw .unavailable(path: path, error)
    } catch {
      trap("opening a database throws its two errors only, not \(error)")
    }
  }

  /// Takes no more, answers what waits, and returns when nothing works on the file any more. The connections
  /// close with the last reference to this object.
  package func close() {
    writer.close()
    checkpointer.stop()
    // The checkpoint that has just ended may have asked the writer for the last pages.
    writer.close()
  }

  /// Reads the header and checks the pages of a small file, without changing it. A large file is checked
  /// by `bookend check`: a start must not take longer the more there is.
  package static func examine(
    path: String, migrator: Migrator, busyTimeout: Duration
  ) throws {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    if size == 0 { return }
    do {
      let connection = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: busyTimeout)
      _ = try migrator.version(of: connection)
      if size <= quickCheckBytes { try checkPages(connection) }
    } catch let error as SQLiteError where error.kind == .corrupt {
      throw MigrationError.unreadable(error.message)
    }
  }

  /// Throws `MigrationError.unreadable` with SQLite's words where pages contradict each other.
  package static func checkPages(_ connection: SQLiteConnection) throws {
    let words = try connection.all("PRAGMA quick_check(3)") { $0.string(0) }
    if words != ["ok"] { throw MigrationError.unreadable(words.joined(separator: "; ")) }
  }

  /// 32 MiB: checked in some tens of milliseconds.
  private static let quickCheckBytes = 32 << 20
}

package enum DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
  case refused(path: String, MigrationError)
  case unavailable(path: String, SQLiteError)

  package var description: String {
    switch self {
    case .refused(let path, let error): "\(path): \(error)"
    case .unavailable(let path, let error): "\(path): \(error)"
    }
  }
}
