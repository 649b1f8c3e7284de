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
    "SCAN jobs USING INDEX jobs_executing",
    "SCAN calendar_incidents USING INDEX calendar_incidents_open",
  ]

  @Test func noStatementScansATable() throws {
    for statement in statements.all {
      let scans = try connection.queryPlan(of: statement.sql).filter {
        $0.hasPrefix("SCAN") && !Self.allowed.contains($0)
      }
      // The oldest few rows in order of their ids: the walk ends at the limit.
      if statement.sql.contains("DELETE FROM idempotency_keys") {
        #expect(scans == ["SCAN idempotency_keys", "SCAN (subquery-1)"])
      } else {
        #expect(scans == [], "\(statement)")
      }
    }
  }

  /// Statement, known by a part of it, and the line of its plan that matters.
  private static let named = [
    ("SET state = 'executing'", "SEARCH jobs USING INDEX jobs_ready (priority=? AND run_at<?)"),
    ("SELECT min(head)", "SEARCH jobs USING INDEX jobs_ready (priority=?)"),
    ("SELECT 1 FROM jobs INDEXED", "SEARCH jobs USING INDEX jobs_of_sequence (sequence=?)"),
    ("SET held = 0", "SEARCH jobs USING INDEX jobs_of_sequence (sequence=?)"),
    (
      "AND id > :id AND state = 'executing'",
      "SEARCH jobs USING INDEX jobs_of_sequence (sequence=? AND id>?)"
    ),
    ("WHERE process_id = :process", "SEARCH jobs USING INDEX jobs_executing (process_id=?)"),
    (
      "WHERE state = 'parked' AND organization_id",
      "SEARCH jobs USING INDEX jobs_parked_of_organization (organization_id=?)"
    ),
    ("INDEXED BY jobs_parked_until", "SEARCH jobs USING INDEX jobs_parked_until (deadline_at<?)"),
    (
      "SELECT end_at FROM claims",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at<?)"
    ),
    (
      "SELECT start_at, end_at FROM claims",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at>? AND start_at<?)"
    ),
    (
      "DELETE FROM claims",
      "SEARCH claims USING PRIMARY KEY (calendar_id=? AND start_at=? AND booking_id=?)"
    ),
    (
      "FROM local_events INDEXED BY",
      "SEARCH local_events USING COVERING INDEX local_events_by_time "
        + "(calendar_id=? AND start_at>? AND start_at<?)"
    ),
    ("released_by = 'bookend'", "SEARCH spends USING INDEX spends_one_at_a_time (link_id=?)"),
    (
      "WHERE scope = :scope",
      "SEARCH idempotency_keys USING INDEX sqlite_autoindex_idempotency_keys_1 "
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
