import SQLite

extension Migration {
  /// However many guests wait for an account that closes, no transaction tells all of them.
  static let tellings = Migration(
    version: 20, name: "tellings",
    sql: #"""
      -- Lanes that only their owners can open, in which more wait to be told so than one transaction may tell.
      CREATE TABLE tellings (
        lane TEXT PRIMARY KEY,
        asked_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      """#)
}
