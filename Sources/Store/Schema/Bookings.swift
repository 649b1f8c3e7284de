import SQLite

extension Migration {
  static let bookings = Migration(
    version: 4, name: "bookings",
    sql: #"""
      SELECT 1;
      """#)
}
