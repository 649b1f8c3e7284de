import SQLite

extension Migration {
  static let operations = Migration(
    version: 11, name: "operations",
    sql: #"""
      SELECT 1;
      """#)
}
