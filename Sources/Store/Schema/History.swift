import SQLite

extension Migration {
  /// A long history weighs nothing: on those who add to it, on those who look into it, and on those who forget.
  static let history = Migration(
    version: 14, name: "history",
    sql: #"""
      -- A lane's jobs, in runs of 1024 ids. With the lane first, the jobs of one commit go to as many places of
      -- the index as they have lanes, and each writes a page of its own: more than all else that a job writes.
      -- With the run first they lie on a few neighbouring pages, also when they are forgotten. Whoever looks for
      -- a lane's jobs goes from run to run; see Store+LaneRuns.swift. With runs of 512 a commit of 20 jobs of as
      -- many lanes writes 6 pages of it instead of 9, formerly 27, and a lane of next to nothing takes twice as
      -- long to list.
      DROP INDEX jobs_of_lane;
      CREATE INDEX jobs_of_lane ON jobs (id / 1024, lane, kind, id) WHERE lane IS NOT NULL;

      -- What is neither on its way nor has ended well, each state by itself: formerly only what was given up.
      -- Said by what it is not: of the jobs that are written often most are known by the first comparison.
      DROP INDEX jobs_given_up;
      DROP INDEX jobs_given_up_in_lane;
      CREATE INDEX jobs_aside ON jobs (organization_id, state, kind, id)
        WHERE state <> 'available' AND state <> 'executing' AND state <> 'completed';
      CREATE INDEX jobs_aside_in_lane ON jobs (lane, state, id)
        WHERE lane IS NOT NULL
          AND state <> 'available' AND state <> 'executing' AND state <> 'completed';

      -- How far whoever forgets has come among the jobs that are kept for so many days; 0 is the round over all.
      CREATE TABLE forgetting (
        keep_days INTEGER PRIMARY KEY CHECK (keep_days >= 0),
        passed INTEGER NOT NULL
      ) STRICT;
      """#)
}
