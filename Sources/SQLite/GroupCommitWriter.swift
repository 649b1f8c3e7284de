import CSQLite
import Core
import Dispatch
import Synchronization

// The group-commit writer.
//
// A durable commit costs one fsync, a few hundred microseconds, however much it holds; the statements
// of a unit of work cost a few microseconds. So there is one writer, and units that arrive while a
// commit is in flight wait in a mailbox and share the next one. Nobody waits on purpose: with one caller
// each unit has its own commit, with sixty-four the commits grow by themselves.
//
//     callers ──▶ mailbox ──▶ BEGIN IMMEDIATE
//                               the statements of each unit, in order of arrival
//                             COMMIT  ── fsync of the WAL ──▶ answers, in the same order
//
// - A unit that throws harms no other: what it wrote is undone and the others stay. A savepoint around
//   every unit would do that, and costs each of them a third of its time (SQLite copies every page that it
//   may have to restore). Nearly all units succeed, and those that refuse do so before they write; so the
//   batch runs without savepoints, and only when a unit throws after it has written is everything rolled
//   back and run again, this time each unit in a savepoint of its own. A unit may therefore run twice: it
//   must have no effect but on the database and its result.
// - It is answered after the commit like the others, because what it saw may have been written by a unit
//   before it whose commit can still fail.
// - A unit submitted while the batch runs, by another thread or by a unit of the batch, joins the batch as
//   long as there is room. That is how a job is claimed in the very commit that enqueues it. A unit that wants
//   to see what the others do, such as a claim, asks to be the last of its commit.
// - What would be read and written again and again by the units of one batch, such as counters, they keep in
//   memory (`WriterMemory`), and the writer has it written once, just before the commit.
// - An answer is given only after COMMIT has returned, with `synchronous=FULL`: what was answered is on
//   the disk. If COMMIT fails, or an error ends the transaction half way, every unit of the batch that had
//   run so far is told so, and nothing of it is in the file.
// - BUSY comes from another process only. SQLite waits within `busyTimeout`; past it the batch fails with
//   `.busy`, typed, and no unit is lost without its caller knowing.
// - The mailbox has a limit. A unit that finds it full is refused at once with `.mailboxFull`: a queue that
//   grows without bound turns one slow disk into an outage.
// - The WAL is copied back into the database file by the checkpointer on another connection. It cannot
//   finish while commits go on, so now and then it asks the writer to copy the last pages between two
//   commits (`finishCheckpoint`) and to wait a moment for those who still read the WAL, after which
//   SQLite starts it from its beginning again. Without that moment it would grow without bound where
//   somebody reads at all times.

