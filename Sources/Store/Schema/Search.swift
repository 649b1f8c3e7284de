import SQLite

extension Migration {
  /// What operators look for in a history of millions, each where little else is. Where jobs end well, only
  /// the last of these indexes costs anything: an entry at each enqueue.
  static let search = Migration(
    version: 12, name: "search",
    sql: #"""
      DROP INDEX jobs_given_up;
      CREATE INDEX jobs_given_up ON jobs (organization_id, state, kind, id)
        WHERE state IN ('discarded', 'cancelled');
      CREATE INDEX jobs_given_up_in_lane ON jobs (lane, state, id)
        WHERE lane IS NOT NULL AND state IN ('discarded', 'cancelled');
      DROP INDEX jobs_failed;
      CREATE INDEX jobs_failed ON jobs (organization_id, error_class, kind, id)
        WHERE error_class IS NOT NULL;
      CREATE INDEX jobs_failed_in_lane ON jobs (lane, error_class, id)
        WHERE lane IS NOT NULL AND error_class IS NOT NULL;
      CREATE INDEX jobs_of_lane ON jobs (lane, kind, id) WHERE lane IS NOT NULL;
      """#)
}
