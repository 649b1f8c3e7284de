import SQLite

extension Migration {
  static let watches = Migration(
    version: 8, name: "watches",
    sql: #"""
      -- Promises of providers to call us when a calendar changes; see Bookings/Watch.swift.
      CREATE TABLE watches (
        -- Stands in the address that the provider calls.
        id TEXT PRIMARY KEY,
        calendar_id TEXT NOT NULL REFERENCES calendars,
        state TEXT NOT NULL CHECK (state = 'asked' OR state = 'live' OR state = 'ending'),
        -- SHA-256 of what the calls bear: who reads this table cannot make one.
        secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
        asked_at INTEGER NOT NULL,
        -- In the provider's words, from when it has answered.
        provider_id TEXT,
        resource TEXT,
        expires_at INTEGER,
        renew_at INTEGER,
        last_call_at INTEGER,
        CHECK ((state = 'asked') = (provider_id IS NULL)),
        CHECK ((provider_id IS NULL) = (expires_at IS NULL)),
        CHECK ((provider_id IS NULL) = (renew_at IS NULL)),
        CHECK (resource IS NULL OR provider_id IS NOT NULL)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX watches_of_calendar ON watches (calendar_id);
      CREATE UNIQUE INDEX watches_one_at_a_time ON watches (calendar_id) WHERE state = 'live';

      -- Calendars that their providers do not let us watch, or not now: they are not asked again before.
      CREATE TABLE watch_refusals (
        calendar_id TEXT PRIMARY KEY REFERENCES calendars,
        reason TEXT NOT NULL,
        ask_again_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- Part of the event's key: raised when the event is made anew at a provider that remembers the one before.
      ALTER TABLE bookings ADD COLUMN generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0);

      -- Differences between bookings and calendars, from when a comparison found them until they were gone.
      CREATE TABLE findings (
        id INTEGER PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        calendar_id TEXT NOT NULL REFERENCES calendars,
        kind TEXT NOT NULL CHECK (kind = 'missing' OR kind = 'extra' OR kind = 'moved'),
        booking_id TEXT REFERENCES bookings,
        revision INTEGER,
        event_key TEXT NOT NULL,
        -- The provider's name for the event; empty where there is none.
        remote_id TEXT NOT NULL,
        is_copy INTEGER NOT NULL CHECK (is_copy IN (0, 1)),
        agreed_start_at INTEGER,
        agreed_end_at INTEGER,
        found_start_at INTEGER,
        found_end_at INTEGER,
        first_seen_at INTEGER NOT NULL,
        last_seen_at INTEGER NOT NULL,
        resolved_at INTEGER,
        resolution TEXT CHECK (resolution = 'gone' OR resolution = 'past' OR resolution = 'repaired'),
        -- What an operator has started last.
        repair TEXT,
        repair_by TEXT,
        repair_at INTEGER,
        repair_job_id INTEGER,
        CHECK ((agreed_start_at IS NULL) = (agreed_end_at IS NULL)),
        CHECK ((found_start_at IS NULL) = (found_end_at IS NULL)),
        CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
        CHECK ((kind = 'missing') = (remote_id = '')),
        CHECK (kind = 'extra' OR booking_id IS NOT NULL),
        CHECK ((repair IS NULL) = (repair_job_id IS NULL))
      ) STRICT;
      CREATE UNIQUE INDEX findings_open ON findings (calendar_id, kind, event_key, remote_id)
        WHERE resolved_at IS NULL;
      CREATE INDEX findings_of_organization ON findings (organization_id, id);
      CREATE INDEX findings_by_age ON findings (resolved_at) WHERE resolved_at IS NOT NULL;

      -- Answers to repairs that were started under an idempotency key.
      CREATE TABLE finding_requests (
        organization_id TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (organization_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX finding_requests_by_age ON finding_requests (created_at);

      -- Whether anything can still be booked into a calendar.
      CREATE INDEX links_of_destination ON links (destination_calendar_id)
        WHERE state = 'active' OR state = 'paused';
      """#)
}
