import Core
import Queue
import SQLite

extension Store {
  package func rescueOrphans(at now: MonotonicInstant) throws -> Int {
    let rescued = try rescueFromOthers(at: now)
    try wakeOverdue()
    return rescued
  }

  private func rescueFromOthers(at now: MonotonicInstant) throws -> Int {
    let others = try otherProcesses()
    let dead = others.filter { processLock.isDead(bootID: $0.bootID) }
    let hung = try overdueForLong(at: now)
    if dead.isEmpty, hung.isEmpty { return 0 }
    return try write { transaction in
      var rescued = 0
      for process in dead {
        let orphans = try self.orphans(of: process.id, transaction.connection)
        // One that was stopped, or ran a command, leaves nothing behind and has killed nobody.
        if !orphans.isEmpty { try self.postponeSuspects(in: transaction) }
        var wait = Verdict.rest
        for job in orphans {
          let isSuspect = job.deaths + 1 == Verdict.deathsOfPoison - 1
          try self.rescue(
            job, outcome: "orphaned", wait: isSuspect ? wait : .zero, in: transaction)
          if isSuspect { wait += Verdict.apart }
        }
        rescued += orphans.count
        try self.forgetKinds(of: process.id, in: transaction)
        try transaction.connection.run("DELETE FROM processes WHERE id = :id") {
          $0.bind(":id", process.id)
        }
      }
      for overdue in hung {
        guard let job = try self.overdue(overdue, transaction) else { continue }
        try self.rescue(job, outcome: "leaseExpired", in: transaction)
        rescued += 1
      }
      return rescued
    }
  }

  /// Whether another process lives that has the file open.
  package func hasLivingPeers() throws -> Bool {
    try otherProcesses().contains { !processLock.isDead(bootID: $0.bootID) }
  }

  private func otherProcesses() throws -> [(id: Int64, bootID: String)] {
    let own = processLock.processID
    return try ask { connection in
      try connection.all("SELECT id, boot_id FROM processes WHERE id <> :own") {
        $0.bind(":own", own)
      } read: {
        (id: $0.int64(0), bootID: $0.string(1))
      }
    }
  }

  // MARK: - Orphans

  private func orphans(
    of process: Int64, _ connection: SQLiteConnection
  ) throws -> [OrphanedJob] {
    try connection.all(
      """
      SELECT id, kind, fence, attempt, started_at, sequence, lane, run_at, admitted, verdict, deaths
      FROM jobs INDEXED BY jobs_executing
      WHERE process_id = :process AND state = 'executing' ORDER BY id
      """
    ) {
      $0.bind(":process", process)
    } read: {
      OrphanedJob(row: $0)
    }
  }

  /// The dead cannot finish: the job is available again, where it stood among the others, and the attempt
  /// counts. One that has been there when process after process died is run no more; and one whose very
  /// ending kills is ended without its handler.
  private func rescue(
    _ job: OrphanedJob, outcome: String, wait: Duration = .zero, in transaction: Transaction
  ) throws {
    let deaths = job.deaths + (outcome == "orphaned" ? 1 : 0)
    let verdict = job.verdict ?? (deaths >= Verdict.deathsOfPoison ? .poison : nil)
    let isGivenUp = deaths >= Verdict.deathsOfSilence
    let lane = job.isAdmitted ? job.lane : nil
    try insertAttempt(
      job: job.id, fence: job.fence, attempt: job.attempt, startedAt: job.startedAt,
      outcome: outcome, error: nil, in: transaction)
    let state: JobState = isGivenUp ? .discarded : .available
    let rejoins = verdict == nil && lane != nil
    let runAt = wait == .zero ? min(job.runAt, transaction.now) : transaction.now + wait
    try transaction.connection.run(
      """
      UPDATE jobs SET state = :state, aside = :aside, lease_until = NULL, process_id = NULL, admitted = 0,
        waits_for = :waitsFor, deaths = :deaths, verdict = :verdict,
        run_at = :runAt,
        reason = CASE WHEN :verdict = 'poison' THEN 'poison' ELSE reason END,
        finished_at = :finishedAt
      WHERE id = :id
      """
    ) {
      $0.bind(":state", state.rawValue)
      $0.bind(":aside", state.aside)
      $0.bind(":waitsFor", rejoins ? "lane" : nil)
      $0.bind(":runAt", runAt)
      $0.bind(":deaths", deaths)
      $0.bind(":verdict", verdict?.rawValue)
      $0.bind(":finishedAt", isGivenUp ? transaction.now : nil)
      $0.bind(":id", job.id.number)
    }
    count(job.kind, from: .executing, to: state, in: transaction)
    if let lane { try leave(lane, reporting: nil, in: transaction) }
    if rejoins {
      try joinLane(
        WaitingJob(id: job.id, kind: job.kind, lane: lane, runAt: runAt), in: transaction)
    }
    if isGivenUp {
      try sayLastWords(for: job.kind, in: job.sequence, transaction)
      if let sequence = job.sequence { try releaseNext(in: sequence, transaction) }
    }
    jobsReady.give()
  }