/// The one writer of a database file. Safe from any thread; units run one at a time in order of arrival.
package final class GroupCommitWriter: Sendable {
  package struct Options: Sendable {
    /// Units that may wait. 10 000 are about half a second's work of a slow disk.
    package var mailboxLimit = 10_000
    /// Units in one commit: so few that a commit's statements stay within a few milliseconds.
    package var batchLimit = 256
    package init() {}
  }

  private let mailbox = Mutex(Mailbox())
  private let connection: Mutex<SQLiteConnection>
  private let queue = DispatchQueue(label: "bookend.writer", qos: .userInteractive)
  private let time: any TimeSource
  private let options: Options
  /// Told the size of the WAL in pages after each commit, on the writer's queue, so it must be quick; and
  /// what to call when only the last pages are left to be copied.
  private let afterCommit:
    @Sendable (_ walPages: Int, _ finish: @escaping @Sendable () -> Void) -> Void
  /// Set once, before the first unit that uses it.
  private let memory = Mutex<(any WriterMemory)?>(nil)

  package init(
    connection: sending SQLiteConnection, time: any TimeSource, options: Options = Options(),
    afterCommit: @escaping @Sendable (Int, @escaping @Sendable () -> Void) -> Void = { _, _ in }
  ) {
    self.connection = Mutex(connection)
    self.time = time
    self.options = options
    self.afterCommit = afterCommit
  }

  /// Sets what the units keep in memory, before the first of them.
  package func use(_ memory: any WriterMemory) { self.memory.withLock { $0 = memory } }

  /// Runs `body` as a unit of the next commit, possibly twice, and calls `completion` once, after that commit, on the
  /// writer's queue: it must be quick and must not wait for the writer. Refused with `.mailboxFull` or
  /// `.closed` (then `completion` is called at once, on this thread).
  package func submit<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    if let refusal = add(UnitOfWork(body: body, completion: completion)) {
      completion(.failure(refusal))
    }
  }

  /// The same, after all other units of its commit, those that join it meanwhile included.
  package func submitLast<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value,
    completion: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    if let refusal = add(UnitOfWork(body: body, completion: completion), isLast: true) {
      completion(.failure(refusal))
    }
  }

  /// The same, waiting for the answer. Throws what `body` threw, a `SQLiteError`, or a `WriterError`.
  /// Never called from a unit or a completion: the writer would wait for itself.
  package func perform<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) throws -> Value {
    dispatchPrecondition(condition: .notOnQueue(queue))
    let answer = Answer<Value>()
    submit(body) { answer.give($0) }
    return try answer.take().get()
  }

  /// Asks for the last pages of the WAL to be copied back between two commits.
  private func finishCheckpoint() {
    let startsDrain = mailbox.withLock { mailbox in
      mailbox.wantsCheckpoint = true
      return mailbox.claimDrain()
    }
    if startsDrain { queue.async { self.drain() } }
  }

  /// Refuses further units, runs those that wait, and returns when the last is answered.
  package func close() {
    mailbox.withLock { $0.isClosed = true }
    queue.sync {}
  }

  private func add(_ unit: any Unit, isLast: Bool = false) -> WriterError? {
    let result: (refusal: WriterError?, startsDrain: Bool) = mailbox.withLock { mailbox in
      if mailbox.isClosed { return (.closed, false) }
      if mailbox.count >= options.mailboxLimit { return (.mailboxFull, false) }
      mailbox.add(unit, isLast: isLast)
      return (nil, mailbox.claimDrain())
    }
    if result.startsDrain { queue.async { self.drain() } }
    return result.refusal
  }

  // MARK: - The commits

  private func drain() {
    connection.withLock { connection in
      while let work = mailbox.withLock({ $0.next(limit: options.batchLimit) }) {
        if work.wantsCheckpoint { copyBack(connection) }
        if work.isAny { commit(work.units, connection) }
      }
    }
  }

  private func commit(_ first: [any Unit], _ connection: SQLiteConnection) {
    var units = first
    var notes = BatchNotes()
    let memory = memory.withLock { $0 }
    do throws(SQLiteError) {
      try begin(connection, memory)
      if try !runTogether(&units, connection, memory, notes) {
        try connection.run("ROLLBACK")
        memory?.forget()
        notes = BatchNotes()
        try begin(connection, memory)
        for unit in units { try runApart(unit, connection, memory, notes) }
      }
      try write(memory, connection)
      try connection.run("COMMIT")
    } catch {
      // The transaction is gone, and with it what any of its units has written.
      if connection.isInTransaction { _ = try? connection.run("ROLLBACK") }
      memory?.forget()
      for unit in units { unit.answer(storageFailure: error) }
      return
    }
    notes.makeCalls()
    for unit in units { unit.answer(storageFailure: nil) }
    afterCommit(connection.walPages) { [weak self] in self?.finishCheckpoint() }
  }

  private func begin(
    _ connection: SQLiteConnection, _ memory: (any WriterMemory)?
  ) throws(SQLiteError) {
    try connection.run("BEGIN IMMEDIATE")
    // From here on nobody else writes.
    if let memory, try connection.othersHaveWritten() { memory.forget() }
  }

  /// Runs the batch, and what joins it meanwhile, without savepoints. False: a unit threw after it had
  /// written, and has to be undone alone.
  private func runTogether(
    _ units: inout [any Unit], _ connection: SQLiteConnection, _ memory: (any WriterMemory)?,
    _ notes: BatchNotes
  ) throws(SQLiteError) -> Bool {
    let transaction = Transaction(connection: connection, now: time.now(), notes: notes)
    var next = 0
    var isClosing = false
    while join(&units, after: next, &isClosing) {
      let before = (connection.totalChanges, memory?.changes)
      let succeeded = units[next].run(in: transaction)
      if !connection.isInTransaction {
        mailbox.withLock { $0.putBack(units[(next + 1)...]) }
        units.removeSubrange((next + 1)...)
        throw units[next].lostTransaction
      }
      if !succeeded && (connection.totalChanges, memory?.changes) != before { return false }
      next += 1
    }
    return true
  }

  /// Where all units have run, adds what has come meanwhile and then, once, those that run last. False: there
  /// is nothing more to run.
  private func join(
    _ units: inout [any Unit], after next: Int, _ isClosing: inout Bool
  ) -> Bool {
    if next < units.count { return true }
    if isClosing { return false }
    if next < options.batchLimit {
      units += mailbox.withLock { $0.take(options.batchLimit - next) }
    }
    if next == units.count {
      isClosing = true
      units += mailbox.withLock { $0.takeLast() }
    }
    return next < units.count
  }

  private func runApart(
    _ unit: any Unit, _ connection: SQLiteConnection, _ memory: (any WriterMemory)?,
    _ notes: BatchNotes
  ) throws(SQLiteError) {
    // What the units before it have changed must not be forgotten with what this one does.
    try write(memory, connection)
    try connection.run("SAVEPOINT unit")
    let mark = notes.mark()
    let transaction = Transaction(connection: connection, now: time.now(), notes: notes)
    let succeeded = unit.run(in: transaction)
    if !connection.isInTransaction { throw unit.lostTransaction }
    if !succeeded {
      try connection.run("ROLLBACK TO unit")
      memory?.forget()
      notes.goBack(to: mark)
    }
    try connection.run("RELEASE unit")
  }

  private func write(
    _ memory: (any WriterMemory)?, _ connection: SQLiteConnection
  ) throws(SQLiteError) {
    guard let memory else { return }
    do {
      try memory.write(in: Transaction(connection: connection, now: time.now()))
    } catch {
      throw error as? SQLiteError
        ?? SQLiteError(kind: .io, code: SQLITE_ABORT, message: "not written: \(error)")
    }
  }

  private func copyBack(_ connection: SQLiteConnection) {
    connection.restartWriteAheadLog(patience: Self.readersPatience)
  }

  /// A read takes a millisecond or a few, on a machine that is short of time some tens; and a commit that
  /// comes this much later once in thousands does no harm.
  private static let readersPatience = Duration.milliseconds(100)
}

/// Why the writer would not take a unit.
package enum WriterError: Error, Sendable, Equatable {
  /// As many units wait as may; try again shortly.
  case mailboxFull
  /// The writer is being closed.
  case closed
}

extension Unit {
  /// What ended the transaction inside this unit.
  fileprivate var lostTransaction: SQLiteError {
    failure as? SQLiteError
      ?? SQLiteError(
        kind: .io, code: SQLITE_ABORT, message: "the transaction ended by itself")
  }
}
