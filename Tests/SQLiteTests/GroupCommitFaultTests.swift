import Core
import Foundation
import SQLite
import TestSupport
import Testing

/// The writer under faults of the storage: every unit is answered, what failed is not in the file, and the
/// next unit works as soon as the fault is gone.
struct GroupCommitFaultTests {
  let notes: Notes
  var writer: GroupCommitWriter { notes.writer }

  init() throws {
    var options = Database.Options()
    options.busyTimeout = .seconds(20)
    notes = try Notes(options: options)
  }

  // MARK: - Another process

  @Test func waitsForAnotherProcess() throws {
    let other = try notes.otherProcess()
    try other.execute("BEGIN IMMEDIATE")
    try other.insert("theirs")
    let answers = Answers(1)
    let done = Latch()
    let writer = writer
    inThread {
      writer.insert("ours", telling: answers)
      try? answers.wait()
      done.open()
    }
    #expect(!done.opens(within: .milliseconds(100)))
    try other.execute("COMMIT")
    try done.wait()
    #expect(answers.succeeded == ["ours"])
    #expect(try notes.texts() == ["theirs", "ours"])
  }

  @Test func givesUpOnAnotherProcessInTime() throws {
    var options = Database.Options()
    options.busyTimeout = .milliseconds(30)
    let impatient = try Notes(options: options)
    let other = try impatient.otherProcess()
    try other.execute("BEGIN IMMEDIATE")
    let answers = Answers(3)
    for name in ["a", "b", "c"] { impatient.writer.insert(name, telling: answers) }
    try answers.wait()
    for name in ["a", "b", "c"] { #expect(answers.storageFailure(name) == .busy) }
    try other.execute("ROLLBACK")
    try impatient.writer.perform { try $0.connection.insert("after") }
    #expect(try impatient.texts() == ["after"])
  }

  // MARK: - No space

  /// A unit on the writer's own connection sets the limit, as a full disk would.
  private func limitPages(_ more: Int?) throws {
    try writer.perform { transaction in
      let connection = transaction.connection
      let used = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
      // Numbers cannot be bound in a PRAGMA.
      try connection.execute("PRAGMA max_page_count = \(more.map { used + $0 } ?? 1_000_000)")
    }
  }

  private static let large = String(repeating: "x", count: 200_000)

  @Test func aUnitWithoutSpaceFailsAndLeavesNothing() throws {
    try limitPages(8)
    let error = #expect(throws: SQLiteError.self) {
      try writer.perform { transaction in
        try transaction.connection.insert("first half")
        try transaction.connection.insert(Self.large)
      }
    }
    #expect(error?.kind == .full)
    #expect(error?.isStorageFailure == true)
    try writer.perform { try $0.connection.insert("small") }
    #expect(try notes.texts() == ["small"])
    try limitPages(nil)
    try writer.perform { try $0.connection.insert(Self.large) }
    #expect(try notes.texts() == ["small", Self.large])
  }

  @Test func noSpaceIsToldToAllWhomItConcerns() throws {
    try limitPages(8)
    let plug = try Plug(writer) { try $0.connection.insert("plug") }
    let answers = Answers(5)
    writer.insert("a", telling: answers)
    writer.insert("b", telling: answers)
    writer.insert(Self.large, telling: answers)
    writer.insert("c", telling: answers)
    writer.insert("d", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.order == ["a", "b", Self.large, "c", "d"])
    #expect(answers.storageFailure(Self.large) == .full)
    // Whoever was told of success is in the file, and nobody else.
    let told = answers.succeeded
    #expect(Set(try notes.texts()).subtracting(["plug"]) == Set(told))
    #expect(told.suffix(2) == ["c", "d"])
    for name in answers.order where !told.contains(name) {
      #expect(answers.storageFailure(name) == .full)
    }
  }

  /// SQLite undoes one statement instead of everything when it keeps a statement journal: then the units
  /// before it stay.
  @Test func aStatementThatIsUndoneAloneHarmsNoOther() throws {
    try limitPages(8)
    let plug = try Plug(writer)
    let answers = Answers(3)
    writer.insert("a", telling: answers)
    writer.submit({ transaction in
      try transaction.connection.execute(
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
        INSERT INTO notes (text) SELECT i || hex(zeroblob(500)) FROM n
        """)
    }) { answers.note("many", $0) }
    writer.insert("b", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.storageFailure("many") == .full)
    #expect(answers.succeeded == ["a", "b"])
    #expect(try notes.texts() == ["a", "b"])
  }

  // MARK: - A transaction that ends by itself, and a commit that fails

  @Test func whenTheTransactionIsLostAllWhoRanAreTold() throws {
    let plug = try Plug(writer) { try $0.connection.insert("plug") }
    let answers = Answers(4)
    writer.insert("a", telling: answers)
    writer.insert("b", telling: answers) { transaction in
      try transaction.connection.execute("ROLLBACK")
      try transaction.connection.insert("forbidden")
    }
    writer.insert("c", telling: answers)
    writer.insert("d", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.order == ["a", "b", "c", "d"])
    #expect(answers.failure("a") is SQLiteError)
    #expect(answers.failure("b") is SQLiteError)
    #expect(answers.succeeded == ["c", "d"])
    #expect(try notes.texts() == ["c", "d"])
  }

  @Test func aUnitThatEndsTheTransactionWithoutAWordIsTold() throws {
    let error = #expect(throws: SQLiteError.self) {
      try writer.perform { transaction in
        try transaction.connection.insert("a")
        try transaction.connection.execute("ROLLBACK")
      }
    }
    #expect(error?.isStorageFailure == true)
    try writer.perform { try $0.connection.insert("b") }
    #expect(try notes.texts() == ["b"])
  }

  /// A deferred reference is checked at COMMIT only: a unit that leaves one open would fail everybody's.
  @Test func aUnitThatOwesAReferenceFailsAlone() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    writer.insert("a", telling: answers)
    writer.submit({ try $0.connection.insert("b", answering: 99) }) { answers.note("b", $0) }
    writer.insert("c", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.storageFailure("b") == .foreignKey)
    #expect(answers.succeeded == ["a", "c"])
    #expect(try notes.texts() == ["a", "c"])
  }

  @Test func aReferenceThatIsMadeGoodWithinItsUnitStays() throws {
    try writer.perform { transaction in
      try transaction.connection.insert("b", answering: 2)
      try transaction.connection.insert("a")
    }
    #expect(try notes.texts() == ["b", "a"])
  }

  /// In a process of its own, because the limit on the size of files is the process's.
  @Test func aCommitThatFailsIsToldToAllAndIsNotInTheFile() async {
    await #expect(processExitsWith: .success) {
      // Otherwise the signal would end the process where write() should fail.
      signal(SIGXFSZ, SIG_IGN)
      let notes = try Notes()
      try notes.writer.perform { try $0.connection.insert("before") }
      let size = WALFile(of: notes.path).bytes.count
      let plug = try Plug(notes.writer)
      let answers = Answers(3)
      for name in ["a", "b", "c"] { notes.writer.insert(name, telling: answers) }
      try limitFileSize(to: size + 1000)
      plug.pull()
      try answers.wait()
      for name in ["a", "b", "c"] {
        try #require(answers.storageFailure(name) == .io)
      }
      try #require(try notes.texts() == ["before"])
      try limitFileSize(to: nil)
      try notes.writer.perform { try $0.connection.insert("after") }
      try #require(try notes.texts() == ["before", "after"])
    }
  }
}

private func limitFileSize(to bytes: Int?) throws {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  limit.rlim_cur = bytes.map(rlim_t.init) ?? limit.rlim_max
  try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
}
