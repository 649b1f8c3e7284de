import Core
import SQLite
import Store
import TestSupport
import Testing

/// The schema has the last word, whatever the program believes.
struct SchemaTests {
  let world: StoreWorld

  init() throws {
    world = try StoreWorld()
    try world.execute(
      """
      INSERT INTO links (id, organization_id, host_id, slug, kind, state, revision, settings,
        destination_calendar_id, conflict_calendar_ids, created_at, updated_at)
      VALUES ('lnk_1', 'org_1', 'hst_1', 'intro', 'singleUse', 'active', 1, '{}', 'cal_1', 'cal_1',
        0, 0);
      INSERT INTO bookings (id, organization_id, link_id, calendar_id, state, revision, start_at,
        end_at, buffer_before_minutes, buffer_after_minutes, details, guest_email, created_at,
        updated_at)
      VALUES ('bkg_1', 'org_1', 'lnk_1', 'cal_1', 'pending', 0, 0, 10, 0, 0, '{}', 'g', 0, 0);
      INSERT INTO jobs (kind, state, payload, run_at, max_attempts, enqueued_at)
      VALUES ('chore', 'available', '{}', 0, 3, 0);
      """)
  }

  private func refusal(_ sql: String) -> SQLiteError.Kind? {
    do {
      try world.execute(sql)
      return nil
    } catch {
      return (error as? SQLiteError)?.kind
    }
  }

  @Test func isTheNewestFromNothing() throws {
    let version = try world.rows("PRAGMA user_version") { $0.int(0) }
    #expect(version == [schema.newestVersion])
    #expect(try world.rows("PRAGMA foreign_key_check") { $0.int(0) } == [])
    #expect(try world.rows("PRAGMA integrity_check") { $0.string(0) } == ["ok"])
    let lax = try world.rows(
      """
      SELECT name FROM pragma_table_list
      WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'
      """
    ) { $0.string(0) }
    #expect(lax == [])
  }

  @Test func noCheckOfABusyTableBuildsATable() throws {
    let writes: [StaticString] = [
      "EXPLAIN INSERT INTO jobs DEFAULT VALUES", "EXPLAIN UPDATE jobs SET state = state",
      "EXPLAIN INSERT INTO bookings DEFAULT VALUES", "EXPLAIN UPDATE bookings SET state = state",
      "EXPLAIN UPDATE links SET state = state", "EXPLAIN UPDATE lanes SET breaker = breaker",
      "EXPLAIN UPDATE effects SET state = state",
    ]
    for write in writes {
      let built = try world.rows(write) { $0.string(1) }.filter { $0 == "OpenEphemeral" }
      #expect(built == [], "\(write)")
    }
  }

