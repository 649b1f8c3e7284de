import SQLite

extension Migration {
  static let replies = Migration(
    version: 10, name: "replies",
    sql: #"""
      SELECT 1;
      """#)
}
