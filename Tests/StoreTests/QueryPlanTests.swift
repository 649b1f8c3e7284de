import SQLite
import Store
import TestSupport
import Testing

/// How SQLite finds the rows of each statement. A scan is quick in a test and slow a year later.
struct QueryPlanTests {
  let world: StoreWorld
  let connection: SQLiteConnection
  let statements: SQLStatements

  init() throws {
    world = try StoreWorld()
    connection = try SQLiteConnection(
      path: world.path, access: .readOnly, busyTimeout: .seconds(5))
    statements = try SQLStatements()
  }

  @Test func theStatementsAreFound() {
    #expect(statements.all.count > 50)
    #expect(Set(statements.all.map(\.file)).count >= 12)
  }

  /// What may be walked over as a whole: it is small by its nature, or the index holds only what is wanted.
  private static let allowed: Set<String> = [
    "SCAN CONSTANT ROW",
    "SCAN organizations USING INDEX sqlite_autoindex_organizations_1",
    "SCAN processes USING COVERING INDEX sqlite_autoindex_processes_1",
    "SCAN jobs USING INDEX jobs_executing", "SCAN jobs USING INDEX jobs_to_end",
    "SCAN organizations USING COVERING INDEX sqlite_autoindex_organizations_1",
    // Whoever changes the key seals everything anew.
    "SCAN connections USING INDEX sqlite_autoindex_connections_1", "SCAN credentials",
    "SCAN chores", "SCAN lanes", "SCAN pauses", "SCAN job_counts",
    // A row for each kind of each process, and for each piece of work that is under way.
    "SCAN process_kinds", "SCAN own", "SCAN wakings", "SCAN tellings", "SCAN actions_begun",
    "SCAN clock_jumps USING INDEX clock_jumps_unfinished",
    // A row for each 65536 jobs.
    "SCAN stretches",
    "SCAN actions USING INDEX actions_being_undone",
  ]

  /// Statements, known by a part of them, that walk over more, and why that is right.
  private static let allowedFor: [(part: String, scans: [String])] = [
    // The oldest few rows in order of their ids: the walk ends at the limit.
    ("DELETE FROM idempotency_keys", ["SCAN idempotency_keys", "SCAN (subquery-1)"]),
    ("DELETE FROM operator_answers", ["SCAN operator_answers", "SCAN (subquery-1)"]),
    // Once a day, on a snapshot: how many there are of each kind, of what is unusual, and of what lives.
    (
      "FROM jobs INDEXED BY jobs_of_organization\n      GROUP BY",
      ["SCAN jobs USING COVERING INDEX jobs_of_organization"]
    ), ("GROUP BY organization_id, aside, kind", ["SCAN jobs USING COVERING INDEX jobs_aside"]),
    ("in_order = 1 GROUP BY lane, kind", ["SCAN jobs USING INDEX jobs_unfinished", "SCAN found"]),
    ("GROUP BY kind, state", ["SCAN jobs USING INDEX jobs_unfinished"]),
    // The newest, and no more.
    ("SELECT enqueued_at FROM jobs ORDER BY id DESC LIMIT 1", ["SCAN jobs"]),
    ("FROM actions ORDER BY id DESC LIMIT", ["SCAN actions"]),
    // The newest hundred.
    ("SELECT seen_at, jump FROM clock_jumps", ["SCAN clock_jumps", "SCAN (subquery-1)"]),
    // As many as one transaction may wake, and one more.
    ("WHERE aside = 'parked' LIMIT 1 OFFSET", ["SCAN jobs USING INDEX jobs_parked_until"]),
    // On a snapshot: parked jobs are few, and an account that answers again is looked for among all of them.
    ("JOIN bookings AS b ON b.id = substr", ["SCAN j USING INDEX jobs_parked_until"]),
    // Once in the life of a database.
    ("state = 'rescheduling' OR state = 'cancelling')", ["SCAN bookings"]),
    // Once a minute, over the calendars of those who have connected any.
    ("LEFT JOIN followed_calendars", ["SCAN c"]),
    // Open findings are few, or there is no other worry than these.
    ("SELECT kind, count(*) FROM findings", ["SCAN findings USING INDEX findings_open"]),
    // A row for each run of a thousand ids, a seek in it, and as many jobs of it as are asked for.
    ("WITH RECURSIVE runs (run, before", ["SCAN runs", "SCAN (subquery-3)", "SCAN runs"]),
    // A row for each run in which jobs of a lane wait in order.
    ("WITH RECURSIVE runs (kind", ["SCAN runs", "SCAN runs"]),
    // As many as one sweep looks at.
    ("ORDER BY id LIMIT :walk)", ["SCAN (subquery-1)"]),
  ]

