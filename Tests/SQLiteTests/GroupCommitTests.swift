import Core
import SQLite
import Synchronization
import TestSupport
import Testing

private struct Oops: Error, Equatable {}

/// The essay in GroupCommitWriter.swift, sentence by sentence, where nothing goes wrong but units.
struct GroupCommitTests {
  let notes: Notes
  var writer: GroupCommitWriter { notes.writer }

  init() throws { notes = try Notes() }

  @Test func performReturnsWhatTheUnitReturned() throws {
    let count = try writer.perform { transaction in
      try transaction.connection.insert("a")
      return try transaction.connection.texts().count
    }
    #expect(count == 1)
    #expect(try notes.texts() == ["a"])
  }

  @Test func unitsThatWaitedShareOneCommit() throws {
    let plug = try Plug(writer)
    let answers = Answers(20)
    let names = (0..<20).map { "\($0)" }
    for name in names { writer.insert(name, telling: answers) }
    let before = WALFile(of: notes.path).commits
    plug.pull()
    try answers.wait()
    #expect(WALFile(of: notes.path).commits == before + 1)
    #expect(answers.order == names)
    #expect(try notes.texts() == names)
  }

  @Test func oneCallerHasACommitForEachUnit() throws {
    let before = WALFile(of: notes.path).commits
    for number in 0..<5 { try writer.perform { try $0.connection.insert("\(number)") } }
    #expect(WALFile(of: notes.path).commits == before + 5)
  }

