import Core
import SQLite
import TestSupport
import Testing

struct MigratorTests {
  let folder: TemporaryFolder
  let connection: SQLiteConnection

  init() throws {
    folder = try TemporaryFolder()
    connection = try SQLiteConnection(
      path: folder.file("a.db"), access: .readWrite, busyTimeout: .zero)
  }

  private static func migrator(_ statements: String...) -> Migrator {
    Migrator(
      applicationID: 7,
      migrations: statements.enumerated().map {
        Migration(version: $0.offset + 1, name: "step \($0.offset + 1)", sql: $0.element)
      })
  }

  private static let one = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)"
  private static let two = "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1"
  private static let three = "CREATE TABLE b (z INTEGER) STRICT"

  private func rows() throws -> [Int] {
    try connection.all("SELECT y FROM a ORDER BY x") { $0.int(0) }
  }

  @Test func appliesWhatIsMissingAndNothingTwice() throws {
    #expect(try Self.migrator(Self.one).migrate(connection) == [1])
    let newer = Self.migrator(Self.one, Self.two, Self.three)
    #expect(try newer.version(of: connection) == 1)
    #expect(try newer.migrate(connection) == [2, 3])
    #expect(try newer.migrate(connection) == [])
    #expect(try newer.version(of: connection) == 3)
    #expect(try rows() == [2])
  }

  @Test func lookingChangesNothing() throws {
    #expect(try Self.migrator(Self.one).version(of: connection) == 0)
    #expect(try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } == 0)
  }

  @Test func aMigrationIsAppliedAsAWholeOrNotAtAll() throws {
    let broken = Self.migrator(Self.one, Self.two + "; INSERT INTO nowhere VALUES (1)", Self.three)
    let error = #expect(throws: MigrationError.self) { try broken.migrate(connection) }
    guard case .failed(2, "step 2", let words) = error else {
      Issue.record("not the second step's failure: \(String(describing: error))")
      return
    }
    #expect(words.contains("nowhere"))
    // The first stays, the second left nothing, and the mended program goes on from there.
    #expect(!connection.isInTransaction)
    #expect(try broken.version(of: connection) == 1)
    #expect(throws: SQLiteError.self) { try rows() }
    #expect(try Self.migrator(Self.one, Self.two, Self.three).migrate(connection) == [2, 3])
    #expect(try rows() == [2])
  }

  @Test func neverGoesBack() throws {
    try Self.migrator(Self.one, Self.two).migrate(connection)
    #expect(throws: MigrationError.newer(file: 2, program: 1)) {
      try Self.migrator(Self.one).migrate(connection)
    }
    #expect(try rows() == [2])
  }

  @Test func knowsAFileThatIsNotOurs() throws {
    try connection.execute("PRAGMA application_id = 8; CREATE TABLE theirs (x)")
    #expect(throws: MigrationError.notOurs) { try Self.migrator(Self.one).migrate(connection) }
  }

  @Test func aFileWithTablesAndNoNameIsNotOurs() throws {
    try connection.execute("CREATE TABLE theirs (x)")
    #expect(throws: MigrationError.notOurs) { try Self.migrator(Self.one).migrate(connection) }
  }

  @Test func aVersionThatCannotBeIsRefused() throws {
    try connection.execute("PRAGMA application_id = 7; PRAGMA user_version = -1")
    #expect(throws: MigrationError.self) { try Self.migrator(Self.one).migrate(connection) }
  }

  @Test func aLockedFileIsNotCalledDamaged() throws {
    try Self.migrator(Self.one).migrate(connection)
    try connection.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    let other = try SQLiteConnection(
      path: folder.file("a.db"), access: .readWrite, busyTimeout: .zero)
    let error = #expect(throws: MigrationError.self) {
      _ = try Self.migrator(Self.one).version(of: other)
    }
    #expect(error?.description.contains("damaged") == false)
    #expect(error?.description.contains("locked") == true)
  }

  /// Both have looked before either begins.
  @Test func twoThatStartTogetherApplyEachMigrationOnce() throws {
    let slow = Self.migrator(Self.one, Self.two)
    let path = folder.file("a.db")
    try connection.useWriteAheadLog()
    try connection.execute("BEGIN IMMEDIATE")
    let looked = Latch()
    let done = Latch()
    let outcome = Outcome<[Int]>()
    inThread {
      outcome.keep {
        let other = try SQLiteConnection(
          path: path, access: .readWrite, busyTimeout: .seconds(20))
        _ = try slow.version(of: other)
        looked.open()
        return try slow.migrate(other)
      }
      done.open()
    }
    try looked.wait()
    // The other one waits for our lock with what it read before.
    #expect(!done.opens(within: .milliseconds(100)))
    try connection.execute("PRAGMA application_id = 7; PRAGMA user_version = 1")
    try connection.execute(Self.one)
    try connection.execute("COMMIT")
    try done.wait()
    #expect(try outcome.get() == [2])
    #expect(try rows() == [2])
  }
}
