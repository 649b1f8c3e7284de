import Bookings
import Core
import Queue
import SQLite

extension Store {
  package func findings(_ query: FindingQuery) throws -> [Finding] {
    try read { connection in
      if let organization = query.organization {
        return try findings(of: organization, query, connection)
      }
      return try connection.all(
        """
        SELECT id, organization_id, calendar_id, kind, booking_id, revision, event_key, remote_id,
          is_copy, agreed_start_at, agreed_end_at, found_start_at, found_end_at, first_seen_at,
          last_seen_at, resolved_at, resolution, repair, repair_by, repair_at, repair_job_id
        FROM findings
        WHERE id < :before AND (:kind IS NULL OR kind = :kind)
          AND (:state IS NULL OR (resolved_at IS NULL) = (:state = 'open'))
          AND (:calendar IS NULL OR calendar_id = :calendar)
          AND (:booking IS NULL OR booking_id = :booking)
        ORDER BY id DESC LIMIT :limit
        """
      ) {
        $0.bind(":before", query.before?.number ?? .max)
        $0.bind(":kind", query.kind?.rawValue)
        $0.bind(":state", query.state?.rawValue)
        $0.bind(":calendar", query.calendar)
        $0.bind(":booking", query.booking)
        $0.bind(":limit", query.limit)
      } read: {
        Finding(row: $0)
      }
    }
  }

  private func findings(
    of organization: OrganizationID, _ query: FindingQuery, _ connection: SQLiteConnection
  ) throws -> [Finding] {
    try connection.all(
      """
      SELECT id, organization_id, calendar_id, kind, booking_id, revision, event_key, remote_id,
        is_copy, agreed_start_at, agreed_end_at, found_start_at, found_end_at, first_seen_at,
        last_seen_at, resolved_at, resolution, repair, repair_by, repair_at, repair_job_id
      FROM findings INDEXED BY findings_of_organization
      WHERE organization_id = :organization AND id < :before AND (:kind IS NULL OR kind = :kind)
        AND (:state IS NULL OR (resolved_at IS NULL) = (:state = 'open'))
        AND (:calendar IS NULL OR calendar_id = :calendar)
        AND (:booking IS NULL OR booking_id = :booking)
      ORDER BY id DESC LIMIT :limit
      """
    ) {
      $0.bind(":organization", organization)
      $0.bind(":before", query.before?.number ?? .max)
      $0.bind(":kind", query.kind?.rawValue)
      $0.bind(":state", query.state?.rawValue)
      $0.bind(":calendar", query.calendar)
      $0.bind(":booking", query.booking)
      $0.bind(":limit", query.limit)
    } read: {
      Finding(row: $0)
    }
  }

  /// Nil where there is none, or it is another organization's.
  package func finding(_ id: FindingID, of organization: OrganizationID?) throws -> Finding? {
    try read { connection in
      let found = try finding(id, connection)
      return organization == nil || found?.organization == organization ? found : nil
    }
  }

  func finding(_ id: FindingID, _ connection: SQLiteConnection) throws -> Finding? {
    try connection.first(
      """
      SELECT id, organization_id, calendar_id, kind, booking_id, revision, event_key, remote_id,
        is_copy, agreed_start_at, agreed_end_at, found_start_at, found_end_at, first_seen_at,
        last_seen_at, resolved_at, resolution, repair, repair_by, repair_at, repair_job_id
      FROM findings WHERE id = :id
      """
    ) {
      $0.bind(":id", id.number)
    } read: {
      Finding(row: $0)
    }
  }

  func openFindings(
    on calendar: CalendarID, _ connection: SQLiteConnection
  ) throws -> [Finding] {
    try connection.all(
      """
      SELECT id, organization_id, calendar_id, kind, booking_id, revision, event_key, remote_id,
        is_copy, agreed_start_at, agreed_end_at, found_start_at, found_end_at, first_seen_at,
        last_seen_at, resolved_at, resolution, repair, repair_by, repair_at, repair_job_id
      FROM findings INDEXED BY findings_open
      WHERE calendar_id = :calendar AND resolved_at IS NULL
      """
    ) {
      $0.bind(":calendar", calendar)
    } read: {
      Finding(row: $0)
    }
  }

  /// How many are open, by kind.
  package func openFindingCounts() throws -> [Difference.Kind: Int] {
    let rows = try ask { connection in
      try connection.all(
        """
        SELECT kind, count(*) FROM findings INDEXED BY findings_open
        WHERE resolved_at IS NULL GROUP BY kind
        """
      ) { (Difference.Kind(rawValue: $0.string(0)), $0.int(1)) }
    }
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { kind, count in kind.map { ($0, count) } })
  }

  /// Forgets findings that were over before `limit`, and answers given before `answers`. Returns whether there
  /// may be more.
  package func pruneFindings(resolvedBefore limit: Timestamp, answers: Timestamp) throws -> Bool {
    try write { transaction in
      let findings = try transaction.connection.run(
        """
        DELETE FROM findings WHERE id IN (
          SELECT id FROM findings INDEXED BY findings_by_age
          WHERE resolved_at IS NOT NULL AND resolved_at < :limit LIMIT :bite)
        """
      ) {
        $0.bind(":limit", limit)
        $0.bind(":bite", Store.pruneBite)
      }
      let requests = try transaction.connection.run(
        """
        DELETE FROM finding_requests WHERE (organization_id, key) IN (
          SELECT organization_id, key FROM finding_requests INDEXED BY finding_requests_by_age
          WHERE created_at < :limit LIMIT :bite)
        """
      ) {
        $0.bind(":limit", answers)
        $0.bind(":bite", Store.pruneBite)
      }
      return max(findings, requests) == Store.pruneBite
    }
  }
}

extension Finding {
  /// From `id, organization_id, calendar_id, kind, booking_id, revision, event_key, remote_id, is_copy,
  /// agreed_start_at, agreed_end_at, found_start_at, found_end_at, first_seen_at, last_seen_at, resolved_at,
  /// resolution, repair, repair_by, repair_at, repair_job_id`.
  fileprivate init(row: Row) {
    let remoteID = row.string(7)
    let difference = Difference(
      kind: Difference.Kind(rawValue: row.string(3)) ?? .extra,
      booking: row.optionalIdentifier(4), revision: row.isNull(5) ? nil : row.int(5),
      key: row.string(6), remoteID: remoteID.isEmpty ? nil : remoteID, isCopy: row.bool(8),
      agreed: row.interval(9), found: row.interval(11))
    let repair = row.optionalString(17).flatMap(Repair.init(rawValue:))
    let asked = repair.map {
      Asked(
        repair: $0, by: row.string(18), at: row.timestamp(19),
        job: JobID(number: row.int64(20)).description)
    }
    self.init(
      id: FindingID(number: row.int64(0)), organization: row.identifier(1),
      calendar: row.identifier(2), difference: difference, firstSeenAt: row.timestamp(13),
      lastSeenAt: row.timestamp(14), resolvedAt: row.optionalTimestamp(15),
      resolution: row.optionalString(16).flatMap(Resolution.init(rawValue:)), asked: asked)
  }
}

extension Row {
  fileprivate func interval(_ column: Int32) -> Interval? {
    optionalTimestamp(column).map { Interval(start: $0, end: timestamp(column + 1)) }
  }
}
