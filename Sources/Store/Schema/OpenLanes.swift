import SQLite

extension Migration {
  /// A job of a lane waits in it until it is claimed. Which lanes have anything to begin stands in the lanes, so
  /// that a claim looks at those and not at their jobs.
  static let openLanes = Migration(
    version: 13, name: "open lanes",
    sql: #"""
      -- The rank of the first job that may begin: its `run_at`, and half a minute for each step of its priority.
      ALTER TABLE lanes ADD COLUMN first_rank INTEGER;
      CREATE INDEX lanes_in_queue ON lanes (first_rank) WHERE first_rank IS NOT NULL;

      -- Those that were let through and had not begun go back; the next claim looks at every lane.
      DROP INDEX jobs_admitted;
      UPDATE jobs SET admitted = 0, waits_for = 'lane' WHERE admitted = 1 AND state = 'available';
      UPDATE lanes SET
        admitted = (SELECT count(*) FROM jobs INDEXED BY jobs_executing
          WHERE state = 'executing' AND admitted = 1 AND lane = lanes.id),
        waiting = (SELECT count(*) FROM jobs INDEXED BY jobs_waiting_for_lane
          WHERE state = 'available' AND waits_for = 'lane' AND lane = lanes.id),
        wake_at = 0;
      """#)
}