  @Test func noStatementScansATable() throws {
    for statement in statements.all {
      let scans = try connection.queryPlan(of: statement.sql).filter {
        $0.hasPrefix("SCAN") && !Self.allowed.contains($0)
      }
      let allowed = Self.allowedFor.first { statement.sql.contains($0.part) }?.scans ?? []
      #expect(scans == allowed, "\(statement)")
    }
  }

  /// Statement, known by a part of it, and the line of its plan that matters.
  private static let named = [
    (
      "SELECT id, run_at FROM jobs INDEXED BY jobs_ready",
      "SEARCH jobs USING INDEX jobs_ready (kind=?)"
    ),
    ("SET state = 'executing'", "SEARCH jobs USING INTEGER PRIMARY KEY (rowid=?)"),
    (
      "SELECT id, run_at FROM jobs INDEXED BY jobs_waiting_for_lane",
      "SEARCH jobs USING INDEX jobs_waiting_for_lane (lane=? AND kind=?)"
    ),
    (
      "SELECT kind FROM jobs INDEXED BY jobs_waiting_for_lane",
      "SEARCH jobs USING INDEX jobs_waiting_for_lane (lane=? AND kind>?)"
    ),
    (
      "SELECT id, first_rank FROM lanes",
      "SEARCH lanes USING COVERING INDEX lanes_in_queue (first_rank>?)"
    ),
    (
      "SELECT id FROM lanes INDEXED BY lanes_to_wake",
      "SEARCH lanes USING COVERING INDEX lanes_to_wake (wake_at<?)"
    ),
    ("finished_at IS NULL LIMIT 1", "SEARCH jobs USING INDEX jobs_of_sequence (sequence=?)"),
    (
      "SELECT id, kind, lane, run_at, waits_for, verdict",
      "SEARCH jobs USING INDEX jobs_of_sequence (sequence=?)"
    ),
    (
      "finished_at IS NULL AND id > :id ORDER BY id\n",
      "SEARCH jobs USING INDEX jobs_of_sequence (sequence=? AND id>?)"
    ),
    (
      "WHERE process_id = :process AND state = 'executing' ORDER BY id",
      "SEARCH jobs USING INDEX jobs_executing (process_id=?)"
    ),
    (
      "SELECT id FROM jobs INDEXED BY jobs_parked_in_lane",
      "SEARCH jobs USING INDEX jobs_parked_in_lane (lane=?)"
    ),
    (
      "INDEXED BY jobs_of_organization\n      WHERE",
      "SEARCH jobs USING INDEX jobs_of_organization (organization_id=? AND kind=? AND id>? AND id<?)"
    ),
    (
      "INDEXED BY jobs_aside\n      WHERE organization_id",
      "SEARCH jobs USING INDEX jobs_aside "
        + "(organization_id=? AND aside=? AND kind=? AND id>? AND id<?)"
    ),
    (
      "INDEXED BY jobs_aside_in_lane",
      "SEARCH jobs USING INDEX jobs_aside_in_lane (lane=? AND aside=? AND id>? AND id<?)"
    ),
    (
      "INDEXED BY jobs_failed\n",
      "SEARCH jobs USING INDEX jobs_failed "
        + "(organization_id=? AND error_class=? AND kind=? AND id>? AND id<?)"
    ),
    (
      "INDEXED BY jobs_failed_in_lane",
      "SEARCH jobs USING INDEX jobs_failed_in_lane (lane=? AND error_class=? AND id>? AND id<?)"
    ),
    (
      "INDEXED BY jobs_suspected SET",
      "SEARCH jobs USING INDEX jobs_suspected (deaths=?)"
    ),
    (
      "ORDER BY deadline_at LIMIT :bite",
      "SEARCH jobs USING INDEX jobs_parked_until (deadline_at<?)"
    ),
    (
      "finished_at IS NULL AND id > :seen ORDER BY id LIMIT 1 OFFSET",
      "SEARCH jobs USING INDEX jobs_unfinished (id>?)"
    ),
    (
      "SELECT id, run_at, in_order FROM jobs",
      "SEARCH jobs USING INDEX jobs_of_lane (<expr>=? AND lane=? AND kind=? AND id>?)"
    ),
    (
      "SELECT id FROM jobs INDEXED BY jobs_to_end",
      "SEARCH jobs USING INDEX jobs_to_end (kind=?)"
    ),
    (
      "SELECT run_at FROM jobs INDEXED BY jobs_waiting_for_lane",
      "SEARCH jobs USING INDEX jobs_waiting_for_lane (lane=? AND kind=?)"
    ),
    (
      "SELECT end_at FROM claims",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at<?)"
    ),
    (
      "SELECT start_at, end_at FROM claims",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at>? AND start_at<?)"
    ),
    (
      "booking_id = :booking AND start_at IN (",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at=? AND booking_id=?)"
    ),
    (
      "AND start_at < (SELECT max(end_at",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at>? AND start_at<?)"
    ),
    (
      "FROM bookings INDEXED BY bookings_of_event",
      "SEARCH bookings USING INDEX bookings_of_event (calendar_id=? AND event_id=?)"
    ),
    (
      "SELECT id FROM bookings INDEXED BY bookings_placed_by_host\n      WHERE",
      "SEARCH bookings USING INDEX bookings_placed_by_host (calendar_id=? AND end_at>?)"
    ),
    (
      "FROM local_events INDEXED BY",
      "SEARCH local_events USING COVERING INDEX local_events_by_time "
        + "(calendar_id=? AND start_at>? AND start_at<?)"
    ),
    ("released_by = 'bookend'", "SEARCH spends USING INDEX spends_one_at_a_time (link_id=?)"),
    (
      "SELECT digest, booking_id, job_id, body FROM idempotency_keys",
      "SEARCH idempotency_keys USING INDEX sqlite_autoindex_idempotency_keys_1 "
        + "(scope=? AND key=?)"
    ),
    (
      "SELECT digest, status, location, body FROM operator_answers",
      "SEARCH operator_answers USING INDEX sqlite_autoindex_operator_answers_1 "
        + "(scope=? AND key=?)"
    ),
  ]

  @Test func theMainPathUsesItsIndexes() throws {
    for (part, line) in Self.named {
      let statement = try statements.containing(part)
      let plan = try connection.queryPlan(of: statement.sql)
      #expect(plan.contains(line), "\(statement): \(plan)")
      #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "\(statement)")
    }
  }

  /// Seeks in each run of ids: sorted is no more than one of them holds.
  @Test func aLanesJobsAreFoundFromRunToRun() throws {
    let jobs = try connection.queryPlan(
      of: statements.containing("WITH RECURSIVE runs (run, before").sql)
    let line = "SEARCH jobs USING INDEX jobs_of_lane (<expr>=? AND lane=? AND kind>? AND kind<?)"
    #expect(jobs.count { $0 == line } == 2, "\(jobs)")
    for (part, line) in [
      (
        "SELECT max(newest_job) FROM lane_spans",
        "SEARCH lane_spans USING PRIMARY KEY (lane=? AND kind>? AND kind<?)"
      ),
      (
        "WITH RECURSIVE runs (kind",
        "SEARCH jobs USING INDEX jobs_of_lane (<expr>=? AND lane=? AND kind=?)"
      ),
    ] {
      let plan = try connection.queryPlan(of: statements.containing(part).sql)
      #expect(plan.contains(line), "\(plan)")
    }
  }

  /// Walks over whole backlogs are quick in an index, and a hundred times as slow in the table, each of whose rows
  /// is on another page. The plan does not tell: SQLite calls an index covering only where it holds the columns
  /// of its own condition too.
  @Test(arguments: [
    ("finished_at IS NULL AND id > :seen ORDER BY id LIMIT 1 OFFSET", "jobs_unfinished"),
    ("SELECT id, run_at, deadline_at, fence FROM jobs INDEXED BY", "jobs_waiting_for_lane"),
  ])
  func aBacklogIsReadFromItsIndexAlone(part: String, index: String) throws {
    let statement = try statements.containing(part)
    #expect(try !connection.readsTables(statement.sql), "\(statement)")
    let walk = "SEARCH jobs USING INDEX \(index)"
    #expect(try connection.queryPlan(of: statement.sql).contains { $0.hasPrefix(walk) })
  }

  @Test func whatReadsATableIsSeenToDoSo() throws {
    let statement = try statements.containing("JOIN bookings AS b ON b.id = substr")
    #expect(try connection.readsTables(statement.sql))
  }

  /// SQLite opens each index that names a column which a statement changes, whatever the row: the table and the
  /// few that are about what every job goes through.
  @Test(arguments: [
    ("admitted = :admitted,\n        fence = :fence", 5), ("SET state = 'completed'", 8),
  ])
  func whatEveryJobGoesThroughOpensFewIndexes(part: String, most: Int) throws {
    let statement = try statements.containing(part)
    let opened = try connection.opcodes(of: statement.sql).count { $0 == "OpenWrite" }
    #expect(opened > 1 && opened <= most, "\(statement) opens \(opened)")
  }

  @Test func theTriggerAgainstOverlapsSeeksOnce() throws {
    let when = """
      SELECT end_at FROM claims
      WHERE calendar_id = :calendar AND start_at < :end AND booking_id <> :booking
      ORDER BY start_at DESC LIMIT 1
      """
    let plan = try connection.queryPlan(of: when)
    #expect(plan == ["SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at<?)"])
  }
}
