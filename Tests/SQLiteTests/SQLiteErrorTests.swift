import Core
import Foundation
import SQLite
import TestSupport
import Testing

/// Each kind of error, made for real.
struct SQLiteErrorTests {
  let notes: Notes

  init() throws { notes = try Notes() }

  private func kind(_ body: (SQLiteConnection) throws -> Void) throws -> SQLiteError.Kind? {
    let connection = try notes.otherProcess()
    do {
      try body(connection)
      return nil
    } catch let error as SQLiteError {
      return error.kind
    }
  }

  @Test func constraints() throws {
    #expect(
      try kind {
        try $0.insert("a")
        try $0.insert("a")
      } == .unique)
    #expect(try kind { try $0.execute("INSERT INTO notes (id, text) VALUES (1, 'b')") } == .unique)
    #expect(try kind { try $0.insert("c", answering: 99) } == .foreignKey)
    #expect(try kind { try $0.insert("forbidden") } == .constraint)
    #expect(try kind { try $0.execute("INSERT INTO notes (text) VALUES (NULL)") } == .constraint)
    // STRICT tables refuse values of another type.
    #expect(
      try kind { try $0.execute("INSERT INTO notes (id, text) VALUES ('x', 'd')") } != nil)
    #expect(
      try kind {
        try $0.execute(
          """
          CREATE TEMP TRIGGER no BEFORE INSERT ON main.notes BEGIN
            SELECT RAISE(ABORT, 'not now');
          END
          """)
        try $0.insert("e")
      } == .constraint)
  }

  @Test func busy() throws {
    let holder = try notes.otherProcess()
    try holder.execute("BEGIN IMMEDIATE")
    #expect(try kind { try $0.execute("BEGIN IMMEDIATE") } == .busy)
    // A read that has become old cannot be turned into a write.
    let late = try notes.otherProcess()
    try late.execute("BEGIN")
    _ = try late.texts()
    try holder.insert("meanwhile")
    try holder.execute("COMMIT")
    let error = #expect(throws: SQLiteError.self) { try late.insert("late") }
    #expect(error?.kind == .busy)
  }

  @Test func full() throws {
    #expect(
      try kind {
        _ = try $0.exists("PRAGMA max_page_count = 1")
        try $0.insert(String(repeating: "x", count: 100_000))
      } == .full)
  }

  @Test func readOnly() throws {
    let reader = try SQLiteConnection(path: notes.path, access: .readOnly, busyTimeout: .zero)
    let error = #expect(throws: SQLiteError.self) { try reader.insert("a") }
    #expect(error?.kind == .readOnly)
    #expect(error?.isStorageFailure == true)
  }

  @Test func cannotOpen() throws {
    let missing = notes.folder.file("missing.db")
    for access in [SQLiteConnection.Access.readOnly] {
      let error = #expect(throws: SQLiteError.self) {
        _ = try SQLiteConnection(path: missing, access: access, busyTimeout: .zero)
      }
      #expect(error?.kind == .cannotOpen)
    }
    #expect(!FileManager.default.fileExists(atPath: missing))
    let error = #expect(throws: SQLiteError.self) {
      _ = try SQLiteConnection(
        path: notes.folder.file("no/such/folder.db"), access: .readWrite, busyTimeout: .zero)
    }
    #expect(error?.kind == .cannotOpen)
  }

  @Test func corrupt() throws {
    let path = notes.folder.file("noise.db")
    try Data(repeating: 0x55, count: 8192).write(to: URL(filePath: path))
    let connection = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .zero)
    let error = #expect(throws: SQLiteError.self) { _ = try connection.texts() }
    #expect(error?.kind == .corrupt)
    #expect(error?.isStorageFailure == false)
  }

  @Test func other() throws {
    #expect(try kind { try $0.execute("SELEC 1") } == .other)
  }

  @Test func wordsNeverHoldValues() throws {
    let secret = "guest@example.com"
    let connection = try notes.otherProcess()
    try connection.insert(secret)
    let error = #expect(throws: SQLiteError.self) { try connection.insert(secret) }
    #expect(error?.description == "SQLite unique (2067): UNIQUE constraint failed: notes.text")
  }
}
