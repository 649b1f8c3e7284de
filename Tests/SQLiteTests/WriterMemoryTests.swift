import SQLite
import Synchronization
import TestSupport
import Testing

private struct Oops: Error {}

/// Texts that units leave in memory to be written with their commit, and a number that they have read.
private final class Pending: WriterMemory {
  struct State {
    var texts: [String] = []
    var read: Int?
    var changes = 0
    var forgotten = 0
  }

  let state = Mutex(State())

  var changes: Int { state.withLock { $0.changes } }

  func add(_ text: String) {
    state.withLock {
      $0.texts.append(text)
      $0.changes += 1
    }
  }

  func write(in transaction: Transaction) throws {
    let texts = state.withLock { state in
      defer { state.texts = [] }
      return state.texts
    }
    for text in texts { try transaction.connection.insert(text) }
  }

  func forget() {
    state.withLock {
      $0.texts = []
      $0.read = nil
      $0.forgotten += 1
    }
  }
}

/// What units keep in memory is part of their transaction: written with it, undone with it.
struct WriterMemoryTests {
  private let notes: Notes
  private let memory = Pending()
  private var writer: GroupCommitWriter { notes.writer }

  init() throws {
    notes = try Notes()
    notes.writer.use(memory)
  }

  private func submit(
    _ text: String, telling answers: Answers,
    then body: @escaping @Sendable (Transaction) throws -> Void = { _ in }
  ) {
    writer.submit({ [memory] transaction in
      memory.add(text)
      try body(transaction)
    }) { answers.note(text, $0) }
  }

  @Test func itIsWrittenOnceForEachCommit() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    for text in ["a", "b", "c"] { submit(text, telling: answers) }
    let before = WALFile(of: notes.path).commits
    plug.pull()
    try answers.wait()
    #expect(WALFile(of: notes.path).commits == before + 1)
    #expect(try notes.texts() == ["a", "b", "c"])
  }

  /// Also where it has written nothing itself.
  @Test func aUnitThatThrowsIsUndoneInMemoryAsWell() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    submit("a", telling: answers)
    submit("b", telling: answers) { _ in throw Oops() }
    submit("c", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.succeeded == ["a", "c"])
    #expect(try notes.texts() == ["a", "c"])
  }

  @Test func aUnitThatThrowsAfterItHasWrittenTakesNothingOfOthersWithIt() throws {
    let plug = try Plug(writer)
    let answers = Answers(3)
    submit("a", telling: answers)
    submit("b", telling: answers) {
      try $0.connection.insert("undone")
      throw Oops()
    }
    submit("c", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(try notes.texts() == ["a", "c"])
  }

  /// A write that the database refuses fails the commit, and everybody in it.
  @Test func whatCannotBeWrittenFailsTheCommit() throws {
    let plug = try Plug(writer)
    let answers = Answers(2)
    writer.insert("a", telling: answers)
    submit("forbidden", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.storageFailure("a") == .constraint)
    #expect(answers.storageFailure("forbidden") == .constraint)
    #expect(try notes.texts() == [])
    try writer.perform { try $0.connection.insert("after") }
    #expect(try notes.texts() == ["after"])
  }

  /// Own commits leave what is known; another process's make it doubtful.
  @Test func itIsForgottenWhenAnotherProcessHasWritten() throws {
    try writer.perform { try $0.connection.insert("ours") }
    let known = memory.state.withLock { state in
      state.read = 1
      return state.forgotten
    }
    try writer.perform { try $0.connection.insert("ours again") }
    #expect(memory.state.withLock { $0.read } == 1)
    try notes.otherProcess().insert("theirs")
    let read = try writer.perform { [memory] _ in memory.state.withLock { $0.read } }
    #expect(read == nil)
    #expect(memory.state.withLock { $0.forgotten } == known + 1)
  }

  // MARK: - The last of a commit

  @Test func whoAsksForItRunsAfterAllOthersOfItsCommit() throws {
    let plug = try Plug(writer)
    let answers = Answers(5)
    writer.submitLast({ try $0.connection.insert("last") }) { answers.note("last", $0) }
    for text in ["a", "b"] { writer.insert(text, telling: answers) }
    // One that comes while the others run.
    writer.insert("c", telling: answers) { [writer] _ in
      writer.insert("d", telling: answers)
    }
    let before = WALFile(of: notes.path).commits
    plug.pull()
    try answers.wait()
    #expect(WALFile(of: notes.path).commits == before + 1)
    #expect(try notes.texts() == ["a", "b", "c", "d", "last"])
  }

  @Test func aloneItHasACommitOfItsOwn() throws {
    let answers = Answers(1)
    writer.submitLast({ try $0.connection.insert("last") }) { answers.note("last", $0) }
    try answers.wait()
    #expect(try notes.texts() == ["last"])
  }

  @Test func itIsUndoneAloneLikeOthers() throws {
    let plug = try Plug(writer)
    let answers = Answers(2)
    writer.submitLast({
      try $0.connection.insert("last")
      throw Oops()
    }) { answers.note("last", $0) }
    writer.insert("a", telling: answers)
    plug.pull()
    try answers.wait()
    #expect(answers.succeeded == ["a"])
    #expect(try notes.texts() == ["a"])
  }

  /// However many wait: it belongs to the first commit that is made.
  @Test func aFullCommitStillHasRoomForIt() throws {
    let plug = try Plug(writer)
    let answers = Answers(401)
    writer.submitLast({ try $0.connection.insert("last") }) { answers.note("last", $0) }
    for number in 0..<400 { writer.insert("\(number)", telling: answers) }
    plug.pull()
    try answers.wait()
    let texts = try notes.texts()
    #expect(texts.count == 401)
    #expect(texts.firstIndex(of: "last").map { $0 <= 256 } == true)
  }
}
