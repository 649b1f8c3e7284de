import Core
import Queue
import SQLite

extension Store {
  /// Stops a queue or a kind until it is resumed, across restarts: what runs goes on, nothing more is claimed.
  /// Jobs that an operator ends still end. Pausing twice changes nothing.
  package func pause(_ pause: Pause) throws {
    try write { transaction in
      try transaction.connection.run(
        """
        INSERT INTO pauses (scope, name, paused_at, paused_by) VALUES (:scope, :name, :now, :by)
        ON CONFLICT DO NOTHING
        """
      ) {
        $0.bind(":scope", pause.scope.rawValue)
        $0.bind(":name", pause.name)
        $0.bind(":now", transaction.now)
        $0.bind(":by", pause.by)
      }
      // In its lanes others go first.
      try self.forgetKindsThatMayBegin(in: transaction)
    }
  }

  /// Whether there was anything to resume.
  package func resume(_ scope: Pause.Scope, _ name: String) throws -> Bool {
    try write { transaction in
      let resumed = try transaction.connection.run(
        "DELETE FROM pauses WHERE scope = :scope AND name = :name"
      ) {
        $0.bind(":scope", scope.rawValue)
        $0.bind(":name", name)
      }
      try self.forgetKindsThatMayBegin(in: transaction)
      self.jobsReady.give()
      return resumed > 0
    }
  }

  package func pauses() throws -> [Pause] { try ask { try pauses($0) } }

  func pauses(_ connection: SQLiteConnection) throws -> [Pause] {
    try connection.all(
      "SELECT scope, name, paused_at, paused_by FROM pauses ORDER BY scope, name"
    ) {
      Pause(
        scope: Pause.Scope(rawValue: $0.string(0)) ?? .kind, name: $0.string(1),
        by: $0.string(3), at: $0.timestamp(2))
    }
  }
}
