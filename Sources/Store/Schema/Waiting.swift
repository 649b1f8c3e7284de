import SQLite

extension Migration {
  /// A job that waits in its lane pays for one index and no more. What a second one answered, whose meeting is
  /// over and whose is the earliest, is read from the first, which holds all that these questions are about.
  static let waiting = Migration(
    version: 15, name: "waiting",
    sql: #"""
      DROP INDEX jobs_waiting_by_meeting;
      DROP INDEX jobs_waiting_for_lane;
      CREATE INDEX jobs_waiting_for_lane ON jobs (lane, kind, run_at, id, deadline_at, fence)
        WHERE state = 'available' AND waits_for = 'lane';
      """#)
}
