import Bookings
import Core
import Queue
import SQLite

/// What is recorded of a booking, and told, for a job of it that is given up unheard: which kind it was, and
/// the lane of the booking's calendar. It is asked inside a transaction, on the way of every start: so it only
/// makes values of what it is given, and reads and calls nothing. Nil where nobody waits for such a job.
package typealias LastWords =
  @Sendable (JobKind, Booking, LaneID?) -> (settlement: Settlement, followUps: [NewJob])?

extension Store {
  /// Ends a job whose process has died with it so often that not even its handler is asked any more to tell how
  /// it ends. The booking has its ending in this very transaction; the mails that tell of it, and whatever
  /// clears up behind it, are jobs of their own, with deaths of their own.
  func sayLastWords(
    for kind: JobKind, in sequence: String?, _ transaction: Transaction
  ) throws {
    guard let id = sequence.flatMap(BookingID.init(sequence:)) else { return }
    let connection = transaction.connection
    guard let booking = try booking(id, connection),
      let words = lastWords(kind, booking, try lane(of: booking.calendar, connection)),
      try settle(words.settlement, in: transaction)
    else { return }
    for job in words.followUps { _ = try enqueue(job, in: transaction) }
    transaction.notes.afterCommit { [changes] in changes.tell(.booking(id)) }
  }
}

extension BookingID {
  /// Whose jobs the sequence has; nil where that is no booking.
  init?(sequence: String) {
    let prefix = "booking:"
    guard sequence.hasPrefix(prefix) else { return nil }
    self.init(String(sequence.dropFirst(prefix.count)))
  }
}