  @Test func jobsThatCannotBe() {
    let illegal = [
      "state = 'dead'", "attempt = -1", "max_attempts = 0",
      "waits_for = 'rain'", "verdict = 'guilty'", "admitted = 1",
      "lane = 'l', admitted = 1, waits_for = 'lane'", "state = 'executing'", "lease_until = 1",
      "process_id = 1",
      "state = 'executing', lease_until = 1", "state = 'completed'", "finished_at = 1",
      "payload = NULL", "kind = NULL", "state = 'parked'", "aside = 'parked'",
      "state = 'parked', aside = 'discarded'",
      "in_order = 1", "in_order = 0", "waits_for = 'lane', in_order = 1, run_at = enqueued_at + 1",
    ]
    for change in illegal {
      #expect(refusal("UPDATE jobs SET \(change)") == .constraint, "\(change)")
    }
    #expect(
      refusal("UPDATE jobs SET state = 'executing', lease_until = 1, process_id = 1") == nil)
  }

  @Test func bookingsThatCannotBe() {
    let illegal = [
      "state = 'maybe'", "revision = -1", "end_at = 0", "end_at = -5",
      "state = 'rescheduling'", "requested_start_at = 5, requested_end_at = 6",
      "state = 'rescheduling', requested_start_at = 6, requested_end_at = 5",
    ]
    for change in illegal {
      #expect(refusal("UPDATE bookings SET \(change)") == .constraint, "\(change)")
    }
    #expect(refusal("UPDATE bookings SET link_id = 'lnk_9'") == .foreignKey)
    #expect(refusal("UPDATE bookings SET calendar_id = 'cal_9'") == .foreignKey)
    #expect(refusal("DELETE FROM links") == .foreignKey)
  }

  /// Both ends of the time asked for, or neither.
  @Test func halfAnIntervalCannotBeAskedFor() {
    #expect(
      refusal("UPDATE bookings SET state = 'rescheduling', requested_start_at = 5") == .constraint)
    #expect(refusal("UPDATE bookings SET requested_end_at = 5") == .constraint)
  }

  @Test func linksThatCannotBe() {
    for change in [
      "kind = 'twice'", "state = 'gone'", "revision = 0", "kind = 'recurring', state = 'spent'",
    ] {
      #expect(refusal("UPDATE links SET \(change)") == .constraint, "\(change)")
    }
    #expect(
      refusal(
        """
        INSERT INTO links SELECT 'lnk_2', organization_id, host_id, slug, kind, 'active', 1, '{}',
          destination_calendar_id, '', 0, 0 FROM links
        """) == .unique)
  }

  @Test func aLinkIsSpentOnceAtATime() {
    let spend = "INSERT INTO spends (link_id, booking_id, claimed_at) VALUES ('lnk_1', 'bkg_1', 1)"
    #expect(refusal(spend) == nil)
    #expect(refusal(spend) == .unique)
    #expect(refusal("UPDATE spends SET released_at = 2") == .constraint)
    #expect(refusal("UPDATE spends SET released_at = 2, release_reason = 'rejected'") == nil)
    #expect(refusal(spend) == nil)
    #expect(refusal("UPDATE spends SET released_at = NULL, release_reason = NULL") == .unique)
    #expect(
      refusal("INSERT INTO spends (link_id, booking_id, claimed_at) VALUES ('lnk_9', 'bkg_1', 1)")
        == .foreignKey)
  }

  private func claim(
    _ start: Int, _ end: Int, _ booking: String = "bkg_2", on calendar: String = "cal_1"
  ) -> SQLiteError.Kind? {
    refusal(
      """
      INSERT INTO claims (calendar_id, start_at, end_at, booking_id)
      VALUES ('\(calendar)', \(start), \(end), '\(booking)')
      """)
  }

  @Test func claimsDoNotOverlap() {
    #expect(claim(100, 200, "bkg_1") == nil)
    for (start, end) in [(100, 200), (99, 101), (199, 300), (50, 250), (120, 130), (199, 200)] {
      #expect(claim(start, end) == .constraint, "\(start) to \(end)")
    }
    // Back to back, on another calendar, or the same booking's other time.
    #expect(claim(200, 300) == nil)
    #expect(claim(50, 100) == nil)
    #expect(claim(100, 200, on: "cal_2") == nil)
    #expect(claim(150, 250, "bkg_1") == .constraint)
    #expect(claim(10, 10) == .constraint)
    #expect(claim(10, 5) == .constraint)
  }

  /// A booking that moves by half keeps two times that overlap each other.
  @Test func aBookingsOwnTimesMayOverlap() {
    #expect(claim(100, 200, "bkg_1") == nil)
    #expect(claim(150, 250, "bkg_1") == nil)
    #expect(claim(240, 260, "bkg_2") == .constraint)
    #expect(claim(50, 101, "bkg_2") == .constraint)
    #expect(claim(250, 260, "bkg_2") == nil)
  }

  @Test func keysAndEventsThatCannotBe() {
    #expect(
      refusal(
        """
        INSERT INTO api_keys (id, organization_id, name, key_hash, scopes, created_at)
        VALUES ('key_1', 'org_1', 'k', x'00', '', 0)
        """) == .constraint)
    let event = { (start: Int, end: Int) in
      """
      INSERT INTO local_events VALUES ('cal_1', 'k\(start)', 'u', 'bkg_1', \(start), \(end), 0, 's', 0)
      """
    }
    #expect(refusal(event(10, 10)) == .constraint)
    #expect(refusal(event(0, 90_000_001)) == .constraint)
    #expect(refusal(event(0, 90_000_000)) == nil)
  }
}
