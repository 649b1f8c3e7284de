import Core
import Foundation
import SQLite
import TestSupport

/// A database of one table of texts, in a folder of its own.
final class Notes {
  let folder: TemporaryFolder
  let path: String
  let database: Database

  static let migrator = Migrator(
    applicationID: 0x4E4F_5445,
    migrations: [Migration(version: 1, name: "notes", sql: sql)])

  private static let sql = """
    CREATE TABLE notes (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE CHECK (text <> 'forbidden'),
      answers INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED
    ) STRICT
    """

  init(options: Database.Options = Database.Options(), time: any TimeSource = SystemTime()) throws {
    folder = try TemporaryFolder()
    path = folder.file("notes.db")
    database = try Database(
      path: path, migrator: Notes.migrator, time: time, options: options)
  }

  deinit { database.close() }

  var writer: GroupCommitWriter { database.writer }

  /// What a snapshot taken now holds, in order of arrival.
  func texts() throws -> [String] { try database.readers.read { try $0.texts() } }

  /// A connection as another process would have it.
  func otherProcess(busyTimeout: Duration = .zero) throws -> SQLiteConnection {
    try SQLiteConnection(path: path, access: .readWrite, busyTimeout: busyTimeout)
  }
}

extension SQLiteConnection {
  func insert(_ text: String) throws(SQLiteError) {
    try run("INSERT INTO notes (text) VALUES (:text)") { $0.bind(":text", text) }
  }

  /// Kept until the transaction ends only if note `id` exists by then.
  func insert(_ text: String, answering id: Int) throws(SQLiteError) {
    try run("INSERT INTO notes (text, answers) VALUES (:text, :id)") {
      $0.bind(":text", text)
      $0.bind(":id", id)
    }
  }

  func texts() throws(SQLiteError) -> [String] {
    try all("SELECT text FROM notes ORDER BY id") { $0.string(0) }
  }
}
