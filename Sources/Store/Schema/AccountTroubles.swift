import SQLite

extension Migration {
  static let accountTroubles = Migration(
    version: 9, name: "accountTroubles",
    sql: #"""
      SELECT 1;
      """#)
}
