import SQLite

extension Migration {
  static let accounts = Migration(
    version: 5, name: "accounts",
    sql: #"""
      SELECT 1;
      """#)
}
