import SQLite

extension Migration {
  static let queue = Migration(
    version: 2, name: "queue",
    sql: #"""
      SELECT 1;
      """#)
}
