import SQLite

extension Migration {
  static let links = Migration(
    version: 3, name: "links",
    sql: #"""
      SELECT 1;
      """#)
}
