import Core
import Queue
import SQLite
import TestSupport

@testable import Store

// Backlogs, made in one stroke, and what they cost: counted in steps of SQLite's virtual machine, so that neither
// the machine nor its load matters.

extension StoreWorld {
  /// The most that one transaction may take, in steps: some milliseconds.
  static let mostSteps = 100_000

  /// Two lanes without anything in them but what closes one and takes the other's only place.
  static func withClosedLanes() throws -> StoreWorld {
    let world = try StoreWorld()
    _ = try world.store.enqueue(.plain(lane: "fragile"))
    try world.store.finish(try world.store.claimOne(), .needsOwner)
    _ = try world.store.enqueue(.plain(lane: "single"))
    _ = try world.store.claimOne()
    return world
  }

  /// Jobs of one lane that wait in it, as so many enqueues would have left them: the last that has come is about
  /// the latest meeting, a day from now. In order, they are to run as they came; otherwise the last first.
  func fill(_ lane: String, _ count: Int, inOrder: Bool = false) throws {
    let runAt = inOrder ? "- \(count) + n" : "- n"
    try execute(
      """
      \(StoreWorld.numbers(count))
      INSERT INTO jobs (kind, state, waits_for, in_order, run_at, max_attempts, deadline_at,
        enqueued_at, organization_id, lane, payload)
      SELECT 'chore', 'available', 'lane', \(inOrder ? "1" : "NULL"),
        \(time.now().milliseconds) \(runAt), 3, \(time.now().milliseconds) + 86400000 + n,
        \(inOrder ? "\(time.now().milliseconds) \(runAt)" : "0"), 'org_1', '\(lane)', '{}'
      FROM numbers;
      UPDATE lanes SET waiting = waiting + \(count) WHERE id = '\(lane)';
      INSERT INTO job_counts (kind, state, count) VALUES ('chore', 'available', \(count))
      ON CONFLICT (kind, state) DO UPDATE SET count = count + \(count);
      """)
    try noteSpans()
  }

  /// What is known of the lanes' jobs follows those that are there.
  func noteSpans() throws {
    try execute(
      """
      INSERT OR REPLACE INTO lane_spans (lane, kind, first_job, last_job, newest_job)
      SELECT lane, kind, min(id) FILTER (WHERE in_order), max(id) FILTER (WHERE in_order), max(id)
      FROM jobs WHERE lane IS NOT NULL GROUP BY lane, kind;
      """)
  }

  /// As a worker does it: a claim that has found nothing, and is to be repeated at once, is.
  func claimSoon() throws -> ClaimedJob {
    while true {
      let claim = try store.claim(limit: 1)
      if let job = claim.jobs.first { return job }
      guard let next = claim.nextRunAt, next <= time.now() else { throw NothingReady() }
    }
  }

  static func numbers(_ count: Int) -> String {
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(count))"
  }

  /// Of the writer, so far.
  func steps() throws -> Int { try store.write { $0.connection.steps } }

  func stepsOfOne(_ body: @escaping @Sendable (Transaction) throws -> Void) throws -> Int {
    try store.write { transaction in
      let before = transaction.connection.steps
      try body(transaction)
      return transaction.connection.steps - before
    }
  }
}

/// The work is to stop: what comes after the first commit is not begun.
func stopped<Value>(_ body: () throws -> Value) throws -> Value {
  let limit = WorkLimit()
  limit.cancel()
  return try WorkLimit.$current.withValue(limit, operation: body)
}
