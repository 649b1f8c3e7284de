import Bookings
import Core
import Queue
import SQLite

// What a comparison reads of our side, and what it leaves behind.

extension Store {
  /// Confirmed bookings that have not begun, in order of their starts: those that the calendar must hold. Their
  /// claims tell which they are, without an index of its own.
  package func bookingsToCompare(on calendar: CalendarID) throws -> [ComparedBooking] {
    let now = database.time.now()
    return try read { connection in
      try connection.all(
        """
        SELECT DISTINCT b.id, b.calendar_id, b.state, b.revision, b.generation, b.start_at, b.end_at
        FROM claims AS c CROSS JOIN bookings AS b ON b.id = c.booking_id
        WHERE c.calendar_id = :calendar AND c.start_at > :now - :longest
          AND b.state = 'confirmed' AND b.start_at > :now
        ORDER BY b.start_at, b.id
        """
      ) {
        $0.bind(":calendar", calendar)
        $0.bind(":now", now)
        $0.bind(":longest", Store.longestClaim)
      } read: {
        ComparedBooking(row: $0)
      }
    }
  }

  /// All of an organization, for events whose key is none of those that a calendar must hold.
  package func allBookings(of organization: OrganizationID) throws -> [ComparedBooking] {
    try read { connection in
      try connection.all(
        """
        SELECT id, calendar_id, state, revision, generation, start_at, end_at
        FROM bookings INDEXED BY bookings_of_organization
        WHERE organization_id = :organization ORDER BY id
        """
      ) {
        $0.bind(":organization", organization)
      } read: {
        ComparedBooking(row: $0)
      }
    }
  }

  /// Keeps what was found, in one commit, and returns what is new. A difference whose booking has gone on since
  /// it was compared, or is in hand, is none: what was read may be our own half-done work. What was found before
  /// and is not any more is over, unless its booking is in hand or not everything was looked at.
  package func keep(_ compared: ComparedCalendar) throws -> [Finding] {
    try write { transaction in
      let connection = transaction.connection
      guard let calendar = try self.calendar(compared.calendar, connection),
        let account = try self.connection(calendar.connection, connection)?.connection
      else { return [] }
      let open = try self.openFindings(on: calendar.id, connection)
      var seen: Set<FindingID> = []
      var new: [Finding] = []
      for difference in compared.differences
      where try self.isSettled(difference, connection) {
        if let known = open.first(where: { $0.difference.isSame(as: difference) }) {
          seen.insert(known.id)
          try self.see(known.id, difference, in: transaction)
        } else {
          new.append(
            try self.insert(difference, on: calendar.id, account.organization, in: transaction))
        }
      }
      for finding in open where compared.isWhole && !seen.contains(finding.id) {
        if let booking = finding.difference.booking, try self.isInHand(booking, connection) {
          continue
        }
        let isPast = finding.difference.end.map { $0 <= transaction.now } ?? false
        try self.resolve(finding.id, isPast ? .past : .gone, in: transaction)
      }
      return new
    }
  }

  /// Whether the booking still is what it was compared as, and nobody is at work on it.
  private func isSettled(
    _ difference: Difference, _ connection: SQLiteConnection
  ) throws -> Bool {
    guard let id = difference.booking else { return true }
    if try isInHand(id, connection) { return false }
    let booking = try booking(id, connection)
    return booking?.revision == difference.revision
      && (difference.kind == .extra || booking?.state == .confirmed)
  }

  /// Whether a job of the booking has not ended, be it that it changes the event or that it looks at it.
  func isInHand(_ booking: BookingID, _ connection: SQLiteConnection) throws -> Bool {
    if try sequenceIsBusy("booking:\(booking)", connection) { return true }
    return try sequenceIsBusy("observe:\(booking)", connection)
  }

