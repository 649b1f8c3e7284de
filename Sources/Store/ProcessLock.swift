import Core
import Foundation
import SQLite
import Synchronization

/// This process's entry among those that have the database open: a row, and a lock on a file of its own that
/// the kernel drops when the process dies, however it dies. Whoever can take the lock of a row knows that
/// its process is dead and that its executing jobs are orphans.
///
/// `flock` and not `fcntl`: it belongs to the open file, so that two stores in one process (tests have them)
/// are two holders. The file is never the database's: see `Database`.
final class ProcessLock: Sendable {
  let processID: Int64
  private let directory: String
  let bootID: String
  private let descriptor: Mutex<Int32?>

  init(directory: String, bootID: String, database: Database) throws {
    self.directory = directory
    self.bootID = bootID
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    // The lock comes before the row: a row without its lock would look like a dead process.
    let taken = ProcessLock.take(ProcessLock.path(directory, bootID), create: true)
    guard case .taken(let opened) = taken else {
      throw ProcessLockError.cannotLock(path: ProcessLock.path(directory, bootID))
    }
    descriptor = Mutex(opened)
    processID = try database.writer.perform { transaction in
      try transaction.connection.run(
        "INSERT INTO processes (boot_id, started_at) VALUES (:boot, :now)"
      ) {
        $0.bind(":boot", bootID)
        $0.bind(":now", transaction.now)
      }
      return transaction.connection.lastInsertedRow
    }
  }

  /// Whether the process that wrote this row is gone. Its lock file is removed with it.
  func isDead(bootID other: String) -> Bool {
    if other == bootID { return false }
    let path = ProcessLock.path(directory, other)
    switch ProcessLock.take(path, create: false) {
    case .taken(let descriptor):
      unlink(path)
      _ = Glibc.close(descriptor)
      return true
    case .missing: return true
    case .held, .failed: return false
    }
  }

  /// The row stays: the next start finds that its lock is free and clears up.
  func release() {
    descriptor.withLock { descriptor in
      if let open = descriptor { _ = Glibc.close(open) }
      descriptor = nil
    }
  }

  private enum Take {
    case taken(Int32), held, missing, failed
  }

  private static func take(_ path: String, create: Bool) -> Take {
    let descriptor = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0o600)
    if descriptor < 0 { return errno == ENOENT ? .missing : .failed }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .taken(descriptor) }
    let isHeld = errno == EWOULDBLOCK
    _ = Glibc.close(descriptor)
    return isHeld ? .held : .failed
  }

  private static func path(_ directory: String, _ bootID: String) -> String {
    "\(directory)/\(bootID).lock"
  }
}

package enum ProcessLockError: Error, Sendable, CustomStringConvertible {
  case cannotLock(path: String)

  package var description: String {
    switch self {
    case .cannotLock(let path): "cannot create and lock \(path)"
    }
  }
}
