import Bookings
import Core
import Dispatch
import Intake
import Queue
import SQLite
import Synchronization

/// Everything that is kept, behind the ports of Queue and Intake and a few reads of its own. All SQL of the
/// program is in this module: one statement, one function, as literal text.
package final class Store: Sendable {
  let database: Database
  let policy: @Sendable (JobKind) -> EnqueuePolicy
  let lanePolicy: @Sendable (_ provider: String) -> LanePolicy?
  let randomness: Randomness
  /// Whether providers are asked to call us when a calendar changes.
  let isWatching: Bool
  let memory = StoreMemory()
  /// Which provider's limits a lane has.
  let laneProviders = Mutex<[LaneID: String]>([:])
  let calendarLanes = Mutex<[CalendarID: LaneID]>([:])
  /// Leases of other processes and when each was first seen as it is.
  let suspects = Mutex<[OverdueLease: MonotonicInstant]>([:])
  /// How far the sweeps have looked for overdue jobs among those that wait in lanes: nil is not at all. What is
  /// forgotten with the process only begins anew.
  let overdueSeen = Mutex<JobID?>(nil)
  let latestEnqueue: Mutex<Timestamp>
  /// What this process has claimed so far.
  let takenKinds = Mutex<Set<JobKind>>([])
  let lastWords: LastWords
  let linkCache = LinkCache()
  /// For what follows a commit and takes longer than a completion may.
  let readingQueue = DispatchQueue(label: "bookend.reading")
  /// The row of this process in `processes`: what its claims are signed with.
  let processLock: ProcessLock

  /// A job has become ready, or a new time is set for one. Given inside the transaction that does it, so
  /// that a claim can join the same commit.
  package let jobsReady = Signal()
  /// Jobs and bookings that have changed, told after the commit.
  package let changes = ChangeFeed()

  /// - Parameters:
  ///   - policy: What a kind's definition says; asked for every kind that the database may hold.
  ///   - lanePolicy: What an account at that provider may be asked for; nil where nothing limits it.
  ///   - randomness: For the jitter of lanes.
  ///   - isWatching: Whether providers can reach us and are asked to call.
  ///   - lastWords: What is recorded for jobs that are given up unheard.
  package init(
    database: Database, lockDirectory: String, bootID: String,
    randomness: Randomness = Randomness(), isWatching: Bool = false,
    policy: @escaping @Sendable (JobKind) -> EnqueuePolicy,
    lanePolicy: @escaping @Sendable (_ provider: String) -> LanePolicy? = { _ in nil },
    lastWords: @escaping LastWords = { _, _, _ in nil }
  ) throws {
    self.database = database
    self.policy = policy
    self.lanePolicy = lanePolicy
    self.randomness = randomness
    self.isWatching = isWatching
    self.lastWords = lastWords
    latestEnqueue = Mutex(try Store.latestEnqueue(database))
    processLock = try ProcessLock(directory: lockDirectory, bootID: bootID, database: database)
    database.writer.use(memory)
  }

  /// Waits for what is under way and gives up the process's lock.
  package func close() {
    database.close()
    processLock.release()
  }

  func read<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
    try database.readers.read(body)
  }

  /// A read of one statement.
  func ask<Value>(_ body: (SQLiteConnection) throws -> Value) throws -> Value {
    try database.readers.ask(body)
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> Value
  ) throws -> Value {
    try database.writer.perform(body)
  }
}
