import SQLite

extension Migration {
  /// Lanes, verdicts, effects, pauses, chores, counts, and operators' actions. The table of jobs is made anew:
  /// queue and priority are the kind's own, and a row says why it waits.
  static let queue = Migration(
    version: 2, name: "queue",
    sql: #"""
      DROP INDEX jobs_ready;
      DROP INDEX jobs_executing;
      DROP INDEX jobs_parked_until;
      DROP INDEX jobs_of_sequence;
      DROP INDEX jobs_parked_of_organization;
      ALTER TABLE jobs RENAME TO jobs_before;

      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        -- Not `IN (…)`: for a list of more than two SQLite builds a table, each time that a row is written.
        -- Three such lists took half of a job's insertion, of its claim and of its end.
        state TEXT NOT NULL
          CHECK (state = 'available' OR state = 'executing' OR state = 'completed'
            OR state = 'cancelled' OR state = 'discarded' OR state = 'awaitingApproval'
            OR state = 'parked'),
        -- What keeps an available job from being ready: an earlier job of its sequence that has not ended,
        -- or its lane, which has not admitted it yet.
        waits_for TEXT CHECK (waits_for IN ('sequence', 'lane')),
        -- 1 while it takes a place in its lane: ready or executing.
        admitted INTEGER NOT NULL DEFAULT 0 CHECK (admitted IN (0, 1)),
        -- Decided by others than its handler: it is claimed once more to be ended, not to be run.
        verdict TEXT CHECK (verdict = 'cancel' OR verdict = 'discard' OR verdict = 'poison'),
        run_at INTEGER NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
        max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
        fence INTEGER NOT NULL DEFAULT 0,
        -- Processes that died while they ran it.
        deaths INTEGER NOT NULL DEFAULT 0,
        lease_until INTEGER,
        process_id INTEGER,
        deadline_at INTEGER,
        -- Never earlier than that of a job with a lower id, even where the clock was set back.
        enqueued_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        organization_id TEXT,
        sequence TEXT,
        lane TEXT,
        unique_key TEXT,
        payload TEXT NOT NULL,
        reason TEXT,
        error_class TEXT,
        error_message TEXT,
        CHECK ((state = 'executing') = (lease_until IS NOT NULL)),
        CHECK ((state = 'executing') = (process_id IS NOT NULL)),
        CHECK ((state = 'completed' OR state = 'cancelled' OR state = 'discarded')
          = (finished_at IS NOT NULL)),
        CHECK (admitted = 0 OR (lane IS NOT NULL AND state IN ('available', 'executing'))),
        CHECK (waits_for IS NULL OR admitted = 0)
      ) STRICT;

      INSERT INTO jobs (id, kind, state, waits_for, run_at, attempt, max_attempts, fence, lease_until,
        process_id, deadline_at, enqueued_at, started_at, finished_at, organization_id, sequence,
        payload, reason, error_class, error_message)
      SELECT id, kind, state, CASE WHEN held = 1 AND state = 'available' THEN 'sequence' END, run_at,
        attempt, max_attempts, fence, lease_until, process_id, deadline_at, enqueued_at, started_at,
        finished_at, organization_id, sequence, payload, reason, error_class, error_message
      FROM jobs_before ORDER BY id;
      DROP TABLE jobs_before;

