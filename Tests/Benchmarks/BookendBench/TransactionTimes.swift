import CSQLite
import Core
import Foundation
import SQLite
import Synchronization

/// How long transactions last from their BEGIN to their COMMIT, and their COMMIT by itself, on every connection
/// opened after `watch`: those that run a statement that begins with certain words, and the others apart. The
/// COMMIT is mostly the disk's.
enum TransactionTimes {
  struct Kind: Sendable {
    let inside = Samples()
    let commits = Samples()
  }

  static let marked = Kind()
  static let others = Kind()

  fileprivate struct Open {
    var begun: UInt64 = 0
    var committing: UInt64 = 0
    var isMarked = false
  }

  fileprivate static let open = Mutex<[UInt: Open]>([:])
  fileprivate static let mark = Mutex("")

  static func watch(for words: String) throws {
    mark.withLock { $0 = words }
    // The library takes its settings before anything else: a connection of the program's sees to that.
    _ = try SQLiteConnection(path: ":memory:", access: .readWrite, busyTimeout: .zero)
    let entry: @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32 = trace
    sqlite3_auto_extension(unsafeBitCast(entry, to: (@convention(c) () -> Void).self))
  }

  fileprivate static func began(_ sql: String, on connection: UInt) {
    let now = nanoseconds()
    open.withLock { open in
      if sql.hasPrefix("BEGIN IMMEDIATE") { open[connection] = Open(begun: now) }
      if sql == "COMMIT" { open[connection]?.committing = now }
      if sql.hasPrefix(mark.withLock { $0 }) { open[connection]?.isMarked = true }
    }
  }

  fileprivate static func ended(_ sql: String, on connection: UInt) {
    guard sql == "COMMIT" else { return }
    let now = nanoseconds()
    guard let ended = open.withLock({ $0.removeValue(forKey: connection) }) else { return }
    let kind = ended.isMarked ? marked : others
    kind.inside.add([ended.committing - ended.begun])
    kind.commits.add([now - ended.committing])
  }
}

private func trace(_ connection: OpaquePointer?, _: OpaquePointer?, _: OpaquePointer?) -> Int32 {
  sqlite3_trace_v2(
    connection, UInt32(SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE), statementMoved,
    UnsafeMutableRawPointer(connection))
}

private func statementMoved(
  _ event: UInt32, _ connection: UnsafeMutableRawPointer?, _ statement: UnsafeMutableRawPointer?,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard let statement, let text = sqlite3_sql(OpaquePointer(statement)) else { return 0 }
  let (sql, number) = (String(cString: text), UInt(bitPattern: connection))
  if event == UInt32(SQLITE_TRACE_STMT) {
    TransactionTimes.began(sql, on: number)
  } else {
    TransactionTimes.ended(sql, on: number)
  }
  return 0
}
