import Bookings
import Core
import SQLite

extension Store {
  /// The starts in `period` that bookings of the link keep; `excluding` leaves out one booking's.
  package func bookedStarts(
    of link: LinkID, in period: Interval, excluding booking: BookingID?
  ) throws -> [BookedStart] {
    try ask { connection in
      try connection.all(
        """
        SELECT id, start_at FROM bookings INDEXED BY bookings_of_link
        WHERE link_id = :link AND start_at >= :start AND start_at < :end
          AND state NOT IN ('cancelled', 'rejected', 'failed')
          AND (:excluding IS NULL OR id <> :excluding)
        UNION ALL
        SELECT id, requested_start_at FROM bookings INDEXED BY bookings_moving_of_link
        WHERE link_id = :link AND requested_start_at >= :start AND requested_start_at < :end
          AND state = 'rescheduling' AND (:excluding IS NULL OR id <> :excluding)
        """
      ) {
        $0.bind(":link", link)
        $0.bind(":start", period.start)
        $0.bind(":end", period.end)
        $0.bind(":excluding", booking)
      } read: {
        BookedStart(booking: $0.identifier(0), start: $0.timestamp(1))
      }
    }
  }
}

extension StoreTransaction {
  func bookings(
    of link: LinkID, startingIn period: Interval, excluding booking: BookingID?
  ) throws -> Int {
    // A booking that is moved within the period is one.
    try connection.first(
      """
      SELECT (SELECT count(*) FROM bookings INDEXED BY bookings_of_link
          WHERE link_id = :link AND start_at >= :start AND start_at < :end
            AND state NOT IN ('cancelled', 'rejected', 'failed')
            AND (:excluding IS NULL OR id <> :excluding))
        + (SELECT count(*) FROM bookings INDEXED BY bookings_moving_of_link
          WHERE link_id = :link AND requested_start_at >= :start AND requested_start_at < :end
            AND state = 'rescheduling' AND NOT (start_at >= :start AND start_at < :end)
            AND (:excluding IS NULL OR id <> :excluding))
      """
    ) {
      $0.bind(":link", link)
      $0.bind(":start", period.start)
      $0.bind(":end", period.end)
      $0.bind(":excluding", booking)
    } read: {
      $0.int(0)
    } ?? 0
  }

  func bookingsAhead(of guestEmail: String, under link: LinkID) throws -> Int {
    try connection.first(
      """
      SELECT count(*) FROM bookings INDEXED BY bookings_of_guest
      WHERE link_id = :link AND guest_email = :guest AND end_at > :now
        AND state NOT IN ('cancelled', 'rejected', 'failed')
      """
    ) {
      $0.bind(":link", link)
      $0.bind(":guest", guestEmail.lowercased())
      $0.bind(":now", now)
    } read: {
      $0.int(0)
    } ?? 0
  }
}
