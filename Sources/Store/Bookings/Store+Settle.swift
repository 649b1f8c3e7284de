import Bookings
import Core
import SQLite

extension Store {
  /// Applies what a worker found out to its booking; false where the booking's state does not allow it any
  /// more, and then nothing is changed.
  func settle(_ settlement: Settlement, in transaction: Transaction) throws -> Bool {
    guard var booking = try booking(settlement.booking, transaction.connection),
      let state = booking.state.after(settlement.change)
    else { return false }

    booking.state = state
    if settlement.change == .moved, let moved = booking.requestedTime { booking.time = moved }
    if state != .rescheduling { booking.requestedTime = nil }
    booking.reason = settlement.reason
    booking.conferenceURL = booking.conferenceURL ?? settlement.conferenceURL
    booking.updatedAt = transaction.now
    try update(booking, after: settlement.change, by: nil, in: transaction)
    for uid in settlement.uids { try keep(uid: uid, of: booking.id, in: transaction) }

    // Legal only before a booking was ever confirmed: its single-use link is given back.
    if state == .rejected || state == .failed {
      try releaseSpend(by: booking, reason: settlement.change.rawValue, in: transaction)
    }
    return true
  }

  func update(
    _ booking: Booking, after change: BookingChange, by actor: BookingActor?,
    in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    try deleteClaims(of: booking, connection)
    try connection.run(
      """
      UPDATE bookings SET state = :state, revision = :revision, start_at = :start, end_at = :end,
        requested_start_at = :requestedStart, requested_end_at = :requestedEnd, reason = :reason,
        conference_url = :conferenceURL, updated_at = :updatedAt
      WHERE id = :id
      """
    ) {
      $0.bind(":state", booking.state.rawValue)
      $0.bind(":revision", booking.revision)
      $0.bind(":start", booking.time.start)
      $0.bind(":end", booking.time.end)
      $0.bind(":requestedStart", booking.requestedTime?.start)
      $0.bind(":requestedEnd", booking.requestedTime?.end)
      $0.bind(":reason", booking.reason)
      $0.bind(":conferenceURL", booking.conferenceURL)
      $0.bind(":updatedAt", booking.updatedAt)
      $0.bind(":id", booking.id)
    }
    try insertClaims(of: booking, connection)
    let last = try connection.first(
      "SELECT max(number) FROM booking_history WHERE booking_id = :booking"
    ) {
      $0.bind(":booking", booking.id)
    } read: {
      $0.int(0)
    }
    try insertHistory(
      of: booking, number: (last ?? 0) + 1, change, by: actor, in: transaction)
  }

  /// Its time, and the time a reschedule has asked for, each with the buffers agreed at booking.
  func insertClaims(of booking: Booking, _ connection: SQLiteConnection) throws {
    guard booking.state.keepsTime else { return }
    for time in [booking.time, booking.requestedTime].compactMap({ $0 }) {
      let kept = booking.details.kept(time)
      try connection.run(
        """
        INSERT INTO claims (calendar_id, start_at, end_at, booking_id)
        VALUES (:calendar, :start, :end, :booking)
        """
      ) {
        $0.bind(":calendar", booking.calendar)
        $0.bind(":start", kept.start)
        $0.bind(":end", kept.end)
        $0.bind(":booking", booking.id)
      }
    }
  }

  /// Found by the times that the row still has: the table has no index by booking.
  private func deleteClaims(of booking: Booking, _ connection: SQLiteConnection) throws {
    let before = Int64(booking.details.bufferBeforeMinutes) * 60_000
    try connection.run(
      """
      DELETE FROM claims
      WHERE calendar_id = :calendar AND booking_id = :booking AND start_at IN (
        SELECT start_at - :before FROM bookings WHERE id = :booking
        UNION ALL
        SELECT requested_start_at - :before FROM bookings WHERE id = :booking)
      """
    ) {
      $0.bind(":calendar", booking.calendar)
      $0.bind(":booking", booking.id)
      $0.bind(":before", before)
    }
  }

  /// - Parameter actor: nil where the change tells whose doing it was.
  func insertHistory(
    of booking: Booking, number: Int, _ change: BookingChange, by actor: BookingActor?,
    in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      INSERT INTO booking_history (booking_id, number, at, change, state, start_at, end_at, reason,
        actor)
      VALUES (:booking, :number, :at, :change, :state, :start, :end, :reason, :actor)
      """
    ) {
      $0.bind(":booking", booking.id)
      $0.bind(":number", number)
      $0.bind(":at", transaction.now)
      $0.bind(":change", change.rawValue)
      $0.bind(":state", booking.state.rawValue)
      $0.bind(":start", booking.time.start)
      $0.bind(":end", booking.time.end)
      $0.bind(":reason", booking.reason)
      $0.bind(":actor", actor?.rawValue)
    }
  }

  private func releaseSpend(
    by booking: Booking, reason: String, in transaction: Transaction
  ) throws {
    let released = try transaction.connection.run(
      """
      UPDATE spends SET released_at = :now, release_reason = :reason, released_by = 'bookend'
      WHERE link_id = :link AND booking_id = :booking AND released_at IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":reason", reason)
      $0.bind(":link", booking.link)
      $0.bind(":booking", booking.id)
    }
    if released == 0 { return }
    try transaction.connection.run(
      """
      UPDATE links SET state = 'active', revision = revision + 1, updated_at = :now
      WHERE id = :link AND state = 'spent'
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":link", booking.link)
    }
  }
}
