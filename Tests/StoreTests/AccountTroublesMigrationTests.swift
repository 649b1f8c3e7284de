import SQLite
import Store
import TestSupport
import Testing

/// Three records of accounts' troubles become one; nobody is told twice, and nobody is forgotten.
struct AccountTroublesMigrationTests {
  let folder: TemporaryFolder
  let connection: SQLiteConnection

  init() throws {
    folder = try TemporaryFolder()
    connection = try SQLiteConnection(
      path: folder.file("bookend.db"), access: .readWrite, busyTimeout: .zero)
    let before = Migrator(
      applicationID: schema.applicationID, migrations: Array(schema.migrations.prefix(8)))
    _ = try before.migrate(connection)
    try connection.execute(
      """
      INSERT INTO organizations VALUES ('org_1', 'O', 0);
      INSERT INTO hosts VALUES ('hst_1', 'org_1', 'Ada', 'ada@example.com', 'UTC', 0);
      """)
  }

  private func account(_ id: String, _ state: String = "connected") throws {
    try connection.execute(
      """
      INSERT INTO connections (id, organization_id, host_id, provider, name, url, username, state,
        created_at)
      VALUES ('\(id)', 'org_1', 'hst_1', 'google', 'A', '', '', '\(state)', 0);
      INSERT INTO calendars VALUES ('\(id)a', '\(id)', 'a', 'A', 'UTC', 1),
        ('\(id)b', '\(id)', 'b', 'B', 'UTC', 1);
      """)
  }

  private func migrated() throws -> [String] {
    _ = try schema.migrate(connection)
    #expect(try connection.all("PRAGMA foreign_key_check") { $0.int(0) } == [])
    return try connection.all(
      """
      SELECT words FROM (SELECT id, id || ' ' || connection_id || ' '
        || coalesce(calendar_id || ' ' || use, 'account') || ' ' || cause || ' ' || began_at || ' '
        || coalesce(told_at, 'untold') || ' ' || coalesce(ended_at, 'open') AS words
        FROM incidents ORDER BY id)
      """
    ) { $0.string(0) }
  }

  @Test func calendarsKeepTheirNumbers() throws {
    try account("one")
    try account("two")
    try connection.execute(
      """
      INSERT INTO calendar_incidents VALUES (3, 'onea', 10, 'transient', 'x', 20),
        (4, 'onea', 30, 'needsOwner', 'x', NULL), (5, 'oneb', 31, 'transient', 'x', NULL),
        (7, 'twob', 32, 'transient', 'x', NULL);
      """)
    #expect(
      try migrated() == [
        "3 one onea reading provider 10 10 20", "4 one onea reading owner 30 30 open",
        "5 one oneb reading provider 31 untold open", "7 two twob reading provider 32 32 open",
      ])
  }

  @Test func accountsWhoseOwnersWereToldAreNotToldAgain() throws {
    try account("told", "needsOwner")
    try account("underWay", "needsOwner")
    try account("untold", "needsOwner")
    try account("over")
    try account("calendars")
    try account("operator")
    try connection.execute(
      """
      INSERT INTO incidents (id, connection_id, cause, reason, opened_at, closed_at) VALUES
        (1, 'told', 'owner', 'x', 10, NULL), (2, 'underWay', 'owner', 'x', 11, NULL),
        (3, 'untold', 'owner', 'x', 12, NULL), (4, 'over', 'owner', 'x', 13, 14),
        (5, 'calendars', 'owner', 'x', 15, NULL), (6, 'operator', 'operator', 'x', 16, NULL);
      INSERT INTO jobs (id, kind, state, payload, run_at, max_attempts, enqueued_at, finished_at)
      VALUES (1, 'invitation', 'completed', '{}', 0, 3, 0, 5),
        (2, 'invitation', 'available', '{}', 0, 3, 0, NULL);
      INSERT INTO disconnections VALUES ('told', 1, 20), ('underWay', 2, 21);
      """)
    #expect(
      try migrated() == [
        "1 told account owner 10 20 open", "2 underWay account owner 11 untold open",
        "3 untold account owner 12 untold open", "4 over account owner 13 untold 14",
        "5 calendars account owner 15 untold 15", "6 operator account operator 16 untold open",
      ])
  }
}
