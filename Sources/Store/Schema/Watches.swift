import SQLite

extension Migration {
  static let watches = Migration(
    version: 8, name: "watches",
    sql: #"""
      SELECT 1;
      """#)
}
