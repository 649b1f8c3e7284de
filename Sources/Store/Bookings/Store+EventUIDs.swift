import Bookings
import Core
import SQLite

extension Store {
  /// The booking whose event is known by this UID to those who are invited.
  package func booking(uid: String) throws -> BookingID? {
    try ask { connection in
      try connection.first("SELECT booking_id FROM event_uids WHERE uid = :uid") {
        $0.bind(":uid", uid)
      } read: {
        $0.identifier(0)
      }
    }
  }

  /// Committed when it returns; most often it is known, and nothing is written.
  package func keep(uid: String, of booking: BookingID) throws {
    if try self.booking(uid: uid) != nil { return }
    try write { try self.keep(uid: uid, of: booking, in: $0) }
  }

  /// The first booking keeps it: an event is one booking's for good. What is kept last is what the calendar's
  /// event has now.
  func keep(uid: String, of booking: BookingID, in transaction: Transaction) throws {
    try transaction.connection.run(
      """
      INSERT INTO event_uids (uid, booking_id) VALUES (:uid, :booking) ON CONFLICT (uid) DO NOTHING
      """
    ) {
      $0.bind(":uid", uid)
      $0.bind(":booking", booking)
    }
    try transaction.connection.run(
      "UPDATE bookings SET event_uid = :uid WHERE id = :booking AND event_uid IS NOT :uid"
    ) {
      $0.bind(":uid", uid)
      $0.bind(":booking", booking)
    }
  }

  /// Keeps the UIDs of meetings to come that were confirmed before UIDs were kept: once in the life of a
  /// database, at the first start since.
  package func keepEarlierUIDs(_ uid: @escaping @Sendable (BookingID) -> String) throws {
    let mark = "earlierUIDs"
    let isDone = try ask { connection in
      try connection.exists("SELECT 1 FROM installation WHERE name = :name") {
        $0.bind(":name", mark)
      }
    }
    if isDone { return }
    try write { transaction in
      let bookings = try transaction.connection.all(
        """
        SELECT id FROM bookings
        WHERE (state = 'confirmed' OR state = 'rescheduling' OR state = 'cancelling')
          AND end_at > :now
        """
      ) {
        $0.bind(":now", transaction.now)
      } read: {
        $0.identifier(0) as BookingID
      }
      for booking in bookings { try self.keep(uid: uid(booking), of: booking, in: transaction) }
      try transaction.connection.run(
        "INSERT INTO installation (name, value) VALUES (:name, 'kept') ON CONFLICT DO NOTHING"
      ) { $0.bind(":name", mark) }
    }
  }
}
