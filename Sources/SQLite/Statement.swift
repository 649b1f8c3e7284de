import CSQLite
import Core

/// One prepared statement. It belongs to its connection's cache and never leaves the module: callers see
/// `Bindings` before it runs and `Row` while it does.
final class Statement {
  let handle: OpaquePointer
  private var parameters = Parameters()

  init(_ sql: StaticString, on connection: OpaquePointer) throws(SQLiteError) {
    var prepared: OpaquePointer?
    let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
    // PERSISTENT: the statement stays in the cache, so SQLite keeps it out of its lookaside memory.
    let code = sqlite3_prepare_v3(
      connection, text, Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared,
      nil)
    guard code == SQLITE_OK, let prepared else {
      throw SQLiteError(code: code, handle: connection)
    }
    handle = prepared
  }

  deinit { sqlite3_finalize(handle) }

  /// True while there is a row.
  func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw SQLiteError(code: code, handle: sqlite3_db_handle(handle))
    }
  }

  /// Back to before its first step. The values stay: see `bind`.
  func rewind() {
    sqlite3_reset(handle)
    parameters.next = 0
  }

  func index(of name: StaticString) -> Int32 { parameters.index(of: name, in: handle) }

  /// Gives the parameters their values. Those of the last use are overwritten, in their memory; where one might be
  /// left, because not each is bound, all are cleared first.
  func bind(_ values: (Bindings) -> Void) {
    values(Bindings(self))
    if parameters.areAll(of: handle) { return }
    sqlite3_clear_bindings(handle)
    parameters.next = 0
    values(Bindings(self))
  }
}

/// Where the named parameters of a statement stand. SQLite finds one by comparing names one after the other,
/// which for the fifteen of a row costs as much as storing it; but a statement is bound by one place in the
/// code, in the same order each time, and a literal lies where it lay.
private struct Parameters {
  /// In the order in which they were bound the last time.
  private var known: [(name: UnsafePointer<UInt8>, index: Int32)] = []
  /// Which of them is bound next.
  var next = 0
  /// Whether the known ones are all that the statement has; nil where that has to be counted.
  private var areWhole: Bool?

  /// Whether all have been bound, and were.
  mutating func areAll(of statement: OpaquePointer) -> Bool {
    let areWhole =
      areWhole ?? (Set(known.map(\.index)).count == sqlite3_bind_parameter_count(statement))
    self.areWhole = areWhole
    return areWhole && next == known.count
  }

  mutating func index(of name: StaticString, in statement: OpaquePointer) -> Int32 {
    defer { next += 1 }
    if next < known.count, known[next].name == name.utf8Start { return known[next].index }
    let text = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    let index = sqlite3_bind_parameter_index(statement, text)
    invariant(index > 0, "the statement has a parameter \(name)")
    known.removeSubrange(min(next, known.count)...)
    known.append((name.utf8Start, index))
    areWhole = nil
    return index
  }
}

/// Gives values to the named parameters of a statement. A name that the statement does not have is a
/// programmer's error.
package struct Bindings {
  let statement: Statement
  private var handle: OpaquePointer { statement.handle }

  init(_ statement: Statement) { self.statement = statement }

  package func bind(_ name: StaticString, _ value: Int64) {
    sqlite3_bind_int64(handle, index(name), value)
  }

  package func bind(_ name: StaticString, _ value: Int) { bind(name, Int64(value)) }
  package func bind(_ name: StaticString, _ value: Bool) { bind(name, value ? 1 as Int64 : 0) }

  package func bind(_ name: StaticString, _ value: Double) {
    sqlite3_bind_double(handle, index(name), value)
  }

  package func bind(_ name: StaticString, _ value: String) {
    var text = value
    text.withUTF8 { bytes in
      let start = bytes.baseAddress.map { UnsafeRawPointer($0) } ?? Self.nothing
      _ = bookend_sqlite3_bind_text(
        handle, index(name), start.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
  }

  package func bind(_ name: StaticString, _ value: [UInt8]) {
    value.withUnsafeBytes { bytes in
      _ = bookend_sqlite3_bind_blob(
        handle, index(name), bytes.baseAddress ?? Self.nothing, Int32(bytes.count))
    }
  }

  package func bind(_ name: StaticString, _ value: Int64?) {
    if let value { bind(name, value) } else { bindNull(name) }
  }
  package func bind(_ name: StaticString, _ value: Int?) { bind(name, value.map(Int64.init)) }
  package func bind(_ name: StaticString, _ value: String?) {
    if let value { bind(name, value) } else { bindNull(name) }
  }
  package func bind(_ name: StaticString, _ value: [UInt8]?) {
    if let value { bind(name, value) } else { bindNull(name) }
  }

  package func bind(_ name: StaticString, _ value: Timestamp) { bind(name, value.milliseconds) }
  package func bind(_ name: StaticString, _ value: Timestamp?) {
    bind(name, value?.milliseconds)
  }
  package func bind<Entity>(_ name: StaticString, _ value: Identifier<Entity>) {
    bind(name, value.text)
  }
  package func bind<Entity>(_ name: StaticString, _ value: Identifier<Entity>?) {
    bind(name, value?.text)
  }

  private func bindNull(_ name: StaticString) { sqlite3_bind_null(handle, index(name)) }

  private func index(_ name: StaticString) -> Int32 { statement.index(of: name) }

  /// Any address: an empty buffer may have none, and a null address binds NULL.
  private static var nothing: UnsafeRawPointer { UnsafeRawPointer(StaticString("").utf8Start) }
}

/// The row a statement stands on, read by column position in the order of its SELECT or RETURNING.
package struct Row {
  let handle: OpaquePointer

  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  package func bool(_ column: Int32) -> Bool { int64(column) != 0 }
  package func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  package func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  package func string(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  package func blob(_ column: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, column) else { return [] }
    return Array(
      UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }

  package func timestamp(_ column: Int32) -> Timestamp { Timestamp(milliseconds: int64(column)) }

  package func identifier<Entity>(_ column: Int32) -> Identifier<Entity> {
    Identifier(string(column))
  }

  package func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }
  package func optionalString(_ column: Int32) -> String? {
    isNull(column) ? nil : string(column)
  }
  package func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }
  package func optionalTimestamp(_ column: Int32) -> Timestamp? {
    isNull(column) ? nil : timestamp(column)
  }
  package func optionalIdentifier<Entity>(_ column: Int32) -> Identifier<Entity>? {
    isNull(column) ? nil : identifier(column)
  }
}
