import Bookings
import Core
import SQLite

/// A sealed value and the row that it belongs to, for whoever changes the key.
package struct SealedRow: Sendable {
  package enum Place: String, Sendable, CaseIterable {
    case password, credential
  }

  package let place: Place
  package let connection: ConnectionID
  package let sealed: [UInt8]
}

extension Store {
  /// Everything that is sealed for longer than a sign-in takes.
  package func sealedRows() throws -> [SealedRow] {
    try read { database in
      let passwords = try database.all(
        "SELECT id, secret FROM connections WHERE secret IS NOT NULL ORDER BY id"
      ) {
        SealedRow(place: .password, connection: $0.identifier(0), sealed: $0.blob(1))
      }
      let credentials = try database.all(
        "SELECT connection_id, sealed FROM credentials ORDER BY connection_id"
      ) {
        SealedRow(place: .credential, connection: $0.identifier(0), sealed: $0.blob(1))
      }
      return passwords + credentials
    }
  }

  /// Replaces a sealed value by the same sealed anew. False where somebody has changed it meanwhile; theirs
  /// stays. A credential's version is kept: what it says has not changed.
  package func reseal(_ row: SealedRow, as sealed: [UInt8]) throws -> Bool {
    try write { transaction in
      let changed: Int
      switch row.place {
      case .password:
        changed = try transaction.connection.run(
          "UPDATE connections SET secret = :sealed WHERE id = :id AND secret = :old"
        ) {
          $0.bind(":sealed", sealed)
          $0.bind(":id", row.connection)
          $0.bind(":old", row.sealed)
        }
      case .credential:
        changed = try transaction.connection.run(
          "UPDATE credentials SET sealed = :sealed WHERE connection_id = :id AND sealed = :old"
        ) {
          $0.bind(":sealed", sealed)
          $0.bind(":id", row.connection)
          $0.bind(":old", row.sealed)
        }
      }
      return changed > 0
    }
  }
}
