import SQLite

extension Migration {
  /// A statement that changes a column opens every index whose condition names it, whatever the row. Most indexes of
  /// the jobs are about states that most jobs never have; so these have a column of their own, which claims
  /// and ends of ordinary jobs do not touch.
  static let aside = Migration(
    version: 16, name: "aside",
    sql: #"""
      -- The state of a job that is neither on its way nor has ended well. The rows that are there are made good
      -- before anybody sees them.
      PRAGMA ignore_check_constraints = ON;
      ALTER TABLE jobs ADD COLUMN aside TEXT CHECK (aside IS CASE
        WHEN state = 'available' OR state = 'executing' OR state = 'completed' THEN NULL
        ELSE state END);
      UPDATE jobs SET aside = state
      WHERE state <> 'available' AND state <> 'executing' AND state <> 'completed';
      PRAGMA ignore_check_constraints = OFF;

      DROP INDEX jobs_aside;
      DROP INDEX jobs_aside_in_lane;
      CREATE INDEX jobs_aside ON jobs (organization_id, aside, kind, id) WHERE aside IS NOT NULL;
      CREATE INDEX jobs_aside_in_lane ON jobs (lane, aside, id)
        WHERE lane IS NOT NULL AND aside IS NOT NULL;
      DROP INDEX jobs_parked_until;
      DROP INDEX jobs_parked_in_lane;
      CREATE INDEX jobs_parked_until ON jobs (deadline_at) WHERE aside = 'parked';
      CREATE INDEX jobs_parked_in_lane ON jobs (lane, deadline_at) WHERE aside = 'parked';

      DROP INDEX jobs_suspected;
      CREATE INDEX jobs_suspected ON jobs (deaths) WHERE deaths > 0;
      -- Those that are running are among them: few.
      DROP INDEX jobs_to_end;
      CREATE INDEX jobs_to_end ON jobs (kind, id)
        WHERE verdict IS NOT NULL AND waits_for IS NULL AND finished_at IS NULL;
      """#)
}
