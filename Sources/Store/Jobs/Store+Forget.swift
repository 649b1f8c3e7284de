import Core
import Queue
import SQLite

// Forgetting jobs whose time is over. Nothing is written for its sake while a job lives: no index says when it
// will be over, since every job would pay for it. Ids rise with time, and most jobs end soon after they were
// enqueued. So of those that are kept for so many days a run looks at the next ones of so many days ago, from
// where the run before it has come to. What is met too early, because it lived long or was tried once more, is
// left to the round: a walk over all jobs that takes a day, a piece of it in each run. It also finds what is
// over since a definition says fewer days. How far each walk has come is in the file, in the transaction that
// forgets, and is a hint, no more: whether a job is removed is decided by the job and the definitions of now.

extension Store {
  /// Goes on with every walk until there is nothing left to look at now, or `WorkLimit.current` says so.
  package func forgetJobs(_ keeping: Keeping) throws {
    let now = database.time.now()
    let ends = try keeping.lengths.sorted().map { days in
      (
        days: days,
        end: try read { try firstJob(since: now - .days(days) - Store.usualLife, $0) }
      )
    }
    for (days, end) in ends {
      let walk = Walk(days: days, end: end)
      if let passed = try passed(days) {
        if try !forget(walk, after: passed, keeping) { return }
      } else {
        // Nobody has kept for so many days so far: those of before are the round's.
        try write { try self.record(end - 1, of: walk, in: $0) }
      }
    }
    if let shortest = keeping.lengths.min() {
      try goOn(until: read { try firstJob(since: now - .days(shortest), $0) }, keeping)
    }
  }

  /// A piece of the round; after the last it begins anew.
  private func goOn(until end: Int64, _ keeping: Keeping) throws {
    let first = try ask { try $0.first("SELECT min(id) FROM jobs") { $0.int64(0) } } ?? 0
    let passed = max(try self.passed(Walk.round) ?? 0, first - 1)
    let piece = max(Store.leastPiece, (end - first) / Store.pieces + 1)
    let walk = Walk(days: Walk.round, end: min(end, passed + piece + 1))
    if try forget(walk, after: passed, keeping), walk.end == end {
      try write { try self.record(0, of: walk, in: $0) }
    }
  }

  /// False where it was stopped.
  private func forget(_ walk: Walk, after first: Int64, _ keeping: Keeping) throws -> Bool {
    var passed = first
    var isStopped = false
    while passed < walk.end - 1 && !isStopped {
      passed = try forgetBite(of: walk, after: passed, keeping)
      isStopped = WorkLimit.current?.isCancelled == true
    }
    // The last bites may have had nothing to write.
    let reached = passed
    if reached != first { try write { try self.record(reached, of: walk, in: $0) } }
    return !isStopped
  }

  /// The last job that it has done with: the one before the walk's end where there are no others.
  func forgetBite(of walk: Walk, after passed: Int64, _ keeping: Keeping) throws -> Int64 {
    let jobs = try jobs(after: passed, before: walk.end)
    let over = jobs.filter(keeping.isOver)
    let last = jobs.count < Store.forgetBite ? walk.end - 1 : jobs.last?.id ?? walk.end - 1
    if over.isEmpty { return last }
    return try write { transaction in
      let undone = try self.forget(over, in: transaction)
      let reached = undone.map { $0 - 1 } ?? last
      try self.record(reached, of: walk, in: transaction)
      return reached
    }
  }

  /// Removes them in their order as long as the time for one bite lasts, and returns the first that is still
  /// there; nil where there is none.
  private func forget(_ jobs: [PastJob], in transaction: Transaction) throws -> Int64? {
    let begun = database.time.monotonic()
    for (index, job) in jobs.enumerated() {
      if index > 0, database.time.monotonic() - begun >= Store.biteTime { return job.id }
      // One that was put off for months has thousands of attempts.
      if try forgetAttempts(of: job, in: transaction) { return job.id }
      try forget(job, in: transaction)
    }
    return nil
  }

