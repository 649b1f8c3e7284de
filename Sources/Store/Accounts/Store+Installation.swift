import Core
import SQLite

extension Store {
  /// What is decided once for the life of an installation: the value that stands under `name`, or, the
  /// first time, `value`.
  package func installationValue(_ name: String, first value: String) throws -> String {
    try write { transaction in
      let connection = transaction.connection
      _ = try connection.insertIfNew(
        "INSERT INTO installation (name, value) VALUES (:name, :value)"
      ) {
        $0.bind(":name", name)
        $0.bind(":value", value)
      }
      return try connection.first("SELECT value FROM installation WHERE name = :name") {
        $0.bind(":name", name)
      } read: {
        $0.string(0)
      } ?? value
    }
  }
}
