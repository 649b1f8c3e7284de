import SQLite

extension Migration {
  static let following = Migration(
    version: 7, name: "following",
    sql: #"""
      SELECT 1;
      """#)
}
