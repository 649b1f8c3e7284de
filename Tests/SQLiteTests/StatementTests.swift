import Core
import SQLite
import TestSupport
import Testing

struct StatementTests {
  let folder: TemporaryFolder
  let connection: SQLiteConnection

  init() throws {
    folder = try TemporaryFolder()
    connection = try SQLiteConnection(
      path: folder.file("a.db"), access: .readWrite, busyTimeout: .zero)
    try Notes.migrator.migrate(connection)
  }

  @Test func aFailedStatementIsAsGoodAsNewTheNextTime() throws {
    try connection.insert("one")
    for _ in 1...3 {
      #expect(throws: SQLiteError.self) { try connection.insert("one") }
    }
    try connection.insert("two")
    #expect(try connection.texts() == ["one", "two"])
  }

  @Test func noValueStaysBoundForTheNextUse() throws {
    func echo(_ value: Int?) throws -> Int? {
      try connection.first("SELECT :value") { bindings in
        if let value { bindings.bind(":value", value) }
      } read: {
        $0.optionalInt(0)
      } ?? nil
    }
    #expect(try echo(7) == 7)
    #expect(try echo(nil) == nil)
  }

  @Test func noValueStaysBoundAfterAFailure() throws {
    try connection.insert("taken")
    func insert(_ text: String?) throws(SQLiteError) {
      try connection.run("INSERT INTO notes (text) VALUES (:text)") { bindings in
        if let text { bindings.bind(":text", text) }
      }
    }
    #expect(throws: SQLiteError.self) { try insert("taken") }
    let error = #expect(throws: SQLiteError.self) { try insert(nil) }
    #expect(error?.kind == .constraint)
    #expect(error?.message.contains("NOT NULL") == true)
  }

  @Test func valuesMayBeBoundInAnotherOrderAndNumberEachTime() throws {
    func sum(_ names: [StaticString]) throws -> [Int] {
      try connection.first("SELECT ifnull(:a, 0), ifnull(:b, 0), ifnull(:c, 0)") { bindings in
        for (number, name) in names.enumerated() { bindings.bind(name, number + 1) }
      } read: { row in
        [row.int(0), row.int(1), row.int(2)]
      } ?? []
    }
    let a: StaticString = ":a"
    let b: StaticString = ":b"
    let c: StaticString = ":c"
    #expect(try sum([a, b, c]) == [1, 2, 3])
    #expect(try sum([c, a]) == [2, 0, 1])
    #expect(try sum([]) == [0, 0, 0])
    #expect(try sum([b]) == [0, 1, 0])
    #expect(try sum([a, b, c]) == [1, 2, 3])
    #expect(try sum([a, c, b]) == [1, 3, 2])
  }

  @Test func aStatementLeftBeforeItsLastRowIsReusable() throws {
    for text in ["a", "b", "c"] { try connection.insert(text) }
    func first() throws -> String? {
      try connection.first("SELECT text FROM notes ORDER BY id") { $0.string(0) }
    }
    #expect(try first() == "a")
    #expect(try first() == "a")
    // A statement that was not rewound would keep its snapshot, and DROP would be refused.
    try connection.execute("DROP TABLE notes")
  }

  @Test func aCachedStatementFollowsTheSchema() throws {
    func columns() throws -> Int {
      try connection.insert("\(try connection.texts().count)")
      return try connection.first("SELECT * FROM notes") { $0.isNull(2) ? 3 : 0 } ?? 0
    }
    #expect(try columns() == 3)
    try connection.execute("ALTER TABLE notes ADD COLUMN colour TEXT")
    #expect(try columns() == 3)
    #expect(try connection.texts().count == 2)
  }

  @Test func countsTheRowsItChanged() throws {
    for text in ["a", "b", "c"] { try connection.insert(text) }
    #expect(try connection.run("DELETE FROM notes WHERE text > 'a'") == 2)
    #expect(try connection.run("DELETE FROM notes WHERE text > 'a'") == 0)
  }

  @Test func insertIfNewTellsOnlyOfUniqueness() throws {
    func insert(_ text: String) throws(SQLiteError) -> Bool {
      try connection.insertIfNew("INSERT INTO notes (text) VALUES (:text)") {
        $0.bind(":text", text)
      }
    }
    #expect(try insert("a"))
    #expect(try !insert("a"))
    #expect(throws: SQLiteError.self) { try insert("forbidden") }
    #expect(try connection.texts() == ["a"])
  }

  @Test(arguments: ["", "plain", "Zoë 🗓", "a\u{0}b", "'; DROP TABLE notes; --"])
  func textsComeBackAsTheyWent(_ text: String) throws {
    try connection.insert(text)
    #expect(try connection.texts() == [text])
  }

  @Test func valuesComeBackAsTheyWent() throws {
    let at = Timestamp(milliseconds: -1)
    let id = Identifier<Int>("int_1")
    let row = try connection.first(
      "SELECT :least, :most, :half, :yes, :blob, :empty, :at, :id, :nothing, :noBlob"
    ) {
      $0.bind(":least", Int64.min)
      $0.bind(":most", Int64.max)
      $0.bind(":half", 0.5)
      $0.bind(":yes", true)
      $0.bind(":blob", [0, 255, 0] as [UInt8])
      $0.bind(":empty", [] as [UInt8])
      $0.bind(":at", at)
      $0.bind(":id", id)
      $0.bind(":nothing", nil as String?)
      $0.bind(":noBlob", nil as [UInt8]?)
    } read: { row in
      #expect(row.int64(0) == .min)
      #expect(row.int64(1) == .max)
      #expect(row.double(2) == 0.5)
      #expect(row.bool(3))
      #expect(row.blob(4) == [0, 255, 0])
      #expect(row.optionalBlob(5) == [])
      #expect(row.timestamp(6) == at)
      #expect(row.identifier(7) == id)
      #expect(row.optionalString(8) == nil)
      #expect(row.optionalBlob(9) == nil)
      return true
    }
    #expect(row == true)
  }

  @Test func aMisspelledParameterIsAProgrammersError() async {
    await #expect(processExitsWith: .failure) { [path = folder.file("b.db") as String] in
      let connection = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .zero)
      try connection.run("SELECT :value") { $0.bind(":valve", 1) }
    }
  }
}
