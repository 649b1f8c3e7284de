import Core
import Queue
import SQLite
import TestSupport
import Testing

@testable import Store

/// A database that was left in the middle of its work goes on with the new indexes where it stood.
struct WaitingMigrationTests {
  @Test(arguments: [12, 14])
  func whatWaitsIsStillFound(version: Int) throws {
    // Where a job still waits that the older program has let through.
    let through = version < 13 ? "NULL, 1" : "'lane', 0"
    let world = try StoreWorld(version: version) { connection in
      try connection.execute(
        """
        INSERT INTO lanes (id, admitted, waiting, tokens, tokens_at, breaker, failures, openings, reason,
          wake_at)
        VALUES ('fragile', 0, 4000, 1, 0, 'needsOwner', 0, 0, 'revoked', 0),
          ('double', \(version < 13 ? "2, 1" : "1, 2"), 1, 0, 'closed', 0, 0, NULL, 0);
        \(StoreWorld.numbers(4000))
        INSERT INTO jobs (kind, state, waits_for, run_at, max_attempts, fence, deadline_at, enqueued_at,
          organization_id, lane, payload)
        SELECT 'chore', 'available', 'lane', n, 3, n % 2, nullif(n % 100, 0) * 1000, n, 'org_1',
          'fragile', '{}'
        FROM numbers;
        INSERT INTO jobs (id, kind, state, waits_for, admitted, run_at, max_attempts, fence, lease_until,
          process_id, enqueued_at, started_at, lane, payload)
        VALUES (5001, 'chore', 'executing', NULL, 1, 0, 3, 1, 10, 77, 4001, 4001, 'double', '{}'),
          (5002, 'chore', 'available', \(through), 0, 3, 0, NULL, NULL, 4001, NULL, 'double', '{}'),
          (5003, 'chore', 'available', 'lane', 0, 0, 3, 0, NULL, NULL, 4001, NULL, 'double', '{}');
        INSERT INTO jobs (id, kind, state, run_at, max_attempts, enqueued_at, finished_at, lane, payload)
        VALUES (5004, 'chore', 'parked', 0, 3, 4001, NULL, 'fragile', '{}'),
          (5005, 'chore', 'discarded', 0, 3, 4001, 4002, 'fragile', '{}'),
          (5006, 'chore', 'completed', 0, 3, 4001, 4002, 'fragile', '{}');
        INSERT INTO job_counts (kind, state, count)
          SELECT kind, state, count(*) FROM jobs GROUP BY kind, state;
        """)
    }
    let store = world.store
    #expect(try world.rows("PRAGMA integrity_check") { $0.string(0) } == ["ok"])
    #expect(try store.recountLanes() == [])
    #expect(try store.claim().jobs.map(\.lease.job.number) == [5002])
    for (state, id) in [(JobState.parked, 5004), (.discarded, 5005)] {
      var query = JobQuery(organization: nil, states: [state], limit: 9)
      query.lane = LaneID(rawValue: "fragile")
      #expect(try store.jobs(query).map(\.id.number).contains(Int64(id)))
    }
    var all = JobQuery(organization: nil, limit: 2)
    all.lane = LaneID(rawValue: "fragile")
    #expect(try store.jobs(all).map(\.id.number) == [5006, 5005])
    // All that are about a meeting are overdue, and 40 are about none.
    for _ in 0..<20 { try store.wakeOverdue() }
    #expect(try store.claim(limit: 5000).jobs.count == 3960)
    #expect(try store.resetLane(LaneID(rawValue: "fragile")) == 1)
    #expect(try store.claim().jobs.count == 2)
    #expect(try store.recountLanes() == [])
    #expect(try store.miscounts() == [])
  }
}
