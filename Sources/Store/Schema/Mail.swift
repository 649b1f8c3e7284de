import SQLite

extension Migration {
  static let mail = Migration(
    version: 6, name: "mail",
    sql: #"""
      -- Each message to each person, by a key that a repeat has too. A row says `handing` before the
      -- message is handed over, and what became of it afterwards: a crash in between leaves it standing.
      CREATE TABLE deliveries (
        key TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        booking_id TEXT REFERENCES bookings,
        message TEXT NOT NULL,
        recipient TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('handing', 'notTaken', 'sent', 'byProvider', 'skipped',
          'refused', 'held')),
        detail TEXT NOT NULL,
        handovers INTEGER NOT NULL CHECK (handovers >= 0),
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX deliveries_of_booking ON deliveries (booking_id, recipient)
        WHERE booking_id IS NOT NULL;
      CREATE INDEX deliveries_by_age ON deliveries (created_at) WHERE booking_id IS NULL;

      -- "Send my link to Sarah": once a day, in the host's days, however often it is asked for.
      CREATE TABLE link_mails (
        link_id TEXT NOT NULL REFERENCES links,
        email TEXT NOT NULL,
        day TEXT NOT NULL,
        job_id INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (link_id, email, day)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX link_mails_by_age ON link_mails (created_at);

      -- Accounts that no longer let us in and whose host was told so, by which job: once for each time
      -- that it happens.
      CREATE TABLE disconnections (
        connection_id TEXT PRIMARY KEY REFERENCES connections,
        job_id INTEGER NOT NULL,
        noticed_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- What guests have answered, the latest of each.
      CREATE TABLE guest_answers (
        booking_id TEXT NOT NULL REFERENCES bookings,
        email TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('needsAction', 'accepted', 'declined', 'tentative')),
        sequence INTEGER NOT NULL,
        answered_at INTEGER NOT NULL,
        comment TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        PRIMARY KEY (booking_id, email)
      ) STRICT, WITHOUT ROWID;
      """#)
}
