import Bookings
import Core
import SQLite

extension Store {
  /// Applies what a worker found out to its booking; false where the booking's state does not allow it any
  /// more, and then nothing is changed.
  func settle(_ settlement: Settlement, in transaction: Transaction) throws -> Bool {
    guard var booking = try booking(settlement.booking, transaction.connection) else {
      return false
    }
    guard let change = settlement.change else {
      try learn(settlement, of: booking, in: transaction)
      return true
    }
    guard let state = booking.state.after(change) else { return false }
    if change == .movedInCalendar || change == .cancelledInCalendar {
      // It was compared with the booking as it was then.
      guard let found = settlement.found, found.revision == booking.revision,
        (found.time != nil) == (change == .movedInCalendar)
      else { return false }
      booking.time = found.time ?? booking.time
      booking.revision = found.nextRevision
    }
    booking.state = state
    if change == .moved, let moved = booking.requestedTime { booking.time = moved }
    if state != .rescheduling { booking.requestedTime = nil }
    booking.reason = settlement.reason
    booking.conferenceURL = booking.conferenceURL ?? settlement.conferenceURL
    booking.updatedAt = transaction.now
    try update(booking, after: change, by: nil, in: transaction)
    if let event = settlement.event { try note(event, of: booking.id, in: transaction) }
    for uid in settlement.uids { try keep(uid: uid, of: booking.id, in: transaction) }

    // Legal only before a booking was ever confirmed: its single-use link is given back.
    if state == .rejected || state == .failed {
      try releaseSpend(by: booking, reason: change.rawValue, in: transaction)
    }
    return true
  }

  func update(
    _ booking: Booking, after change: BookingChange, by actor: BookingActor?,
    in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    let placed = try bookingsPlacedByHost(on: booking.calendar, now: transaction.now, connection)
    try deleteClaims(of: booking, isPlaced: placed.contains(booking.id), connection)
    try connection.run(
      """
      UPDATE bookings SET state = :state, revision = :revision, start_at = :start, end_at = :end,
        requested_start_at = :requestedStart, requested_end_at = :requestedEnd, reason = :reason,
        conference_url = :conferenceURL, updated_at = :updatedAt,
        placed_by_host = CASE :change WHEN 'movedInCalendar' THEN 1 WHEN 'moved' THEN 0
          ELSE placed_by_host END
      WHERE id = :id
      """
    ) {
      $0.bind(":change", change.rawValue)
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
    let isPlaced = change != .moved && (change == .movedInCalendar || placed.contains(booking.id))
    try insertClaims(of: booking, isPlaced: isPlaced, connection)
    for other in placed where other != booking.id { try claimAnew(other, connection) }
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
