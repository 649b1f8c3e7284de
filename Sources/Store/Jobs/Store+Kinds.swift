import Core
import Queue
import SQLite

// Which kinds are run here, and by whom. Several processes may share a file and take different kinds; a job that
// nobody would take must not hold a place in its lane that another could use.

extension Store {
  /// The kinds whose jobs would be claimed: nobody has paused them, and a process takes them.
  func kindsThatMayBegin(in transaction: Transaction) throws -> Set<JobKind> {
    if let known = memory.look({ $0.kinds.mayBegin }) { return known }
    let connection = transaction.connection
    let taken = try connection.all("SELECT DISTINCT kind FROM process_kinds") {
      JobKind(rawValue: $0.string(0))
    }
    let pauses = try pauses(connection)
    let mayBegin = Set(
      taken.filter { kind in
        let queue = policy(kind).queue
        return !pauses.contains { $0.name == ($0.scope == .kind ? kind.rawValue : queue) }
      })
    memory.look { $0.kinds.mayBegin = mayBegin }
    return mayBegin
  }

  /// Which kinds may begin has changed: what the lanes have to begin has, too.
  func forgetKindsThatMayBegin(in transaction: Transaction) throws {
    memory.change { $0.kinds.mayBegin = nil }
    try lookAtLanes(in: transaction)
  }

  func isTaken(_ kind: JobKind, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists("SELECT 1 FROM process_kinds WHERE kind = :kind LIMIT 1") {
      $0.bind(":kind", kind.rawValue)
    }
  }

  /// Notes that this process claims these kinds. Where nobody has before, lanes in which such jobs wait are
  /// looked at anew.
  func noteKinds(_ kinds: [JobKind], in transaction: Transaction) throws {
    let unknown = takenKinds.withLock { taken in kinds.filter { !taken.contains($0) } }
    if unknown.isEmpty { return }
    let connection = transaction.connection
    var areNews = false
    for kind in unknown {
      if try !isTaken(kind, connection) { areNews = true }
      try connection.run(
        """
        INSERT INTO process_kinds (kind, process_id) VALUES (:kind, :process) ON CONFLICT DO NOTHING
        """
      ) {
        $0.bind(":kind", kind.rawValue)
        $0.bind(":process", self.processLock.processID)
      }
    }
    transaction.notes.afterCommit { [self] in takenKinds.withLock { $0.formUnion(unknown) } }
    if areNews { try forgetKindsThatMayBegin(in: transaction) }
  }

  /// A process has died: what only it would have taken gives its places to others.
  func forgetKinds(of process: Int64, in transaction: Transaction) throws {
    let connection = transaction.connection
    let lost = try connection.exists(
      """
      SELECT 1 FROM process_kinds AS own WHERE process_id = :process AND NOT EXISTS (
        SELECT 1 FROM process_kinds AS other
        WHERE other.kind = own.kind AND other.process_id <> :process)
      LIMIT 1
      """
    ) { $0.bind(":process", process) }
    try connection.run("DELETE FROM process_kinds WHERE process_id = :process") {
      $0.bind(":process", process)
    }
    if lost { try forgetKindsThatMayBegin(in: transaction) }
  }
}

struct KindMemory {
  var mayBegin: Set<JobKind>?
}
