import SQLite

extension Migration {
  static let foundation = Migration(
    version: 1, name: "foundation",
    sql: #"""
      -- What is decided once, at the first start, and holds for the life of the installation.
      CREATE TABLE installation (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE organizations (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE hosts (
        id TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX hosts_of_organization ON hosts (organization_id, id);

      -- A key is kept as its SHA-256: who reads the database cannot use it.
      CREATE TABLE api_keys (
        id TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        host_id TEXT REFERENCES hosts,
        name TEXT NOT NULL,
        key_hash BLOB NOT NULL UNIQUE CHECK (length(key_hash) = 32),
        scopes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        revoked_at INTEGER
      ) STRICT;

      CREATE TABLE connections (
        id TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        host_id TEXT NOT NULL REFERENCES hosts,
        provider TEXT NOT NULL CHECK (provider IN ('local', 'caldav', 'google', 'outlook')),
        name TEXT NOT NULL,
        url TEXT NOT NULL,
        username TEXT NOT NULL,
        -- Sealed with AES-256-GCM under a key that is not in this file.
        secret BLOB,
        state TEXT NOT NULL CHECK (state IN ('connected', 'needsOwner')),
        created_at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX connections_of_organization ON connections (organization_id, id);

      CREATE TABLE calendars (
        id TEXT PRIMARY KEY,
        connection_id TEXT NOT NULL REFERENCES connections,
        remote_id TEXT NOT NULL,
        name TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        is_writable INTEGER NOT NULL CHECK (is_writable IN (0, 1)),
        UNIQUE (connection_id, remote_id)
      ) STRICT;

      CREATE TABLE links (
        id TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL REFERENCES organizations,
        host_id TEXT NOT NULL REFERENCES hosts,
        -- Unique for ever: a deleted link's slug is never given to another.
        slug TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('recurring', 'singleUse')),
        -- Not `IN (…)`, here and in the other tables that are written often: for a list of more than two
        -- SQLite builds a table, each time that a row is written.
        state TEXT NOT NULL
          CHECK (state = 'active' OR state = 'paused' OR state = 'spent' OR state = 'deleted'),
        revision INTEGER NOT NULL CHECK (revision > 0),
        settings TEXT NOT NULL,
        destination_calendar_id TEXT NOT NULL REFERENCES calendars,
        conflict_calendar_ids TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        CHECK (state <> 'spent' OR kind = 'singleUse')
      ) STRICT;
      CREATE INDEX links_of_organization ON links (organization_id, id);

      -- The ledger of single-use links: every use, and every release with its reason. A link has at most one
      -- use that was not released, whatever the program believes.
      CREATE TABLE spends (
        id INTEGER PRIMARY KEY,
        link_id TEXT NOT NULL REFERENCES links,
        booking_id TEXT NOT NULL REFERENCES bookings DEFERRABLE INITIALLY DEFERRED,
        claimed_at INTEGER NOT NULL,
        released_at INTEGER,
        release_reason TEXT,
        CHECK ((released_at IS NULL) = (release_reason IS NULL))
      ) STRICT;
      CREATE UNIQUE INDEX spends_one_at_a_time ON spends (link_id) WHERE released_at IS NULL;
      CREATE INDEX spends_of_link ON spends (link_id, id);
      -- A new booking looks for the spend that was waiting for it.
      CREATE INDEX spends_of_booking ON spends (booking_id);

      CREATE TABLE bookings (
        id TEXT PRIMARY KEY,
        organization_id TEXT NOT NULL,
        link_id TEXT NOT NULL REFERENCES links,
        calendar_id TEXT NOT NULL REFERENCES calendars,
        state TEXT NOT NULL
          CHECK (state = 'pending' OR state = 'confirmed' OR state = 'rescheduling'
            OR state = 'cancelling' OR state = 'cancelled' OR state = 'rejected' OR state = 'failed'
            OR state = 'needsOwner'),
        revision INTEGER NOT NULL CHECK (revision >= 0),
        start_at INTEGER NOT NULL,
        end_at INTEGER NOT NULL,
        requested_start_at INTEGER,
        requested_end_at INTEGER,
        buffer_before_minutes INTEGER NOT NULL,
        buffer_after_minutes INTEGER NOT NULL,
        details TEXT NOT NULL,
        guest_email TEXT NOT NULL,
        reason TEXT,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        CHECK (start_at < end_at),
        CHECK (requested_start_at < requested_end_at),
        CHECK ((requested_start_at IS NULL) = (requested_end_at IS NULL)),
        CHECK ((state = 'rescheduling') = (requested_start_at IS NOT NULL))
      ) STRICT;
      CREATE INDEX bookings_of_organization ON bookings (organization_id, id);
      CREATE INDEX bookings_of_link ON bookings (link_id, start_at);

      CREATE TABLE booking_history (
        booking_id TEXT NOT NULL REFERENCES bookings,
        number INTEGER NOT NULL,
        at INTEGER NOT NULL,
        change TEXT NOT NULL,
        state TEXT NOT NULL,
        start_at INTEGER NOT NULL,
        end_at INTEGER NOT NULL,
        reason TEXT,
        PRIMARY KEY (booking_id, number)
      ) STRICT, WITHOUT ROWID;

      -- The time that bookings keep on calendars, buffers included: one row for a booking's time, and one
      -- more for the time a reschedule has asked for.
      CREATE TABLE claims (
        calendar_id TEXT NOT NULL,
        start_at INTEGER NOT NULL,
        booking_id TEXT NOT NULL,
        -- After the key's columns: elsewhere SQLite 3.40's quick_check takes it for NULL.
        end_at INTEGER NOT NULL,
        PRIMARY KEY (calendar_id, start_at, booking_id),
        CHECK (start_at < end_at)
      ) STRICT, WITHOUT ROWID;

      -- Two bookings never keep the same time on one calendar, whatever the program believes. Because of this
      -- very rule the claims of other bookings, in order of their starts, are in order of their ends too: the
      -- last one that starts before the new one ends is the only one that can overlap it.
      CREATE TRIGGER claims_do_not_overlap BEFORE INSERT ON claims
      WHEN (
        SELECT end_at FROM claims
        WHERE calendar_id = NEW.calendar_id AND start_at < NEW.end_at AND booking_id <> NEW.booking_id
        ORDER BY start_at DESC LIMIT 1) > NEW.start_at
      BEGIN
        SELECT RAISE(ABORT, 'claims overlap');
      END;

      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        organization_id TEXT,
        queue TEXT NOT NULL,
        priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
        state TEXT NOT NULL CHECK (state IN ('available', 'executing', 'completed', 'cancelled',
          'discarded', 'awaitingApproval', 'parked')),
        payload TEXT NOT NULL,
        sequence TEXT,
        -- 1 while an earlier job of its sequence has not ended.
        held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
        run_at INTEGER NOT NULL,
        deadline_at INTEGER,
        attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
        fence INTEGER NOT NULL DEFAULT 0,
        lease_until INTEGER,
        process_id INTEGER,
        reason TEXT,
        error_class TEXT,
        error_message TEXT,
        enqueued_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        CHECK ((state = 'executing') = (lease_until IS NOT NULL)),
        CHECK ((state = 'executing') = (process_id IS NOT NULL)),
        CHECK ((state IN ('completed', 'cancelled', 'discarded')) = (finished_at IS NOT NULL))
      ) STRICT;
      CREATE INDEX jobs_ready ON jobs (priority, run_at, id) WHERE state = 'available' AND held = 0;
      CREATE INDEX jobs_executing ON jobs (process_id, lease_until) WHERE state = 'executing';
      CREATE INDEX jobs_parked_until ON jobs (deadline_at) WHERE state = 'parked';
      CREATE INDEX jobs_of_sequence ON jobs (sequence, id)
        WHERE sequence IS NOT NULL AND state IN ('available', 'executing', 'awaitingApproval', 'parked');
      CREATE INDEX jobs_parked_of_organization ON jobs (organization_id) WHERE state = 'parked';

      -- What became of each claim. The fence numbers them: an attempt that was given back counts as none, but
      -- it happened.
      CREATE TABLE attempts (
        job_id INTEGER NOT NULL,
        fence INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        error_class TEXT,
        error_message TEXT,
        PRIMARY KEY (job_id, fence)
      ) STRICT, WITHOUT ROWID;

      -- Processes that have the file open, each with a lock of its own that dies with it.
      CREATE TABLE processes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        boot_id TEXT NOT NULL UNIQUE,
        started_at INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE idempotency_keys (
        id INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        booking_id TEXT NOT NULL,
        job_id INTEGER NOT NULL,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        UNIQUE (scope, key)
      ) STRICT;

      -- The same for links that were made under a key.
      CREATE TABLE link_requests (
        organization_id TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        link_id TEXT NOT NULL,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (organization_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX link_requests_by_age ON link_requests (created_at);

      -- The built-in calendar's events.
      CREATE TABLE local_events (
        calendar_id TEXT NOT NULL REFERENCES calendars,
        key TEXT NOT NULL,
        uid TEXT NOT NULL,
        booking_id TEXT NOT NULL,
        start_at INTEGER NOT NULL,
        end_at INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        summary TEXT NOT NULL,
        updated_at INTEGER NOT NULL,
        PRIMARY KEY (calendar_id, key),
        -- A reader of busy time looks back no further than the longest event: a day of 25 hours.
        CHECK (start_at < end_at AND end_at - start_at <= 90000000)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX local_events_by_time ON local_events (calendar_id, start_at, end_at, uid);
      """#)
}
