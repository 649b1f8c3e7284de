import Core
import Foundation
import SQLite
import TestSupport
import Testing

/// What is opened, and what is refused and left as it is to the byte.
struct DatabaseFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("notes.db") }

  init() throws { folder = try TemporaryFolder() }

  @discardableResult
  private func open(migrator: Migrator = Notes.migrator) throws -> [String] {
    let database = try Database(path: path, migrator: migrator, time: SystemTime())
    defer { database.close() }
    return try database.readers.read { try $0.texts() }
  }

  /// Opening throws `DatabaseError.refused` with these words, and no byte of the folder changes.
  private func expectRefusal(
    _ words: String, migrator: Migrator = Notes.migrator,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try contents(ofFolder: folder.path)
    let error = #expect(throws: DatabaseError.self, sourceLocation: sourceLocation) {
      try open(migrator: migrator)
    }
    guard case .refused(_, let refusal) = error else {
      Issue.record("not refused: \(String(describing: error))", sourceLocation: sourceLocation)
      return
    }
    #expect(refusal.description.contains(words), sourceLocation: sourceLocation)
    #expect(refusal.description.contains("not touched"), sourceLocation: sourceLocation)
    let after = try contents(ofFolder: folder.path)
    for (name, bytes) in before {
      #expect(after[name] == bytes, "\(name)", sourceLocation: sourceLocation)
    }
  }

  @Test func aMissingFileAndAnEmptyOneAreMade() throws {
    #expect(try open() == [])
    try FileManager.default.removeItem(atPath: path)
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    #expect(try open() == [])
  }

  @Test func opensAgainWithWhatItHeld() throws {
    let database = try Database(path: path, migrator: Notes.migrator, time: SystemTime())
    try database.writer.perform { try $0.connection.insert("kept") }
    database.close()
    #expect(try open() == ["kept"])
  }

  @Test func aNewerFileIsRefused() throws {
    let newer = Migrator(
      applicationID: Notes.migrator.applicationID,
      migrations: Notes.migrator.migrations + [
        Migration(version: 2, name: "later", sql: "CREATE TABLE later (x)")
      ])
    try open(migrator: newer)
    try expectRefusal("version 2, this program knows up to 1")
  }

  /// A process of the newer program died: what it committed last is in the WAL only.
  @Test func aNewerFileWithAWriteAheadLogIsRefused() throws {
    let newer = Migrator(
      applicationID: Notes.migrator.applicationID,
      migrations: Notes.migrator.migrations + [
        Migration(version: 2, name: "later", sql: "CREATE TABLE later (x)")
      ])
    let elsewhere = try TemporaryFolder()
    let database = try Database(
      path: elsewhere.file("notes.db"), migrator: newer, time: SystemTime())
    for name in ["notes.db", "notes.db-wal"] {
      try FileManager.default.copyItem(atPath: elsewhere.file(name), toPath: folder.file(name))
    }
    database.close()
    try expectRefusal("version 2, this program knows up to 1")
  }

  @Test func somebodyElsesDatabaseIsRefused() throws {
    let theirs = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .zero)
    try theirs.execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
    try expectRefusal("some other program")
  }

  @Test func whatIsNoDatabaseIsRefused() throws {
    try Data("Dear diary, today I renamed a file.\n".utf8).write(to: URL(filePath: path))
    try expectRefusal("no database at all")
  }

  @Test func aDamagedPageIsFound() throws {
    try fill()
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 3 * 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
    try file.close()
    try expectRefusal("damaged")
  }

  /// Some fifty pages, all in the one file.
  private func fill() throws {
    let connection = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .zero)
    try Notes.migrator.migrate(connection)
    try connection.execute("BEGIN")
    for number in 0..<2000 { try connection.insert("note \(number)") }
    try connection.execute("COMMIT")
  }

  @Test func aFileCutShortIsFound() throws {
    try fill()
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.truncate(atOffset: 5 * 4096)
    try file.close()
    try expectRefusal("damaged")
  }

  @Test func aFolderThatIsNotThereIsNotAvailable() throws {
    let error = #expect(throws: DatabaseError.self) {
      _ = try Database(
        path: folder.file("no/notes.db"), migrator: Notes.migrator, time: SystemTime())
    }
    guard case .unavailable(_, let cause) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cause.kind == .cannotOpen)
  }

  /// Another process may hold the file for longer than we wait: that is no damage.
  @Test func aLockedFileIsUnavailable() throws {
    try open()
    let holder = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .zero)
    try holder.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    var options = Database.Options()
    options.busyTimeout = .milliseconds(20)
    let error = #expect(throws: DatabaseError.self) {
      _ = try Database(
        path: path, migrator: Notes.migrator, time: SystemTime(), options: options)
    }
    guard case .unavailable(_, let cause) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cause.kind == .busy)
  }

  @Test func severalThatStartTogetherAllOpen() throws {
    for round in 0..<10 {
      let path = folder.file("race-\(round).db")
      let outcomes = (0..<4).map { _ in Outcome<Bool>() }
      inThreads(4) { number in
        outcomes[number].keep {
          let database = try Database(path: path, migrator: Notes.migrator, time: SystemTime())
          try database.writer.perform { try $0.connection.insert("note \(number)") }
          database.close()
          return true
        }
      }
      for outcome in outcomes { #expect(throws: Never.self) { _ = try outcome.get() } }
      let connection = try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .seconds(5))
      #expect(try connection.texts().count == 4)
    }
  }
}
