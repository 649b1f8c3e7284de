import Core
import Queue
import SQLite
import Synchronization

/// What the store's transactions know without asking the database: the lanes' rows with their first jobs, which
/// kinds may begin, and by how much the counts of jobs have changed. Every job needs some of it, and a commit
/// has many jobs.
///
/// It is the database's own truth, read at most once until another process writes to the file, and written once
/// for each commit (see `WriterMemory`).
final class StoreMemory: WriterMemory {
  struct State {
    var lanes = LaneMemory()
    var kinds = KindMemory()
    var counts = CountMemory()
    /// The newest that was enqueued, of which the next one's id follows nearly enough; nil where it has to be read.
    var lastJob: Int64?
    var changes = 0
  }

  private let state = Mutex(State())

  var changes: Int { state.withLock { $0.changes } }

  /// What `body` does to it is a change of the transaction.
  func change<Value>(_ body: (inout State) -> Value) -> Value {
    state.withLock { state in
      state.changes += 1
      return body(&state)
    }
  }

  /// Looks at it, or adds what was read.
  func look<Value>(_ body: (inout State) -> Value) -> Value {
    state.withLock { body(&$0) }
  }

  func write(in transaction: Transaction) throws {
    let (lanes, counts) = look { ($0.lanes.takeUnwritten(), $0.counts.take()) }
    for row in lanes { try row.write(transaction.connection) }
    for count in counts { try count.write(in: transaction) }
  }

  func forget() {
    look { state in
      state.lanes = LaneMemory()
      state.kinds = KindMemory()
      state.counts = CountMemory()
      state.lastJob = nil
    }
  }
}
