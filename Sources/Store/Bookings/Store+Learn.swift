import Bookings
import Core
import SQLite

// What the calendar tells of a booking without anything having happened to it.

extension Store {
  /// Keeps what was not known: the event's name and UIDs, where people join, and a SEQUENCE that somebody's program has
  /// raised, below which our next change would look older than what is there.
  func learn(
    _ settlement: Settlement, of booking: Booking, in transaction: Transaction
  ) throws {
    if let event = settlement.event { try note(event, of: booking.id, in: transaction) }
    for uid in settlement.uids { try keep(uid: uid, of: booking.id, in: transaction) }
    if let url = settlement.conferenceURL {
      try keepConference(url, of: booking.id, in: transaction)
    }
    guard let found = settlement.found, found.sequence > booking.revision,
      found.revision == booking.revision, booking.state == .confirmed
    else { return }
    try transaction.connection.run(
      "UPDATE bookings SET revision = :revision WHERE id = :id"
    ) {
      $0.bind(":revision", found.sequence)
      $0.bind(":id", booking.id)
    }
  }

  func note(_ event: String, of booking: BookingID, in transaction: Transaction) throws {
    try transaction.connection.run(
      "UPDATE bookings SET event_id = :event WHERE id = :id AND event_id IS NOT :event"
    ) {
      $0.bind(":event", event)
      $0.bind(":id", booking)
    }
  }
}
