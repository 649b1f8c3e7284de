import CSQLite
import Core
import Foundation
import SQLite
import Synchronization

/// What statements cost, counted and not timed: the steps of SQLite's virtual machine
/// (sqlite.org/c3ref/c_stmtstatus_counter.html), which no load on the machine changes.
enum StatementSteps {
  struct Cost: Sendable {
    var runs = 0
    var steps = 0
    /// Rows walked over without an index that leads to them.
    var scanned = 0
  }

  fileprivate static let costs = Mutex<[String: Cost]>([:])

  /// Counts on every connection that is opened from now on.
  static func begin() throws {
    // The library takes its settings before anything else: a connection of the program's sees to that.
    _ = try SQLiteConnection(path: ":memory:", access: .readWrite, busyTimeout: .zero)
    watchNewConnections()
  }

  /// What `body` costs, on whatever connection and thread, statement by statement, the dearest first.
  static func of(_ body: () throws -> Void) rethrows -> [(sql: String, cost: Cost)] {
    costs.withLock { $0 = [:] }
    try body()
    return soFar()
  }

  static func soFar() -> [(sql: String, cost: Cost)] {
    costs.withLock { $0 }.map { (sql: $0.key, cost: $0.value) }
      .sorted { $0.cost.steps > $1.cost.steps }
  }

  /// For whoever looks for the statement that a figure comes from: runs and steps, divided by `units`.
  static func tell(_ costs: [(sql: String, cost: Cost)], of units: Double) {
    for (sql, cost) in costs.prefix(20) {
      let numbers = [cost.steps, cost.scanned, cost.runs].map {
        String(format: "%9.2f", Double($0) / units)
      }
      let words = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      FileHandle.standardError.write(
        Data("\(numbers.joined())  \(words.prefix(160))\n".utf8))
    }
  }
}

private func watchNewConnections() {
  let entry: @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32 = watch
  sqlite3_auto_extension(unsafeBitCast(entry, to: (@convention(c) () -> Void).self))
}

private func watch(_ connection: OpaquePointer?, _: OpaquePointer?, _: OpaquePointer?) -> Int32 {
  sqlite3_trace_v2(connection, UInt32(SQLITE_TRACE_PROFILE), statementEnded, nil)
}

private func statementEnded(
  _: UInt32, _: UnsafeMutableRawPointer?, _ statement: UnsafeMutableRawPointer?,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard let statement else { return 0 }
  let handle = OpaquePointer(statement)
  let sql = sqlite3_sql(handle).map { String(cString: $0) } ?? ""
  let steps = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 1)
  let scanned = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1)
  StatementSteps.costs.withLock { costs in
    costs[sql, default: StatementSteps.Cost()].runs += 1
    costs[sql, default: StatementSteps.Cost()].steps += Int(steps)
    costs[sql, default: StatementSteps.Cost()].scanned += Int(scanned)
  }
  return 0
}
