import Core
import Queue
import SQLite

extension Store {
  package func rescueOrphans() throws -> Int {
    let dead = try otherProcesses().filter { processLock.isDead(bootID: $0.bootID) }
    let own = processLock.processID
    return try write { transaction in
      var rescued = 0
      for process in dead {
        rescued += try self.rescue(of: process.id, in: transaction)
        try transaction.connection.run("DELETE FROM processes WHERE id = :id") {
          $0.bind(":id", process.id)
        }
      }
      try self.wakeOverdue(in: transaction)
      return rescued + (try self.rescueHung(except: own, in: transaction))
    }
  }

  /// Parked jobs whose time has come while they waited for their owner: they run once more, and whoever
  /// waits for them is told how it ended.
  private func wakeOverdue(in transaction: Transaction) throws {
    let woken = try transaction.connection.run(
      """
      UPDATE jobs INDEXED BY jobs_parked_until SET state = 'available', run_at = :now, reason = NULL
      WHERE state = 'parked' AND deadline_at <= :now
      """
    ) { $0.bind(":now", transaction.now) }
    if woken > 0 { jobsReady.give() }
  }

  private func otherProcesses() throws -> [(id: Int64, bootID: String)] {
    let own = processLock.processID
    return try read { connection in
      try connection.all("SELECT id, boot_id FROM processes WHERE id <> :own") {
        $0.bind(":own", own)
      } read: {
        (id: $0.int64(0), bootID: $0.string(1))
      }
    }
  }

  /// The dead cannot finish: their jobs are available at once, and the attempt counts.
  private func rescue(of process: Int64, in transaction: Transaction) throws -> Int {
    let jobs = try transaction.connection.all(
      """
      UPDATE jobs SET state = 'available', lease_until = NULL, process_id = NULL, run_at = :now
      WHERE process_id = :process AND state = 'executing'
      RETURNING id, fence, attempt, started_at
      """
    ) {
      $0.bind(":process", process)
      $0.bind(":now", transaction.now)
    } read: {
      OrphanedJob(row: $0)
    }
    try record(jobs, outcome: "orphaned", in: transaction)
    return jobs.count
  }

  /// Jobs of living processes that have not extended their lease: the process hangs. Its fence keeps a late
  /// result out. This process's own jobs are left to its own pool, whose clock does not jump.
  private func rescueHung(except own: Int64, in transaction: Transaction) throws -> Int {
    let jobs = try transaction.connection.all(
      """
      UPDATE jobs SET state = 'available', lease_until = NULL, process_id = NULL, run_at = :now
      WHERE state = 'executing' AND process_id <> :own AND lease_until < :now
      RETURNING id, fence, attempt, started_at
      """
    ) {
      $0.bind(":own", own)
      $0.bind(":now", transaction.now)
    } read: {
      OrphanedJob(row: $0)
    }
    try record(jobs, outcome: "leaseExpired", in: transaction)
    return jobs.count
  }

  private func record(
    _ jobs: [OrphanedJob], outcome: String, in transaction: Transaction
  ) throws {
    for job in jobs {
      try insertAttempt(
        job: job.id, fence: job.fence, attempt: job.attempt, startedAt: job.startedAt,
        outcome: outcome, error: nil, in: transaction)
    }
    if !jobs.isEmpty { jobsReady.give() }
  }
}

private struct OrphanedJob {
  let id: JobID
  let fence: Int
  let attempt: Int
  let startedAt: Timestamp

  init(row: Row) {
    id = JobID(number: row.int64(0))
    fence = row.int(1)
    attempt = row.int(2)
    startedAt = row.timestamp(3)
  }
}