  private func forget(_ job: PastJob, in transaction: Transaction) throws {
    // It may have been retried since it was looked at, and have ended anew.
    let removed = try transaction.connection.run(
      "DELETE FROM jobs WHERE id = :id AND state = :state AND finished_at = :finishedAt"
    ) {
      $0.bind(":id", job.id)
      $0.bind(":state", job.state.rawValue)
      $0.bind(":finishedAt", job.finishedAt)
    }
    if removed == 0 { return }
    count(job.kind, from: job.state, to: nil, in: transaction)
    try transaction.connection.run("DELETE FROM effects WHERE job_id = :id") {
      $0.bind(":id", job.id)
    }
    try transaction.connection.run(
      "DELETE FROM action_jobs INDEXED BY actions_on_job WHERE job_id = :id"
    ) {
      $0.bind(":id", job.id)
    }
  }

  /// Whether there may be more.
  private func forgetAttempts(of job: PastJob, in transaction: Transaction) throws -> Bool {
    try transaction.connection.run(
      """
      DELETE FROM attempts WHERE job_id = :id AND fence IN (
          SELECT fence FROM attempts WHERE job_id = :id ORDER BY fence LIMIT :bite)
        AND EXISTS (
          SELECT 1 FROM jobs WHERE id = :id AND state = :state AND finished_at = :finishedAt)
      """
    ) {
      $0.bind(":id", job.id)
      $0.bind(":bite", Store.attemptsBite)
      $0.bind(":state", job.state.rawValue)
      $0.bind(":finishedAt", job.finishedAt)
    } == Store.attemptsBite
  }

  /// The next few jobs that have ended or not. The newest job is left out, so that its id is never given again.
  private func jobs(after passed: Int64, before end: Int64) throws -> [PastJob] {
    try ask { connection in
      try connection.all(
        """
        SELECT id, kind, state, finished_at FROM jobs
        WHERE id > :passed AND id < :end AND id < (SELECT max(id) FROM jobs) ORDER BY id LIMIT :bite
        """
      ) {
        $0.bind(":passed", passed)
        $0.bind(":end", end)
        $0.bind(":bite", Store.forgetBite)
      } read: {
        PastJob(row: $0)
      }
    }
  }

  // MARK: - How far it has come

  private func passed(_ days: Int) throws -> Int64? {
    try ask { connection in
      try connection.first("SELECT passed FROM forgetting WHERE keep_days = :days") {
        $0.bind(":days", days)
      } read: {
        $0.int64(0)
      }
    }
  }

  /// Another process may have come further. The round goes back to its beginning.
  private func record(_ passed: Int64, of walk: Walk, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO forgetting (keep_days, passed) VALUES (:days, :passed)
      ON CONFLICT (keep_days) DO UPDATE SET
        passed = CASE keep_days WHEN 0 THEN :passed ELSE max(passed, :passed) END
      """
    ) {
      $0.bind(":days", walk.days)
      $0.bind(":passed", passed)
    }
  }

  // MARK: - Limits

  /// Jobs looked at at once, and at most removed in one transaction.
  static let forgetBite = 100
  /// The longest that a bite holds the writer, its commit apart, and the last job's removal.
  static let biteTime = Duration.milliseconds(2)
  /// A millisecond's work.
  static let attemptsBite = 500
  /// Most jobs have ended so soon after they were enqueued. The walks come by only then.
  static let usualLife = Duration.hours(1)
  /// At a run every ten minutes a round takes a day,
  static let pieces: Int64 = 144
  /// or less: so many jobs are looked at in some ten milliseconds.
  static let leastPiece: Int64 = 10_000
}

/// A walk over the jobs before `end`: those that are kept for so many days, or all.
struct Walk: Sendable {
  let days: Int
  let end: Int64

  static let round = 0
}

/// What is looked at of a job that may be over.
struct PastJob: Sendable {
  let id: Int64
  let kind: JobKind
  let state: JobState
  let finishedAt: Timestamp?

  /// From `id, kind, state, finished_at`.
  init(row: Row) {
    id = row.int64(0)
    kind = JobKind(rawValue: row.string(1))
    state = JobState(rawValue: row.string(2)) ?? .discarded
    finishedAt = row.optionalTimestamp(3)
  }
}
