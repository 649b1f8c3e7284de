import CSQLite

extension SQLiteConnection {
  /// How SQLite would find the rows of a statement, line by line as `EXPLAIN QUERY PLAN` says it
  /// (sqlite.org/eqp.html). For the tests that hold statements to their indexes; nothing is run.
  package func queryPlan(of sql: String) throws(SQLiteError) -> [String] {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, "EXPLAIN QUERY PLAN \(sql)", -1, &prepared, nil)
    defer { sqlite3_finalize(prepared) }
    guard code == SQLITE_OK else { throw SQLiteError(code: code, handle: handle) }
    var lines: [String] = []
    while sqlite3_step(prepared) == SQLITE_ROW {
      if let text = sqlite3_column_text(prepared, 3) { lines.append(String(cString: text)) }
    }
    return lines
  }
}
