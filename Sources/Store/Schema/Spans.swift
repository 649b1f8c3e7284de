import SQLite

extension Migration {
  /// A job that comes into its lane in order is found there by its id, and pays for no index of those that wait. And
  /// a lane's jobs are not looked for where it has none.
  static let spans = Migration(
    version: 19, name: "spans",
    sql: #"""
      -- 1 where it waits in its lane as it came: no job of its kind that waits so and has a lower id is to run
      -- later. It is found in `jobs_of_lane`, between the bounds that `lane_spans` has for its lane and kind.
      -- Whatever else is done to it puts it among the others, which have an index by their times: a statement that
      -- forgets to is refused. (IS: what is unknown passes a CHECK.)
      ALTER TABLE jobs ADD COLUMN in_order INTEGER CHECK (in_order IS NULL
        OR (in_order = 1 AND state = 'available' AND waits_for IS 'lane' AND run_at = enqueued_at));
      DROP INDEX jobs_waiting_for_lane;
      CREATE INDEX jobs_waiting_for_lane ON jobs (lane, kind, run_at, id, deadline_at, fence)
        WHERE state = 'available' AND waits_for = 'lane' AND in_order IS NULL;

      -- A row for each kind of which a lane has ever had a job.
      CREATE TABLE lane_spans (
        lane TEXT NOT NULL,
        kind TEXT NOT NULL,
        -- None that waits in order has an id outside of these; not all in between wait.
        first_job INTEGER,
        last_job INTEGER,
        -- None at all has a higher id.
        newest_job INTEGER NOT NULL,
        PRIMARY KEY (lane, kind),
        CHECK ((first_job IS NULL) = (last_job IS NULL))
      ) STRICT, WITHOUT ROWID;
      -- A process of the version before, which drains meanwhile, adds a few.
      INSERT INTO lane_spans (lane, kind, newest_job)
        SELECT lane, kind, max(id) + 4096 FROM jobs INDEXED BY jobs_of_lane WHERE lane IS NOT NULL
        GROUP BY lane, kind;
      """#)
}