      -- What a claim looks through: one range for each kind, so that a kind that is paused, or has no handler
      -- here, is not walked over.
      CREATE INDEX jobs_ready ON jobs (kind, run_at, id)
        WHERE state = 'available' AND waits_for IS NULL AND verdict IS NULL;
      CREATE INDEX jobs_to_end ON jobs (id)
        WHERE state = 'available' AND waits_for IS NULL AND verdict IS NOT NULL;
      CREATE INDEX jobs_executing ON jobs (process_id) WHERE state = 'executing';
      CREATE INDEX jobs_waiting_for_lane ON jobs (lane, kind, run_at, id)
        WHERE state = 'available' AND waits_for = 'lane';
      CREATE INDEX jobs_admitted ON jobs (lane) WHERE admitted = 1;
      CREATE INDEX jobs_of_sequence ON jobs (sequence, id)
        WHERE sequence IS NOT NULL AND finished_at IS NULL;
      CREATE INDEX jobs_parked_until ON jobs (deadline_at) WHERE state = 'parked';
      CREATE INDEX jobs_waiting_until ON jobs (deadline_at)
        WHERE state = 'available' AND waits_for = 'lane' AND deadline_at IS NOT NULL;
      CREATE INDEX jobs_parked_in_lane ON jobs (lane, deadline_at) WHERE state = 'parked';
      CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key)
        WHERE unique_key IS NOT NULL AND finished_at IS NULL;
      -- For operators: an organization's jobs of a kind, newest first, and the few that stand out.
      CREATE INDEX jobs_of_organization ON jobs (organization_id, kind, id);
      CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;
      CREATE INDEX jobs_given_up ON jobs (state, id) WHERE state IN ('discarded', 'cancelled');
      CREATE INDEX jobs_failed ON jobs (error_class, id) WHERE error_class IS NOT NULL;

      -- An account at a provider: how many of its jobs are let through, and what keeps the others. See
      -- Queue/Lane.swift.
      CREATE TABLE lanes (
        id TEXT PRIMARY KEY,
        admitted INTEGER NOT NULL CHECK (admitted >= 0),
        waiting INTEGER NOT NULL CHECK (waiting >= 0),
        tokens REAL NOT NULL,
        tokens_at INTEGER NOT NULL,
        not_before INTEGER,
        breaker TEXT NOT NULL
          CHECK (breaker = 'closed' OR breaker = 'open' OR breaker = 'halfOpen'
            OR breaker = 'needsOwner'),
        failures INTEGER NOT NULL,
        openings INTEGER NOT NULL,
        open_until INTEGER,
        reason TEXT,
        -- When to look whether more can be admitted; NULL where only the end of one of its jobs, or a reset,
        -- can change that.
        wake_at INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX lanes_to_wake ON lanes (wake_at) WHERE wake_at IS NOT NULL;

      CREATE TABLE effects (
        job_id INTEGER NOT NULL,
        key TEXT NOT NULL,
        state TEXT NOT NULL
          CHECK (state = 'intended' OR state = 'confirmed' OR state = 'absent' OR state = 'unknown'),
        intended_at INTEGER NOT NULL,
        known_at INTEGER,
        PRIMARY KEY (job_id, key)
      ) STRICT, WITHOUT ROWID;

      -- Whole queues and single kinds that an operator has stopped.
      CREATE TABLE pauses (
        scope TEXT NOT NULL CHECK (scope IN ('queue', 'kind')),
        name TEXT NOT NULL,
        paused_at INTEGER NOT NULL,
        paused_by TEXT NOT NULL,
        PRIMARY KEY (scope, name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE chores (
        kind TEXT PRIMARY KEY,
        next_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- How many jobs there are, kept by the writer: nobody counts a history of millions.
      CREATE TABLE job_counts (
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (kind, state)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO job_counts (kind, state, count)
        SELECT kind, state, count(*) FROM jobs GROUP BY kind, state;

      -- How many jobs ended in each minute of late, for those who watch.
      CREATE TABLE job_minutes (
        minute INTEGER NOT NULL,
        kind TEXT NOT NULL,
        finished INTEGER NOT NULL,
        PRIMARY KEY (minute, kind)
      ) STRICT, WITHOUT ROWID;

      -- What operators did, with what each job was before: so long as it has not begun, it can be undone.
      CREATE TABLE actions (
        id INTEGER PRIMARY KEY,
        organization_id TEXT,
        verb TEXT NOT NULL CHECK (verb IN ('retry', 'runNow', 'cancel', 'discard', 'acceptEffect',
          'resendEffect')),
        made_by TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        jobs INTEGER NOT NULL,
        undone_by TEXT,
        undone_at INTEGER
      ) STRICT;
      CREATE INDEX actions_of_organization ON actions (organization_id, id);
      CREATE TABLE action_jobs (
        action_id INTEGER NOT NULL REFERENCES actions,
        job_id INTEGER NOT NULL,
        fence INTEGER NOT NULL,
        state TEXT NOT NULL,
        run_at INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL,
        finished_at INTEGER,
        reason TEXT,
        PRIMARY KEY (action_id, job_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX actions_on_job ON action_jobs (job_id, action_id);
      """#)
}
