import SQLite

extension Migration {
  static let accounts = Migration(
    version: 5, name: "accounts",
    sql: #"""
      -- A disconnected account keeps its row: bookings and links name its calendars for ever.
      ALTER TABLE connections ADD COLUMN removed_at INTEGER
        CHECK (removed_at IS NULL OR secret IS NULL);
      -- Raised whenever what is needed to act there has changed.
      ALTER TABLE connections ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
      CREATE INDEX connections_of_account ON connections (provider, username, host_id)
        WHERE removed_at IS NULL;

      -- What access tokens are had with, and the current one, of accounts that use tokens.
      CREATE TABLE credentials (
        connection_id TEXT PRIMARY KEY REFERENCES connections,
        -- Raised by every write. A writer names the version that it follows, so that who comes late
        -- overwrites nothing newer.
        version INTEGER NOT NULL CHECK (version > 0),
        -- Sealed with AES-256-GCM under a key that is not in this file.
        sealed BLOB NOT NULL,
        -- The right to renew it: which process has it, and until when.
        renewing_process TEXT,
        renewing_until INTEGER,
        updated_at INTEGER NOT NULL,
        CHECK ((renewing_process IS NULL) = (renewing_until IS NULL))
      ) STRICT, WITHOUT ROWID;

      -- Sign-ins under way. Who reads this table can neither finish one nor use its code.
      CREATE TABLE authorizations (
        state_hash BLOB PRIMARY KEY CHECK (length(state_hash) = 32),
        browser_hash BLOB NOT NULL CHECK (length(browser_hash) = 32),
        organization_id TEXT NOT NULL REFERENCES organizations,
        host_id TEXT NOT NULL REFERENCES hosts,
        provider TEXT NOT NULL,
        -- The account that is connected again; without one it is a new one.
        connection_id TEXT REFERENCES connections,
        -- The code verifier, sealed; gone once it has been used.
        verifier BLOB,
        expires_at INTEGER NOT NULL,
        -- What came of it.
        connected_id TEXT REFERENCES connections
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX authorizations_by_age ON authorizations (expires_at);

      -- Times during which an account could not be used until a person acted; one at a time for each, so
      -- that its owner is told once.
      CREATE TABLE incidents (
        id INTEGER PRIMARY KEY,
        connection_id TEXT NOT NULL REFERENCES connections,
        cause TEXT NOT NULL CHECK (cause IN ('owner', 'operator')),
        reason TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        told_at INTEGER,
        closed_at INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX incidents_one_at_a_time ON incidents (connection_id)
        WHERE closed_at IS NULL;
      CREATE INDEX incidents_untold ON incidents (id) WHERE closed_at IS NULL AND told_at IS NULL;

      -- Answers to connections that were made under an idempotency key. The digest is keyed: the request
      -- holds a password.
      CREATE TABLE connection_requests (
        organization_id TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        connection_id TEXT NOT NULL,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (organization_id, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX connection_requests_by_age ON connection_requests (created_at);
      """#)
}