  @Test func aThrowingUnitHarmsNoOther() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    writer.insert("a", telling: answers)
    writer.insert("b", telling: answers) { _ in throw Oops() }
    writer.insert("c", telling: answers)
    let before = WALFile(of: notes.path).commits
    plug.pull()
    try answers.wait()
    #expect(answers.order == ["a", "b", "c"])
    #expect(answers.failure("b") as? Oops == Oops())
    #expect(answers.succeeded == ["a", "c"])
    #expect(try notes.texts() == ["a", "c"])
    #expect(WALFile(of: notes.path).commits == before + 1)
  }

  /// It may have thrown because of what a unit before it wrote, whose commit can still fail.
  @Test func aThrowingUnitIsAnsweredAfterTheCommit() throws {
    let plug = try Plug(writer)
    let path = notes.path
    let seen = Outcome<[String]>()
    let done = Latch()
    writer.submit({ try $0.connection.insert("a") }) { (_: Result<Void, any Error>) in }
    writer.submit({ _ in throw Oops() }) { (_: Result<Void, any Error>) in
      seen.keep {
        try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .zero).texts()
      }
      done.open()
    }
    plug.pull()
    try done.wait()
    #expect(try seen.get() == ["a"])
  }

  @Test func anAnswerMeansThatOthersCanReadIt() throws {
    let path = notes.path
    let seen = Outcome<[String]>()
    let done = Latch()
    writer.submit({ try $0.connection.insert("a") }) { (_: Result<Void, any Error>) in
      seen.keep {
        try SQLiteConnection(path: path, access: .readOnly, busyTimeout: .zero).texts()
      }
      done.open()
    }
    try done.wait()
    #expect(try seen.get() == ["a"])
  }

  @Test func nothingIsSeenBeforeTheCommit() throws {
    let plug = try Plug(writer) { try $0.connection.insert("plug") }
    let inside = Latch()
    let go = Latch()
    writer.submit({ _ in
      inside.open()
      try go.wait()
    }) { _ in }
    plug.pull()
    try inside.wait()
    #expect(try notes.texts() == [])
    #expect(!plug.answered.opens(within: .zero))
    go.open()
    try plug.answered.wait()
    #expect(try notes.texts() == ["plug"])
  }

  @Test func aUnitSeesThoseBeforeItInItsCommit() throws {
    let plug = try Plug(writer) { try $0.connection.insert("plug") }
    let seen = Outcome<[String]>()
    let done = Latch()
    writer.submit({ try $0.connection.texts() }) {
      seen.keep($0)
      done.open()
    }
    plug.pull()
    try done.wait()
    #expect(try seen.get() == ["plug"])
  }

  @Test func whatAUnitSubmitsJoinsItsCommit() throws {
    let answers = Answers(2)
    let before = WALFile(of: notes.path).commits
    let writer = writer
    writer.insert("outer", telling: answers) { _ in
      writer.insert("inner", telling: answers)
    }
    try answers.wait()
    #expect(answers.order == ["outer", "inner"])
    #expect(WALFile(of: notes.path).commits == before + 1)
  }

  @Test func aCommitHasRoomForSoMany() throws {
    var options = Database.Options()
    options.writer.batchLimit = 4
    let narrow = try Notes(options: options)
    let plug = try Plug(narrow.writer)
    let answers = Answers(10)
    for number in 0..<10 { narrow.writer.insert("\(number)", telling: answers) }
    let before = WALFile(of: narrow.path).commits
    plug.pull()
    try answers.wait()
    // The plug and three, four, three.
    #expect(WALFile(of: narrow.path).commits == before + 3)
    #expect(answers.order == (0..<10).map { "\($0)" })
  }

  @Test func theClockIsReadOnceForEachCommit() throws {
    let ticking = try Notes(time: TickingTime())
    let first = try ticking.writer.perform { $0.now }
    let plug = try Plug(ticking.writer)
    let seen = Mutex<[Timestamp]>([])
    let answers = Answers(3)
    for name in ["a", "b", "c"] {
      ticking.writer.insert(name, telling: answers) { transaction in
        seen.withLock { $0 += [transaction.now, transaction.now] }
      }
    }
    plug.pull()
    try answers.wait()
    let instants = seen.withLock { $0 }
    #expect(instants.count == 6)
    #expect(Set(instants).count == 1)
    #expect(instants.allSatisfy { $0 > first })
  }

  @Test func aFullMailboxRefusesAtOnce() throws {
    var options = Database.Options()
    options.writer.mailboxLimit = 3
    let small = try Notes(options: options)
    let plug = try Plug(small.writer)
    let answers = Answers(4)
    for name in ["a", "b", "c", "d"] { small.writer.insert(name, telling: answers) }
    // The plug still holds the writer, and one is answered.
    #expect(answers.order == ["d"])
    #expect(answers.failure("d") as? WriterError == .mailboxFull)
    #expect(throws: WriterError.mailboxFull) { try small.writer.perform { _ in } }
    plug.pull()
    try answers.wait()
    #expect(answers.succeeded == ["a", "b", "c"])
    try small.writer.perform { try $0.connection.insert("e") }
    #expect(try small.texts() == ["a", "b", "c", "e"])
  }

  @Test func aClosedWriterRefusesAndLosesNobody() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    for name in ["a", "b"] { writer.insert(name, telling: answers) }
    let closed = Latch()
    let (database, writer) = (notes.database, writer)
    let refused = Latch()
    inThread {
      // Until the closing below is seen.
      while !refused.opens(within: .zero) {
        do { try writer.perform { _ in } } catch { refused.open() }
      }
    }
    inThread {
      database.close()
      closed.open()
    }
    #expect(!closed.opens(within: .milliseconds(50)))
    plug.pull()
    try closed.wait()
    try refused.wait()
    writer.insert("c", telling: answers)
    try answers.wait()
    #expect(answers.order == ["a", "b", "c"])
    #expect(answers.succeeded == ["a", "b"])
    #expect(answers.failure("c") as? WriterError == .closed)
    #expect(throws: WriterError.closed) { try writer.perform { _ in } }
    #expect(try notes.otherProcess().texts() == ["a", "b"])
  }

  @Test func closingTwiceIsHarmless() throws {
    notes.database.close()
    notes.database.close()
  }

  @Test func manyThreadsLoseNothingAndKeepEachOnesOrder() throws {
    let failures = Mutex(0)
    let writer = writer
    inThreads(8) { thread in
      for number in 0..<100 {
        do {
          try writer.perform { try $0.connection.insert("\(thread)-\(number)") }
        } catch {
          failures.withLock { $0 += 1 }
        }
      }
    }
    #expect(failures.withLock { $0 } == 0)
    let texts = try notes.texts()
    #expect(texts.count == 800)
    for thread in 0..<8 {
      let own = texts.filter { $0.hasPrefix("\(thread)-") }
      #expect(own == (0..<100).map { "\(thread)-\($0)" })
    }
  }

  @Test func toWaitForTheWriterFromAUnitIsAProgrammersError() async {
    await #expect(processExitsWith: .failure) { [path = notes.folder.file("b.db") as String] in
      let database = try Database(path: path, migrator: Notes.migrator, time: SystemTime())
      let writer = database.writer
      try writer.perform { _ in try writer.perform { _ in } }
    }
  }
}

/// A clock that shows another time at every look.
private final class TickingTime: TimeSource {
  private let looks = Mutex<Int64>(0)

  func now() -> Timestamp {
    looks.withLock { looks in
      looks += 1
      return HandTurnedTime.start + .milliseconds(looks)
    }
  }
  func monotonic() -> MonotonicInstant { MonotonicInstant(nanoseconds: 0) }
}
