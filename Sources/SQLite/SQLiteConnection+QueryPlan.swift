import CSQLite

// How SQLite would find the rows of a statement. For the tests that hold statements to their indexes; nothing is
// run.

extension SQLiteConnection {
  /// Line by line as `EXPLAIN QUERY PLAN` says it (sqlite.org/eqp.html).
  package func queryPlan(of sql: String) throws(SQLiteError) -> [String] {
    try explain("EXPLAIN QUERY PLAN \(sql)") { $0.string(3) }
  }

  /// Whether a query reads rows of tables, and not only entries of their indexes: by its program
  /// (sqlite.org/opcode.html), in which a table is opened with the number of its columns and an index with a
  /// description of its key.
  package func readsTables(_ sql: String) throws(SQLiteError) -> Bool {
    let program = try explain("EXPLAIN \(sql)") {
      (code: $0.string(1), cursor: $0.int(2), detail: $0.string(5))
    }
    let tables = program.filter { $0.code == "OpenRead" && !$0.detail.hasPrefix("k(") }
      .map(\.cursor)
    // A seek that is deferred is made when a column is read, and otherwise not.
    return program.contains { $0.code == "Column" && tables.contains($0.cursor) }
  }

  /// The instructions of its program, by name.
  package func opcodes(of sql: String) throws(SQLiteError) -> [String] {
    try explain("EXPLAIN \(sql)") { $0.string(1) }
  }

  private func explain<Value>(
    _ sql: String, read: (Row) -> Value
  ) throws(SQLiteError) -> [Value] {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &prepared, nil)
    defer { sqlite3_finalize(prepared) }
    guard code == SQLITE_OK, let prepared else { throw SQLiteError(code: code, handle: handle) }
    var rows: [Value] = []
    while sqlite3_step(prepared) == SQLITE_ROW { rows.append(read(Row(handle: prepared))) }
    return rows
  }
}
