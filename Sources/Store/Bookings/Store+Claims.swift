import Bookings
import Core
import SQLite

// The time that bookings keep, buffers included. Claims of two bookings never overlap, which the schema
// enforces and every question about them relies on. There is one way to have two meetings at one time: the
// host puts one upon the other, by hand, in the calendar. That is the host's to decide, and the booking
// follows; but the time was claimed before, and can be claimed once only. So a booking that the host has
// placed claims what others have left of its time, in one piece or several, and what the others let go of
// later. All that is taken is claimed, by one or the other; and each booking keeps what it claimed first.

extension Store {
  /// Its time, and the time a reschedule has asked for, each with the buffers agreed at booking.
  func insertClaims(
    of booking: Booking, isPlaced: Bool = false, _ connection: SQLiteConnection
  ) throws {
    guard booking.state.keepsTime else { return }
    let kept = booking.details.kept(booking.time)
    let requested = booking.requestedTime.map { booking.details.kept($0) }
    if isPlaced {
      for piece in try unclaimed(kept, for: booking, besides: requested, connection) {
        try insertClaim(piece, of: booking, connection)
      }
    } else {
      try insertClaim(kept, of: booking, connection)
    }
    if let requested { try insertClaim(requested, of: booking, connection) }
  }

  private func insertClaim(
    _ interval: Interval, of booking: Booking, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      INSERT INTO claims (calendar_id, start_at, end_at, booking_id)
      VALUES (:calendar, :start, :end, :booking)
      """
    ) {
      $0.bind(":calendar", booking.calendar)
      $0.bind(":start", interval.start)
      $0.bind(":end", interval.end)
      $0.bind(":booking", booking.id)
    }
  }

  /// Found by the times that the row still has: the table has no index by booking.
  func deleteClaims(
    of booking: Booking, isPlaced: Bool, _ connection: SQLiteConnection
  ) throws {
    let before = Int64(booking.details.bufferBeforeMinutes) * 60_000
    if isPlaced { return try deletePieces(of: booking, before: before, connection) }
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

  // MARK: - Where the host has placed one upon another

  /// Seldom any: that they are few is why each change may look at all of them. Those of long ago claim nothing
  /// that anybody asks for.
  func bookingsPlacedByHost(
    on calendar: CalendarID, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> [BookingID] {
    try connection.all(
      """
      SELECT id FROM bookings INDEXED BY bookings_placed_by_host
      WHERE calendar_id = :calendar AND placed_by_host = 1 AND end_at > :since
      ORDER BY end_at, id
      """
    ) {
      $0.bind(":calendar", calendar)
      $0.bind(":since", now - Self.placedIsRemembered)
    } read: {
      $0.identifier(0)
    }
  }

  /// No job of a booking goes on for longer after it.
  private static let placedIsRemembered = Duration.days(60)

  /// Others may have let go of what it could not claim.
  func claimAnew(_ id: BookingID, _ connection: SQLiteConnection) throws {
    guard let booking = try booking(id, connection), booking.state.keepsTime else { return }
    try deleteClaims(of: booking, isPlaced: true, connection)
    try insertClaims(of: booking, isPlaced: true, connection)
  }

  private func deletePieces(
    of booking: Booking, before: Int64, _ connection: SQLiteConnection
  ) throws {
    try connection.run(
      """
      DELETE FROM claims
      WHERE calendar_id = :calendar AND booking_id = :booking
        AND start_at >= (SELECT min(start_at, coalesce(requested_start_at, start_at)) - :before
          FROM bookings WHERE id = :booking)
        AND start_at < (SELECT max(end_at, coalesce(requested_end_at, end_at)) + :after
          FROM bookings WHERE id = :booking)
      """
    ) {
      $0.bind(":calendar", booking.calendar)
      $0.bind(":booking", booking.id)
      $0.bind(":before", before)
      $0.bind(":after", Int64(booking.details.bufferAfterMinutes) * 60_000)
    }
  }

  /// What nobody else has claimed of `kept`, in pieces no longer than a reader of claims looks back.
  private func unclaimed(
    _ kept: Interval, for booking: Booking, besides requested: Interval?,
    _ connection: SQLiteConnection
  ) throws -> [Interval] {
    let others = try claims(on: booking.calendar, kept, excluding: booking.id, connection)
    var pieces: [Interval] = []
    var start = kept.start
    for taken in IntervalSet(others + [requested].compactMap { $0 }).intervals {
      if taken.start > start, start < kept.end {
        pieces.append(Interval(start: start, end: min(taken.start, kept.end)))
      }
      start = max(start, taken.end)
    }
    if start < kept.end { pieces.append(Interval(start: start, end: kept.end)) }
    return pieces.flatMap { $0.pieces(of: .milliseconds(Self.longestClaim)) }
  }
}

extension Interval {
  fileprivate func pieces(of longest: Duration) -> [Interval] {
    var pieces: [Interval] = []
    var next = start
    while next < end {
      pieces.append(Interval(start: next, end: min(next + longest, end)))
      next = next + longest
    }
    return pieces
  }
}
