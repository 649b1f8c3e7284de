import Bookings
import Core
import Queue
import SQLite

extension Store {
  /// Keeps a guest's answer if it is another than the one that is known, and later (RFC 5546 section
  /// 2.1.5), and enqueues `followUps` with it; false where it changes nothing.
  package func record(
    _ answer: GuestAnswer, followUps: [NewJob] = []
  ) throws -> Bool {
    try write { transaction in
      let changed = try transaction.connection.run(
        """
        INSERT INTO guest_answers (booking_id, email, answer, sequence, answered_at, comment,
          recorded_at)
        VALUES (:booking, :email, :answer, :sequence, :answeredAt, :comment, :now)
        ON CONFLICT (booking_id, email) DO UPDATE SET answer = excluded.answer,
          sequence = excluded.sequence, answered_at = excluded.answered_at,
          comment = excluded.comment, recorded_at = excluded.recorded_at
        WHERE (excluded.sequence, excluded.answered_at) > (sequence, answered_at)
          AND (excluded.answer, excluded.comment) <> (answer, comment)
        """
      ) {
        $0.bind(":booking", answer.booking)
        $0.bind(":email", answer.email)
        $0.bind(":answer", answer.word.rawValue)
        $0.bind(":sequence", answer.sequence)
        $0.bind(":answeredAt", answer.answeredAt)
        $0.bind(":comment", answer.comment)
        $0.bind(":now", transaction.now)
      }
      if changed == 0 { return false }
      for job in followUps { _ = try self.enqueue(job, in: transaction) }
      return true
    }
  }

  package func answers(of booking: BookingID) throws -> [GuestAnswer] {
    try read { connection in
      try connection.all(
        """
        SELECT booking_id, email, answer, sequence, answered_at, comment FROM guest_answers
        WHERE booking_id = :booking ORDER BY email
        """
      ) {
        $0.bind(":booking", booking)
      } read: { row in
        GuestAnswer(
          booking: row.identifier(0), email: row.string(1),
          word: GuestAnswer.Word(rawValue: row.string(2)) ?? .needsAction, sequence: row.int(3),
          answeredAt: row.timestamp(4), comment: row.string(5))
      }
    }
  }
}
