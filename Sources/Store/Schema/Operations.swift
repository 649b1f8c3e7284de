import SQLite

extension Migration {
  /// Work that grows with the backlog, cut into bites: how far each piece of it has come is in the file, so
  /// that whoever sweeps next goes on where a process has died. And what each process has handlers for, and
  /// what operators were answered under their keys.
  static let operations = Migration(
    version: 11, name: "operations",
    sql: #"""
      -- Every time that the wall clock was set back. Several processes see the same jump, each by itself.
      CREATE TABLE clock_jumps (
        id INTEGER PRIMARY KEY,
        -- When it was seen, by the machine's monotonic clock, in nanoseconds: the same for all its processes.
        seen_at INTEGER NOT NULL,
        jump INTEGER NOT NULL CHECK (jump > 0),
        -- What the wall clock would show without it: jobs of before are not newer.
        reached INTEGER NOT NULL,
        last_job INTEGER NOT NULL,
        -- The last job that has been looked at; NULL once all have been.
        moved_to INTEGER
      ) STRICT;
      CREATE INDEX clock_jumps_unfinished ON clock_jumps (id) WHERE moved_to IS NOT NULL;

      -- Lanes that are to be opened, or accounts that work again, with more parked jobs than one transaction
      -- may wake.
      CREATE TABLE wakings (
        lane TEXT PRIMARY KEY,
        -- 1: also what is parked elsewhere because it looks at this account.
        is_account INTEGER NOT NULL CHECK (is_account IN (0, 1)),
        asked_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- Which job an undoing has come to; NULL where none is under way.
      ALTER TABLE actions ADD COLUMN undone_to INTEGER;
      ALTER TABLE actions ADD COLUMN put_back INTEGER;
      CREATE INDEX actions_being_undone ON actions (id) WHERE undone_to IS NOT NULL;

      -- What each process claims: a lane gives no place to a kind that nobody would take.
      CREATE TABLE process_kinds (
        kind TEXT NOT NULL,
        process_id INTEGER NOT NULL,
        PRIMARY KEY (kind, process_id)
      ) STRICT, WITHOUT ROWID;

      -- Of a lane's waiting jobs those with the earliest meetings are found without looking at the others.
      DROP INDEX jobs_waiting_until;
      CREATE INDEX jobs_waiting_by_meeting ON jobs (lane, deadline_at)
        WHERE state = 'available' AND waits_for = 'lane' AND deadline_at IS NOT NULL;
      -- A kind that has no handler here is not walked over.
      DROP INDEX jobs_to_end;
      CREATE INDEX jobs_to_end ON jobs (kind, id)
        WHERE state = 'available' AND waits_for IS NULL AND verdict IS NOT NULL;

      -- The few that were there when a process died.
      CREATE INDEX jobs_suspected ON jobs (deaths) WHERE state = 'available' AND deaths > 0;

      -- Answers to operators' requests under an Idempotency-Key.
      CREATE TABLE operator_answers (
        id INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        status INTEGER NOT NULL,
        location TEXT,
        body BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        UNIQUE (scope, key)
      ) STRICT;
      """#)
}
