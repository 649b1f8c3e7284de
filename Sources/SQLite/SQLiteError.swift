import CSQLite

/// What SQLite answered, sorted by what a caller can do about it.
package struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// Another process holds the write lock, and held it for longer than we wait.
    case busy
    /// No space on the disk, or the database's own page limit.
    case full
    case readOnly
    /// Reading or writing the file failed.
    case io
    case cannotOpen
    case unique
    case foreignKey
    /// CHECK, NOT NULL, a STRICT type, or a trigger's RAISE.
    case constraint
    case corrupt
    case other
  }

  package let kind: Kind
  /// SQLite's extended result code (sqlite.org/rescode.html).
  package let code: Int32
  /// SQLite's words; they name tables and columns, never values.
  package let message: String

  package init(kind: Kind, code: Int32, message: String) {
    self.kind = kind
    self.code = code
    self.message = message
  }

  init(code: Int32, handle: OpaquePointer?) {
    let words = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
    self.init(
      kind: Kind(code: code), code: code, message: words.map { String(cString: $0) } ?? "unknown")
  }

  /// The storage, not the statement, is at fault: the same unit may succeed once there is space again.
  package var isStorageFailure: Bool {
    switch kind {
    case .busy, .full, .readOnly, .io, .cannotOpen: true
    case .unique, .foreignKey, .constraint, .corrupt, .other: false
    }
  }

  package var description: String { "SQLite \(kind) (\(code)): \(message)" }
}

extension SQLiteError.Kind {
  fileprivate init(code: Int32) {
    switch code {
    case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID:
      self = .unique
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      self = .foreignKey
    default:
      switch code & 0xFF {
      case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
      case SQLITE_FULL: self = .full
      case SQLITE_READONLY: self = .readOnly
      case SQLITE_IOERR: self = .io
      case SQLITE_CANTOPEN: self = .cannotOpen
      case SQLITE_CONSTRAINT: self = .constraint
      case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
      default: self = .other
      }
    }
  }
}

// The extended codes are macros built of macros, which Swift does not import.
private let SQLITE_CONSTRAINT_FOREIGNKEY: Int32 = SQLITE_CONSTRAINT | (3 << 8)
private let SQLITE_CONSTRAINT_PRIMARYKEY: Int32 = SQLITE_CONSTRAINT | (6 << 8)
private let SQLITE_CONSTRAINT_UNIQUE: Int32 = SQLITE_CONSTRAINT | (8 << 8)
private let SQLITE_CONSTRAINT_ROWID: Int32 = SQLITE_CONSTRAINT | (10 << 8)
