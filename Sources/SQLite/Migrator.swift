import Core

/// One step of the schema. Numbered from 1, immutable once released, forward only.
package struct Migration: Sendable {
  package let version: Int
  package let name: String
  package let sql: String

  package init(version: Int, name: String, sql: String) {
    self.version = version
    self.name = name
    self.sql = sql
  }
}

/// Brings a database file to the newest schema, or says in words why it will not touch it.
package struct Migrator: Sendable {
  /// In the file's header (`PRAGMA application_id`): tells our files from anybody else's.
  package let applicationID: Int
  package let migrations: [Migration]

  package init(applicationID: Int, migrations: [Migration]) {
    invariant(
      migrations.map(\.version) == Array(1...max(1, migrations.count)),
      "migrations are numbered 1, 2, 3 …")
    self.applicationID = applicationID
    self.migrations = migrations
  }

  package var newestVersion: Int { migrations.count }

  /// Looks at the file without changing it: the version it has, 0 for a file that is empty.
  /// Throws for a file that is not ours, is damaged, comes from a newer program, or cannot be read now.
  package func version(of connection: SQLiteConnection) throws(MigrationError) -> Int {
    let header: (version: Int, id: Int, tables: Int)
    do throws(SQLiteError) {
      header = try readHeader(connection)
    } catch {
      throw error.isStorageFailure ? .unavailable(error) : .unreadable(error.message)
    }
    if header == (0, 0, 0) { return 0 }
    if header.id != applicationID { throw .notOurs }
    if header.version < 0 { throw .unreadable("it has schema version \(header.version)") }
    if header.version > newestVersion {
      throw .newer(file: header.version, program: newestVersion)
    }
    return header.version
  }

  /// On one snapshot: another process may be making the schema at this moment.
  private func readHeader(
    _ connection: SQLiteConnection
  ) throws(SQLiteError) -> (version: Int, id: Int, tables: Int) {
    try connection.execute("BEGIN")
    defer { try? connection.execute("COMMIT") }
    return (
      version: try schemaVersion(connection),
      id: try connection.first("PRAGMA application_id") { $0.int(0) } ?? 0,
      tables: try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
    )
  }

  /// Applies what is missing, each migration in a transaction of its own, and returns their versions.
  @discardableResult
  package func migrate(_ connection: SQLiteConnection) throws(MigrationError) -> [Int] {
    let version = try version(of: connection)
    var applied: [Int] = []
    for migration in migrations.dropFirst(version) {
      do throws(SQLiteError) {
        try connection.execute("BEGIN IMMEDIATE")
        // A process that started together with this one may have applied it while we waited.
        let isMissing = try schemaVersion(connection) < migration.version
        if isMissing { try apply(migration, connection) }
        try connection.execute("COMMIT")
        if isMissing { applied.append(migration.version) }
      } catch {
        if connection.isInTransaction { try? connection.execute("ROLLBACK") }
        throw .failed(version: migration.version, name: migration.name, "\(error)")
      }
    }
    return applied
  }

  private func apply(
    _ migration: Migration, _ connection: SQLiteConnection
  ) throws(SQLiteError) {
    try connection.execute(migration.sql)
    try connection.execute(
      """
      PRAGMA application_id = \(applicationID);
      PRAGMA user_version = \(migration.version);
      """)
  }

  private func schemaVersion(_ connection: SQLiteConnection) throws(SQLiteError) -> Int {
    try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
  }
}

package enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
  case notOurs
  case newer(file: Int, program: Int)
  case unreadable(String)
  /// Nothing is wrong with the file as far as we know: it is locked, or the disk does not answer.
  case unavailable(SQLiteError)
  case failed(version: Int, name: String, String)

  package var description: String {
    switch self {
    case .notOurs:
      "the file is a database of some other program; it was not touched"
    case .newer(let file, let program):
      """
      the database has schema version \(file), this program knows up to \(program): it was written by a \
      newer version of Bookend and was not touched
      """
    case .unreadable(let words):
      "the database is damaged or no database at all, and was not touched: \(words)"
    case .unavailable(let error):
      error.description
    case .failed(let version, let name, let words):
      "migration \(version) (\(name)) failed and was rolled back: \(words)"
    }
  }
}
