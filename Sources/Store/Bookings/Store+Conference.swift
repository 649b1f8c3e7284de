import Bookings
import Core
import SQLite

extension Store {
  /// Keeps where people join, which the calendar has told after the booking was confirmed. The first address
  /// stays for the booking's life.
  package func keepConference(_ url: String, of booking: BookingID) throws {
    let isNews = try write { transaction in
      try transaction.connection.run(
        """
        UPDATE bookings SET conference_url = :url, updated_at = max(updated_at, :now)
        WHERE id = :booking AND conference_url IS NULL
        """
      ) {
        $0.bind(":url", url)
        $0.bind(":now", transaction.now)
        $0.bind(":booking", booking)
      } > 0
    }
    if isNews { changes.tell(.booking(booking)) }
  }
}
