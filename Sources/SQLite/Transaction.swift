import Core

/// What a unit of work sees of the writer: the connection inside the unit's own savepoint, and the one
/// reading of the wall clock that the whole transaction shares. It must not outlive the unit.
package struct Transaction {
  package let connection: SQLiteConnection
  package let now: Timestamp
  package let notes: BatchNotes

  package init(connection: SQLiteConnection, now: Timestamp, notes: BatchNotes = BatchNotes()) {
    self.connection = connection
    self.now = now
    self.notes = notes
  }
}
