import SQLite

extension Migration {
  /// A lane of which there is next to nothing is not looked for in every run of a long history.
  static let stretches = Migration(
    version: 18, name: "stretches",
    sql: #"""
      -- Stretches of 65536 ids that are all given, and that have been looked through for lanes.
      CREATE TABLE stretches (number INTEGER PRIMARY KEY) STRICT;
      -- The kinds of which each lane had jobs in them then. None is added later: ids only rise, and a job keeps
      -- its lane.
      CREATE TABLE kinds_in_stretch (
        stretch INTEGER NOT NULL,
        lane TEXT NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (stretch, lane, kind)
      ) STRICT, WITHOUT ROWID;
      """#)
}
