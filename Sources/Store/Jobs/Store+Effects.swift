import Core
import Queue
import SQLite

extension Store {
  package func intend(_ key: String, by lease: Lease) throws {
    try write { transaction in
      let isHeld = try self.holds(lease, transaction.connection)
      if !isHeld { throw JobStoreError.leaseLost(lease) }
      try transaction.connection.run(
        """
        INSERT INTO effects (job_id, key, state, intended_at) VALUES (:job, :key, 'intended', :now)
        ON CONFLICT (job_id, key) DO UPDATE SET state = 'intended', intended_at = :now,
          known_at = NULL
        """
      ) {
        $0.bind(":job", lease.job.number)
        $0.bind(":key", key)
        $0.bind(":now", transaction.now)
      }
    }
  }

  package func effect(_ key: String, of job: JobID) throws -> Effect.State? {
    try ask { connection in
      try connection.first("SELECT state FROM effects WHERE job_id = :job AND key = :key") {
        $0.bind(":job", job.number)
        $0.bind(":key", key)
      } read: {
        Effect.State(rawValue: $0.string(0)) ?? .unknown
      }
    }
  }

  /// A job's changes at its provider, with what is known of them.
  package func effects(of job: JobID) throws -> [EffectRecord] {
    try ask { connection in
      try connection.all(
        """
        SELECT key, state, intended_at, known_at FROM effects WHERE job_id = :job
        ORDER BY intended_at, key
        """
      ) {
        $0.bind(":job", job.number)
      } read: {
        EffectRecord(
          effect: Effect(
            key: $0.string(0), state: Effect.State(rawValue: $0.string(1)) ?? .unknown),
          intendedAt: $0.timestamp(2), knownAt: $0.optionalTimestamp(3))
      }
    }
  }

  /// Writes what has become known of a change.
  func know(_ effect: Effect, of job: JobID, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE effects SET state = :state, known_at = :now WHERE job_id = :job AND key = :key
      """
    ) {
      $0.bind(":state", effect.state.rawValue)
      $0.bind(":now", transaction.now)
      $0.bind(":job", job.number)
      $0.bind(":key", effect.key)
    }
  }
}
