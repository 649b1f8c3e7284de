import Bookings
import Core
import SQLite

extension Store {
  /// Keeps where people join, which the calendar has told after the booking was confirmed. The first address
  /// stays for the booking's life.
  package func keepConference(_ url: String, of booking: BookingID) throws {
    try write { try self.keepConference(url, of: booking, in: $0) }
  }

  func keepConference(_ url: String, of booking: BookingID, in transaction: Transaction) throws {
    let changed = try transaction.connection.run(
      """
      UPDATE bookings SET conference_url = :url, updated_at = max(updated_at, :now)
      WHERE id = :booking AND conference_url IS NULL
      """
    ) {
      $0.bind(":url", url)
      $0.bind(":now", transaction.now)
      $0.bind(":booking", booking)
    }
    if changed == 0 { return }
    transaction.notes.afterCommit { [changes] in changes.tell(.booking(booking)) }
  }
}