  /// Another process has died: whatever kills them, those that were there twice wait until it has stopped.
  private func postponeSuspects(in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      UPDATE jobs INDEXED BY jobs_suspected SET run_at = max(run_at, :until)
      WHERE state = 'available' AND deaths > 0 AND deaths = :deaths AND verdict IS NULL
        AND started_at > :since
      """
    ) {
      $0.bind(":until", transaction.now + Verdict.rest)
      $0.bind(":deaths", Verdict.deathsOfPoison - 1)
      $0.bind(":since", transaction.now - Verdict.longestRest)
    }
    // Those that wait in lanes have moved as well.
    try lookAtLanes(in: transaction)
  }

  // MARK: - Those that hang

  /// Jobs of living processes whose lease has run out, and has been seen so without a change for a while: a
  /// wall clock that jumps makes every lease look old until its process extends it. This process's own jobs
  /// are left to its own pool, whose clock does not jump.
  private func overdueForLong(at now: MonotonicInstant) throws -> [OverdueLease] {
    let own = processLock.processID
    let seen = try ask { connection in
      try connection.all(
        """
        SELECT id, fence, lease_until FROM jobs INDEXED BY jobs_executing
        WHERE state = 'executing' AND process_id <> :own
        """
      ) {
        $0.bind(":own", own)
      } read: {
        OverdueLease(row: $0)
      }
    }
    return suspects.withLock { suspects in
      suspects = Dictionary(
        uniqueKeysWithValues: seen.map { ($0, suspects[$0] ?? now) })
      return seen.filter { now - (suspects[$0] ?? now) >= $0.patience }
    }
  }

  /// The job, if nobody has extended or ended the lease meanwhile.
  private func overdue(_ lease: OverdueLease, _ transaction: Transaction) throws -> OrphanedJob? {
    try transaction.connection.first(
      """
      SELECT id, kind, fence, attempt, started_at, sequence, lane, run_at, admitted, verdict, deaths
      FROM jobs
      WHERE id = :id AND fence = :fence AND state = 'executing' AND lease_until = :until
        AND lease_until < :now
      """
    ) {
      $0.bind(":id", lease.job.number)
      $0.bind(":fence", lease.fence)
      $0.bind(":until", lease.until)
      $0.bind(":now", transaction.now)
    } read: {
      OrphanedJob(row: $0)
    }
  }
}

private struct OrphanedJob {
  let id: JobID
  let kind: JobKind
  let fence: Int
  let attempt: Int
  let startedAt: Timestamp
  let sequence: String?
  let lane: LaneID?
  let runAt: Timestamp
  let isAdmitted: Bool
  let verdict: Verdict?
  let deaths: Int

  init(row: Row) {
    id = JobID(number: row.int64(0))
    kind = JobKind(rawValue: row.string(1))
    fence = row.int(2)
    attempt = row.int(3)
    startedAt = row.timestamp(4)
    sequence = row.optionalString(5)
    lane = row.optionalString(6).map(LaneID.init(rawValue:))
    runAt = row.timestamp(7)
    isAdmitted = row.bool(8)
    verdict = row.optionalString(9).flatMap(Verdict.init(rawValue:))
    deaths = row.int(10)
  }
}

/// A lease of another process as it was seen: once it is extended, it is another one.
struct OverdueLease: Hashable {
  let job: JobID
  let fence: Int
  let until: Timestamp

  init(row: Row) {
    job = JobID(number: row.int64(0))
    fence = row.int(1)
    until = row.timestamp(2)
  }

  /// Longer than a third of the longest lease, after which a process that lives extends it.
  var patience: Duration { .seconds(60) }
}
