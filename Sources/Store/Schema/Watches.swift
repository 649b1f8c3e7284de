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

      -- Whether anything can still be booked into a calendar.
      CREATE INDEX links_of_destination ON links (destination_calendar_id)
        WHERE state = 'active' OR state = 'paused';
      """#)
}
