import CSQLite

/// The lines of `EXPLAIN QUERY PLAN` for a statement (sqlite.org/eqp.html).
struct QueryPlan {
  struct Failed: Error { let message: String }

  let lines: [String]

  init(of sql: String, in path: String) throws {
    var connection: OpaquePointer?
    defer { sqlite3_close_v2(connection) }
    guard sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
      throw Failed(message: path)
    }
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    let explained = "EXPLAIN QUERY PLAN \(sql)"
    guard sqlite3_prepare_v2(connection, explained, -1, &statement, nil) == SQLITE_OK else {
      throw Failed(message: String(cString: sqlite3_errmsg(connection)))
    }
    var lines: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if let text = sqlite3_column_text(statement, 3) { lines.append(String(cString: text)) }
    }
    self.lines = lines
  }
}
