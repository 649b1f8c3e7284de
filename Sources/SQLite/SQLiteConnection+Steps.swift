import CSQLite

extension SQLiteConnection {
  /// How many steps of SQLite's virtual machine the statements of this connection have taken so far
  /// (sqlite.org/c3ref/c_stmtstatus_counter.html). For the tests that hold work to its bounds: unlike time, it is
  /// the same on every machine and under any load.
  package var steps: Int {
    var steps = 0
    var statement = sqlite3_next_stmt(handle, nil)
    while let current = statement {
      steps += Int(sqlite3_stmt_status(current, SQLITE_STMTSTATUS_VM_STEP, 0))
      statement = sqlite3_next_stmt(handle, current)
    }
    return steps
  }
}
