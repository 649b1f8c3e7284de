import Bookings
import Core
import Intake
import SQLite

extension Store {
  /// The booking that a guest who has lost its address most likely means: the next one ahead, else the last
  /// one. Under a link that is booked again and again the search goes back a month, so that it never walks
  /// over years of bookings.
  package func bookingToFind(
    under link: Link, of email: String, now: Timestamp
  ) throws -> BookingID? {
    let back: Duration = link.kind == .singleUse ? .days(3650) : .days(31)
    return try ask { connection in
      try connection.first(
        """
        SELECT id FROM bookings INDEXED BY bookings_of_link
        WHERE link_id = :link AND start_at >= :since AND guest_email = :email
        ORDER BY end_at > :now AND state NOT IN ('cancelled', 'rejected', 'failed') DESC,
          abs(start_at - :now), id
        LIMIT 1
        """
      ) {
        $0.bind(":link", link.id)
        $0.bind(":since", now - back)
        $0.bind(":email", email.lowercased())
        $0.bind(":now", now)
      } read: {
        $0.identifier(0) as BookingID
      }
    }
  }
}

extension StoreTransaction {
  func mayMailAddress(to email: String) throws -> Bool {
    let changed = try transaction.connection.run(
      """
      INSERT INTO address_mails (guest_email, sent_at) VALUES (:email, :now)
      ON CONFLICT (guest_email) DO UPDATE SET sent_at = excluded.sent_at
      WHERE sent_at <= :now - :interval OR sent_at > :now
      """
    ) {
      $0.bind(":email", email.lowercased())
      $0.bind(":now", now)
      $0.bind(":interval", Store.addressMailInterval.wholeMilliseconds)
    }
    return changed > 0
  }
}

extension Store {
  /// A guest who asks again within it has a mail on its way; a stranger who asks cannot fill a mailbox.
  static let addressMailInterval = Duration.hours(1)
}
