import Core
import Queue
import SQLite

extension Store {
  /// Puts back what the action changed, as far as the jobs have not begun since, in small bites: one that was
  /// begun is carried through, also if the process dies or `WorkLimit.current` is over. Nil where there is no such
  /// action, or it was undone before.
  package func undo(
    action number: Int64, of organization: String?, by: String
  ) throws -> Undoing? {
    let isMore = try write { transaction in
      try self.beginUndoing(number, of: organization, by: by, in: transaction)
    }
    guard let isMore else { return nil }
    do {
      if isMore { try finishUndoing(number) }
    } catch is StoppedBetweenBites {
      // The rest is in the file.
    }
    return try ask { connection in
      try connection.first(
        "SELECT put_back, undone_to IS NOT NULL FROM actions WHERE id = :id"
      ) {
        $0.bind(":id", number)
      } read: {
        Undoing(putBack: $0.int(0), isUnderWay: $0.bool(1))
      }
    }
  }

  /// Goes on with those that a process has left that died.
  func finishUndoings() throws {
    let begun = try ask { connection in
      try connection.all(
        """
        SELECT id FROM actions INDEXED BY actions_being_undone WHERE undone_to IS NOT NULL
        ORDER BY id
        """
      ) { $0.int64(0) }
    }
    for number in begun { try finishUndoing(number) }
  }

  private func finishUndoing(_ number: Int64) throws {
    while try writeBite({ try self.undoBite(of: number, in: $0) }) {}
  }

  /// The first bite is in the transaction that decides it. Nil where there is nothing to undo, true where there
  /// is more to do.
  private func beginUndoing(
    _ number: Int64, of organization: String?, by: String, in transaction: Transaction
  ) throws -> Bool? {
    let isMine = try transaction.connection.run(
      """
      UPDATE actions SET undone_by = :by, undone_at = :now, undone_to = 0, put_back = 0
      WHERE id = :id AND undone_at IS NULL
        AND (:organization IS NULL OR organization_id = :organization)
      """
    ) {
      $0.bind(":by", by)
      $0.bind(":now", transaction.now)
      $0.bind(":id", number)
      $0.bind(":organization", organization)
    }
    if isMine == 0 { return nil }
    // What it has not come to, it never will.
    try transaction.connection.run("DELETE FROM actions_begun WHERE action_id = :id") {
      $0.bind(":id", number)
    }
    return try undoBite(of: number, in: transaction)
  }

  /// Puts the next few jobs back; false where there are no more.
  private func undoBite(of number: Int64, in transaction: Transaction) throws -> Bool {
    let connection = transaction.connection
    let next = try connection.all(
      """
      SELECT job_id, fence, state, run_at, max_attempts, finished_at, reason FROM action_jobs
      WHERE action_id = :action
        AND job_id > (SELECT undone_to FROM actions WHERE id = :action)
      ORDER BY job_id LIMIT :bite
      """
    ) {
      $0.bind(":action", number)
      $0.bind(":bite", Store.actionBite)
    } read: {
      JobBefore(row: $0)
    }
    let putBack = try next.count { try self.putBack($0, in: transaction) }
    let isLast = next.count < Store.actionBite
    try connection.run(
      """
      UPDATE actions SET undone_to = :undoneTo, put_back = put_back + :putBack
      WHERE id = :id AND undone_to IS NOT NULL
      """
    ) {
      $0.bind(":undoneTo", isLast ? nil : next.last?.id.number)
      $0.bind(":putBack", putBack)
      $0.bind(":id", number)
    }
    return !isLast
  }
}
