import SQLite

extension Migration {
  /// What operators ask for many jobs goes on where a process has died.
  static let manyJobs = Migration(
    version: 17, name: "many jobs",
    sql: #"""
      -- Actions on many that are under way: what they are about, and the job to which each has come, from the
      -- newest down.
      CREATE TABLE actions_begun (
        action_id INTEGER PRIMARY KEY REFERENCES actions,
        before_job INTEGER NOT NULL,
        effect_key TEXT,
        organization_id TEXT,
        states TEXT NOT NULL,
        kind TEXT,
        queue TEXT,
        lane TEXT,
        since_at INTEGER,
        until_at INTEGER,
        error_class TEXT
      ) STRICT;
      """#)
}
