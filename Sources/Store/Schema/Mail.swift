import SQLite

extension Migration {
  static let mail = Migration(
    version: 6, name: "mail",
    sql: #"""
      SELECT 1;
      """#)
}
