/// What the units of the writer know of the database without asking it, and what they have changed of it and
/// not written yet: rows that nearly every unit needs, and sums that every unit adds to. It is used on the
/// writer's queue only.
///
/// The writer has it written once for each commit, just before it; so the file never holds half of it. And it
/// tells when what is known may be wrong.
package protocol WriterMemory: Sendable {
  /// Rises with every change that a unit makes here. A unit that throws is undone where it has changed anything,
  /// here or in the database.
  var changes: Int { get }

  /// Writes what has changed. It runs inside the transaction; what it throws undoes everything.
  func write(in transaction: Transaction) throws

  /// What was read may be wrong by now, and what was not written must not be: a unit was undone, a commit has
  /// failed, or another process has written to the file.
  func forget()
}
