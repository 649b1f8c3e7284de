import Core
import Queue
import SQLite

// Whether what is counted is so. Jobs move on meanwhile, so it is looked at on one snapshot; and as long as that
// is held, the write-ahead log cannot begin anew. Counting five millions by kind and state takes seconds, because
// each row has to be read. Most have completed, and those need not be counted: an index without their rows says
// how many jobs there are of each kind, and others hold the few of each other state. A job has one of the states
// that the schema knows; so what is left has completed.

extension Store {
  /// Compares the counts with the jobs themselves and returns those that differ by how much they are too small.
  /// It walks over an index of all jobs: for a check, not for a page.
  package func miscounts() throws -> [JobCount] {
    try read { connection in
      var difference: [JobCountKey: Int] = [:]
      for (kind, count) in try jobsByKind(connection) {
        difference[JobCountKey(kind: kind, state: .completed), default: 0] += count
      }
      let others = try jobsAside(connection) + jobsOnTheirWay(connection)
      for other in others {
        let completed = JobCountKey(kind: other.key.kind, state: .completed)
        difference[completed, default: 0] -= other.count
        difference[other.key, default: 0] += other.count
      }
      for count in try counted(connection) { difference[count.key, default: 0] -= count.count }
      return difference.filter { $0.value != 0 }.map { JobCount(key: $0.key, count: $0.value) }
        .sorted {
          ($0.key.kind.rawValue, $0.key.state.rawValue)
            < ($1.key.kind.rawValue, $1.key.state.rawValue)
        }
    }
  }

  private func jobsByKind(_ connection: SQLiteConnection) throws -> [(JobKind, Int)] {
    try connection.all(
      """
      SELECT kind, count(*) FROM jobs INDEXED BY jobs_of_organization
      GROUP BY organization_id, kind
      """
    ) {
      (JobKind(rawValue: $0.string(0)), $0.int(1))
    }
  }

  private func jobsAside(_ connection: SQLiteConnection) throws -> [JobCount] {
    try connection.all(
      """
      SELECT kind, aside, count(*) FROM jobs INDEXED BY jobs_aside
      WHERE aside IS NOT NULL GROUP BY organization_id, aside, kind
      """
    ) {
      JobCount(row: $0)
    }
  }

  private func jobsOnTheirWay(_ connection: SQLiteConnection) throws -> [JobCount] {
    try connection.all(
      """
      SELECT kind, state, count(*) FROM jobs INDEXED BY jobs_unfinished
      WHERE finished_at IS NULL AND (state = 'available' OR state = 'executing')
      GROUP BY kind, state
      """
    ) {
      JobCount(row: $0)
    }
  }

  /// Adds what `miscounts` has found missing.
  package func correct(_ miscounts: [JobCount]) throws {
    try write { transaction in
      for miscount in miscounts {
        self.memory.change { $0.counts.add(miscount.count, to: miscount.key) }
      }
    }
  }
}
