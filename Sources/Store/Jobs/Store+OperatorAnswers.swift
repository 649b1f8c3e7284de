import Core
import Intake
import SQLite

extension Store {
  /// What an operator's equal request was answered before. Throws `IntakeError.idempotencyMismatch` where the key
  /// was used for another.
  package func operatorAnswer(to request: IdempotentRequest) throws -> KeptAnswer? {
    try ask { try operatorAnswer(to: request, $0) }
  }

  /// Keeps the answer, and returns what is to be said: where an equal request was answered meanwhile, by another
  /// process, it is that one's answer.
  package func keep(
    _ answer: KeptAnswer, to request: IdempotentRequest
  ) throws -> KeptAnswer {
    try write { transaction in
      if let earlier = try self.operatorAnswer(to: request, transaction.connection) {
        return earlier
      }
      try transaction.connection.run(
        """
        INSERT INTO operator_answers (scope, key, digest, status, location, body, created_at)
        VALUES (:scope, :key, :digest, :status, :location, :body, :now)
        """
      ) {
        $0.bind(":scope", request.scope)
        $0.bind(":key", request.key)
        $0.bind(":digest", request.digest)
        $0.bind(":status", answer.status)
        $0.bind(":location", answer.location)
        $0.bind(":body", answer.body)
        $0.bind(":now", transaction.now)
      }
      return answer
    }
  }

  private func operatorAnswer(
    to request: IdempotentRequest, _ connection: SQLiteConnection
  ) throws -> KeptAnswer? {
    let kept = try connection.first(
      """
      SELECT digest, status, location, body FROM operator_answers
      WHERE scope = :scope AND key = :key
      """
    ) {
      $0.bind(":scope", request.scope)
      $0.bind(":key", request.key)
    } read: {
      (
        digest: $0.blob(0),
        answer: KeptAnswer(status: $0.int(1), location: $0.optionalString(2), body: $0.blob(3))
      )
    }
    guard let kept else { return nil }
    if kept.digest != request.digest { throw IntakeError.idempotencyMismatch }
    return kept.answer
  }

  /// Forgets answers that were given before `limit`. Returns whether there may be more.
  package func pruneOperatorAnswers(givenBefore limit: Timestamp) throws -> Bool {
    try write { transaction in
      // Ids rise with time: the first few are the oldest, and no others are looked at.
      try transaction.connection.run(
        """
        DELETE FROM operator_answers WHERE id IN (
          SELECT id FROM (
            SELECT id, created_at FROM operator_answers ORDER BY id LIMIT :bite)
          WHERE created_at < :limit)
        """
      ) {
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      } == Store.pruneBite
    }
  }
}