  private func insert(
    _ difference: Difference, on calendar: CalendarID, _ organization: OrganizationID,
    in transaction: Transaction
  ) throws -> Finding {
    try transaction.connection.run(
      """
      INSERT INTO findings (organization_id, calendar_id, kind, booking_id, revision, event_key,
        remote_id, is_copy, agreed_start_at, agreed_end_at, found_start_at, found_end_at,
        first_seen_at, last_seen_at)
      VALUES (:organization, :calendar, :kind, :booking, :revision, :key, :remoteID, :isCopy,
        :agreedStart, :agreedEnd, :foundStart, :foundEnd, :now, :now)
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":calendar", calendar)
      $0.bind(":kind", difference.kind.rawValue)
      $0.bind(":booking", difference.booking)
      $0.bind(":revision", difference.revision)
      $0.bind(":key", difference.key)
      $0.bind(":remoteID", difference.remoteID ?? "")
      $0.bind(":isCopy", difference.isCopy)
      $0.bind(":agreedStart", difference.agreed?.start)
      $0.bind(":agreedEnd", difference.agreed?.end)
      $0.bind(":foundStart", difference.found?.start)
      $0.bind(":foundEnd", difference.found?.end)
      $0.bind(":now", transaction.now)
    }
    return Finding(
      id: FindingID(number: transaction.connection.lastInsertedRow), organization: organization,
      calendar: calendar, difference: difference, firstSeenAt: transaction.now,
      lastSeenAt: transaction.now)
  }

  private func see(
    _ id: FindingID, _ difference: Difference, in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      UPDATE findings SET last_seen_at = :now, revision = :revision, is_copy = :isCopy,
        agreed_start_at = :agreedStart, agreed_end_at = :agreedEnd, found_start_at = :foundStart,
        found_end_at = :foundEnd
      WHERE id = :id
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":revision", difference.revision)
      $0.bind(":isCopy", difference.isCopy)
      $0.bind(":agreedStart", difference.agreed?.start)
      $0.bind(":agreedEnd", difference.agreed?.end)
      $0.bind(":foundStart", difference.found?.start)
      $0.bind(":foundEnd", difference.found?.end)
      $0.bind(":id", id.number)
    }
  }

  func resolve(
    _ id: FindingID, _ resolution: Finding.Resolution, in transaction: Transaction
  ) throws {
    try transaction.connection.run(
      """
      UPDATE findings SET resolved_at = :now, resolution = :resolution
      WHERE id = :id AND resolved_at IS NULL
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":resolution", resolution.rawValue)
      $0.bind(":id", id.number)
    }
  }

  // MARK: - Whom to compare

  /// Has calendars compared: the one, or every one of the organization, or of everybody where that is nil, that
  /// is booked into or holds bookings ahead. One that waits to be compared is not enqueued twice. Returns the
  /// jobs.
  package func compareSoon(
    _ only: CalendarID? = nil, of organization: OrganizationID? = nil
  ) throws -> [JobID] {
    let calendars = try comparable(only, of: organization)
    var jobs: [JobID] = []
    for bite in stride(from: 0, to: calendars.count, by: Store.compareBite) {
      let next = calendars[bite..<min(bite + Store.compareBite, calendars.count)]
      jobs += try write { transaction in
        try next.map { try self.enqueue($0, in: transaction).id }
      }
    }
    return jobs
  }

  private func comparable(
    _ only: CalendarID?, of organization: OrganizationID?
  ) throws -> [NewJob] {
    try read { connection in
      let now = database.time.now()
      let found = try connection.all(
        """
        SELECT k.id, connections.id, connections.organization_id
        FROM connections INDEXED BY sqlite_autoindex_connections_1
          CROSS JOIN calendars AS k ON k.connection_id = connections.id
        WHERE connections.state = 'connected' AND connections.removed_at IS NULL
          AND (:organization IS NULL OR connections.organization_id = :organization)
          AND (:only IS NULL OR k.id = :only)
        ORDER BY connections.id
        """
      ) {
        $0.bind(":organization", organization)
        $0.bind(":only", only)
      } read: {
        (
          calendar: $0.identifier(0) as CalendarID, lane: LaneID(rawValue: $0.string(1)),
          organization: $0.string(2)
        )
      }
      return try found.filter { try isInUse($0.calendar, now: now, connection) }.map {
        NewJob(
          kind: .compare, payload: ["version": 1, "calendarId": .string($0.calendar.text)],
          organization: $0.organization, lane: $0.lane, uniqueKey: "compare:\($0.calendar)")
      }
    }
  }

  private static let compareBite = 100
}

extension Difference {
  /// Whether it is the same thing that is wrong, however far it has moved since.
  fileprivate func isSame(as other: Difference) -> Bool {
    kind == other.kind && key == other.key && (remoteID ?? "") == (other.remoteID ?? "")
  }
}

extension ComparedBooking {
  /// From `id, calendar_id, state, revision, generation, start_at, end_at`.
  fileprivate init(row: Row) {
    self.init(
      id: row.identifier(0), calendar: row.identifier(1),
      state: BookingState(rawValue: row.string(2)) ?? .failed, revision: row.int(3),
      generation: row.int(4), time: Interval(start: row.timestamp(5), end: row.timestamp(6)))
  }
}
