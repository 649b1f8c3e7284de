import Core
import Queue
import SQLite

// Which kinds are run here, and by whom. Several processes may share a file and take different kinds; a job that
// nobody would take must not hold a place in its lane that another could use.

extension Store {
  /// Whether a job of this kind would be claimed if it were let through: nobody has paused it, and a process
  /// takes its kind.
  func mayBegin(_ kind: JobKind, _ connection: SQLiteConnection) throws -> Bool {
    try connection.exists(
      """
      SELECT 1 FROM process_kinds WHERE kind = :kind AND NOT EXISTS (
        SELECT 1 FROM pauses
        WHERE (scope = 'kind' AND name = :kind) OR (scope = 'queue' AND name = :queue))
      LIMIT 1
      """
    ) {
      $0.bind(":kind", kind.rawValue)
      $0.bind(":queue", self.policy(kind).queue)
    }
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
    if areNews { try lookAtLanes(in: transaction) }
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
    if lost { try makeRoomEverywhere(in: transaction) }
  }
}
