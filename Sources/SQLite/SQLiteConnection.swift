import CSQLite
import Core

/// One connection to a database file, with its prepared statements. It is not Sendable: whoever owns it
/// (the writer, a reader, the checkpointer) lets one thread in at a time.
package final class SQLiteConnection {
  package enum Access: Sendable {
    case readWrite
    /// Cannot change the file, and never creates it.
    case readOnly
  }

  let handle: OpaquePointer
  private var statements: [UnsafeRawPointer: Statement] = [:]
  let walSize = WALSize()
  private var seenVersion: Int64?
  let busyTimeout: Duration

  /// Opens the file; `readWrite` creates it where it is missing.
  package init(path: String, access: Access, busyTimeout: Duration) throws(SQLiteError) {
    let flags: Int32
    switch access {
    case .readWrite: flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    case .readOnly: flags = SQLITE_OPEN_READONLY
    }
    _ = SQLiteConnection.library
    var opened: OpaquePointer?
    // NOMUTEX: one thread at a time is the owner's promise, so SQLite need not lock again.
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let error = SQLiteError(code: code, handle: opened)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    self.busyTimeout = busyTimeout
    sqlite3_extended_result_codes(handle, 1)
    wait(for: busyTimeout)
    try execute("PRAGMA foreign_keys = ON")
    try execute("PRAGMA trusted_schema = OFF")
    // Savepoints copy pages they may have to restore; in memory, not in a temporary file.
    try execute("PRAGMA temp_store = MEMORY")
  }

  /// Once, before anything else: without it every allocation of SQLite takes a lock of the whole process, to
  /// count bytes that nobody asks for.
  private static let library: Void = {
    invariant(bookend_sqlite3_configure() == SQLITE_OK, "SQLite starts")
  }()

  deinit {
    statements.removeAll()
    // Unlike sqlite3_close, _v2 waits for a statement that outlives the connection.
    sqlite3_close_v2(handle)
  }

  /// Runs a statement to its end and returns how many rows it changed.
  @discardableResult
  package func run(
    _ sql: StaticString, _ bind: (Bindings) -> Void = { _ in }
  ) throws(SQLiteError) -> Int {
    try use(sql, bind) { statement throws(SQLiteError) in
      while try statement.step() {}
      return Int(sqlite3_changes64(handle))
    }
  }

  /// Runs an INSERT; false, and nothing inserted, where a unique index says there is one already.
  package func insertIfNew(
    _ sql: StaticString, _ bind: (Bindings) -> Void
  ) throws(SQLiteError) -> Bool {
    do {
      try run(sql, bind)
      return true
    } catch {
      if error.kind == .unique { return false }
      throw error
    }
  }

  /// The first row, read by `read`, or nil where there is none.
  package func first<Value>(
    _ sql: StaticString, _ bind: (Bindings) -> Void = { _ in }, read: (Row) -> Value
  ) throws(SQLiteError) -> Value? {
    try use(sql, bind) { statement throws(SQLiteError) in
      try statement.step() ? read(Row(handle: statement.handle)) : nil
    }
  }

  package func all<Value>(
    _ sql: StaticString, _ bind: (Bindings) -> Void = { _ in }, read: (Row) -> Value
  ) throws(SQLiteError) -> [Value] {
    try use(sql, bind) { statement throws(SQLiteError) in
      var values: [Value] = []
      while try statement.step() { values.append(read(Row(handle: statement.handle))) }
      return values
    }
  }

  /// Whether the query has a row at all.
  package func exists(
    _ sql: StaticString, _ bind: (Bindings) -> Void = { _ in }
  ) throws(SQLiteError) -> Bool {
    try first(sql, bind) { _ in true } ?? false
  }

  /// The rowid of the last row inserted on this connection.
  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Rows changed since the connection was opened, whatever became of them.
  var totalChanges: Int64 { sqlite3_total_changes64(handle) }

  /// False between BEGIN and its end: some errors end a transaction by themselves.
  package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Whether another connection, of any process, has committed since this was last asked (PRAGMA data_version).
  func othersHaveWritten() throws(SQLiteError) -> Bool {
    let version = try first("PRAGMA data_version") { $0.int64(0) }
    defer { seenVersion = version }
    return version != seenVersion
  }

  /// Whether a deferred foreign key still waits for its row: COMMIT would fail.
  var owesReferences: Bool {
    var owed: Int32 = 0
    var highest: Int32 = 0
    let code = sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &owed, &highest, 0)
    invariant(code == SQLITE_OK, "SQLite knows what its foreign keys owe")
    return owed != 0
  }

  /// One or more statements without parameters or results, such as a migration.
  package func execute(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(code: code, handle: handle) }
  }

  /// How long a statement waits for a lock.
  func wait(for timeout: Duration) {
    sqlite3_busy_timeout(handle, Int32(clamping: timeout.wholeMilliseconds))
  }

  /// Borrows the statement from the cache. One that failed leaves the cache: its plan or its schema may be
  /// what failed.
  private func use<Value>(
    _ sql: StaticString, _ bind: (Bindings) -> Void,
    _ body: (Statement) throws(SQLiteError) -> Value
  ) throws(SQLiteError) -> Value {
    let key = UnsafeRawPointer(sql.utf8Start)
    let statement: Statement
    if let cached = statements[key] {
      statement = cached
    } else {
      statement = try Statement(sql, on: handle)
      statements[key] = statement
    }
    statement.bind(bind)
    do {
      let value = try body(statement)
      statement.rewind()
      return value
    } catch {
      statements[key] = nil
      throw error
    }
  }
}
