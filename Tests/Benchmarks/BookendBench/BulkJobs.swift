import Bookings
import Core
import Foundation
import Queue
import SQLite
import Store

// Databases of millions of jobs. A few are made by the program's own store, in all the states that are
// wanted; then one statement copies their rows, whatever columns they have, with other ids, times and
// sequences. So the rows are as the program writes them, and five millions take a minute.

/// Makes what `what` names in the file, `size` jobs in all.
func makeJobs(_ what: String, size: Int, path: String) throws {
  let patterns = try makePatterns(what, size: size, path: path)
  try copyJobs(toHave: size, within: patterns.span, until: patterns.now, path: path)
  let world = try BenchWorld(path: path)
  while try world.store.noteNextStretch() {}
  world.close()
  report("made", ["jobs": Double(size), "bytes": Double(fileSize(path))])
}

/// By the program's own store, which has let go of the file afterwards.
private func makePatterns(
  _ what: String, size: Int, path: String
) throws -> (span: Duration, now: Timestamp) {
  let world = try BenchWorld(path: path)
  defer { world.close() }
  let span: Duration
  switch what {
  case "backlog":
    // Without lanes: what a claim finds first is the backlog. And without sequences, as those that come to it: a job
    // that has one costs more when it ends.
    try world.enqueue(
      (0..<100).map { world.job(.invitation, booking: "bkg_\($0)", isSequenced: false) })
    span = .hours(1)
  case "laned":
    try world.enqueue(
      (0..<300).map {
        world.job(
          [.booking, .reschedule, .invitation][$0 % 3], booking: "bkg_\($0 / 3)",
          lane: BenchWorld.lane($0 / 3))
      })
    span = .hours(1)
  case "blocked":
    try world.block(BenchWorld.lane(0))
    try world.enqueue(
      (0..<100).map {
        world.job(.booking, booking: "bkg_\($0)", lane: BenchWorld.lane(0))
      })
    span = .hours(1)
  case "history":
    try world.makeLives()
    // About as dense as five millions in 25 days, so that the last hour is alike in every size.
    span = .milliseconds(Double(size) * 432)
  default: Options.refuse("there is no \(what) to make")
  }
  return (span, world.store.now())
}

func fileSize(_ path: String) -> Int {
  (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
}

extension BenchWorld {
  /// The account's owner has to act, and until then nothing is let through.
  fileprivate func block(_ lane: LaneID) throws {
    try enqueue([job(.booking, booking: "bkg_block", lane: lane)])
    for job in try claim(1) {
      try finish(
        job,
        Finish(
          next: .cancelled(reason: "made"), outcome: "cancel",
          lane: .needsOwner("the permission was withdrawn")))
    }
  }

  /// A hundred jobs that have ended, in the shares of an ordinary month: bookings with their mails, some
  /// moved, some cancelled, a few tried again, given up, or superseded before they began.
  fileprivate func makeLives() throws {
    for number in 0..<30 {
      let booking = "bkg_\(number)"
      let lane = BenchWorld.lane(number)
      try live(job(.booking, booking: booking, lane: lane), triedAgain: number.isMultiple(of: 10))
      try live(job(.invitation, booking: booking, lane: .mail), triedAgain: number == 7)
      try live(job(.invitation, booking: booking, lane: .mail, isSequenced: false))
    }
    for number in 0..<4 {
      try live(job(.reschedule, booking: "bkg_\(number)", lane: BenchWorld.lane(number)))
    }
    for number in 0..<2 {
      try live(job(.cancel, booking: "bkg_\(number)", lane: BenchWorld.lane(number)))
    }
    for (number, error) in [ErrorClass.permanent, .transient].enumerated() {
      try live(
        job(.booking, booking: "bkg_lost\(number)", lane: BenchWorld.lane(number)),
        endingWith: JobError(error, "it could not be done"))
    }
    // A cancel that finds its booking job not yet begun: both are over.
    let void = BenchWorld.lane(5)
    try enqueue([
      job(.booking, booking: "bkg_void", lane: void), job(.cancel, booking: "bkg_void", lane: void),
    ])
  }

  private func live(
    _ job: NewJob, triedAgain: Bool = false, endingWith error: JobError? = nil
  ) throws {
    try enqueue([job])
    if triedAgain {
      for claimed in try claim(1) {
        try finish(
          claimed,
          Finish(
            next: .again(at: store.now()), outcome: "retry",
            error: JobError(.transient, "no answer"), lane: .answered))
      }
    }
    for claimed in try claim(1) {
      let effects =
        job.lane == .mail
        ? [] : [Effect(key: "event of \(claimed.lease.job)", state: .confirmed)]
      for effect in effects { try store.intend(effect.key, by: claimed.lease) }
      let end =
        error.map { Finish(next: .discarded(), outcome: "discard", error: $0, lane: .answered) }
        ?? .after(.completed)
      try finish(claimed, end, effects: effects)
    }
  }
}

/// Copies the jobs that are there until there are so many, spread over `span`, and takes out the patterns.
private func copyJobs(
  toHave size: Int, within span: Duration, until now: Timestamp, path: String
) throws {
  let connection = try SQLiteConnection(path: path, access: .readWrite, busyTimeout: .seconds(5))
  // Nobody else has the file, and nobody minds if it is lost: it is thrown away after the run.
  for setting in ["journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"] {
    try connection.execute("PRAGMA \(setting)")
  }
  let patterns =
    try connection.first("SELECT count(*), max(id) FROM jobs") {
      (count: $0.int(0), last: $0.int(1))
    }
    ?? (count: 0, last: 0)
  let copies = max(1, (size + patterns.count - 1) / patterns.count)
  let step = Double(span.wholeMilliseconds) / Double(copies)
  let shift = "- \(span.wholeMilliseconds) + CAST(n.value * \(step) AS INTEGER)"
  let numbers =
    "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < \(copies))"

  try connection.execute("BEGIN")
  try copy(
    "jobs", connection, numbers: numbers,
    [
      "id": "t.id + n.value * \(patterns.last)",
      // Bookings' ids rise with time, and so do these.
      "sequence": "replace(t.sequence, 'bkg_', 'bkg_' || printf('%09d', n.value) || '-')",
      "lane": """
      CASE WHEN t.lane LIKE 'con_%' AND t.finished_at IS NOT NULL
        THEN 'con_' || substr(1000 + (substr(t.lane, 5) + n.value) % \(BenchWorld.lanes), 2)
        ELSE t.lane END
      """,
    ].merging(
      ["run_at", "enqueued_at", "started_at", "finished_at"].map { ($0, "t.\($0) \(shift)") },
      uniquingKeysWith: { first, _ in first }))
  for table in ["attempts", "effects"] {
    try copy(
      table, connection, numbers: numbers,
      ["job_id": "t.job_id + n.value * \(patterns.last)"])
    try connection.execute("DELETE FROM \(table) WHERE job_id <= \(patterns.last)")
  }
  try connection.execute(
    """
    DELETE FROM jobs WHERE id <= \(patterns.last);
    DELETE FROM job_counts;
    INSERT INTO job_counts (kind, state, count)
      SELECT kind, state, count(*) FROM jobs GROUP BY kind, state;
    UPDATE lanes SET admitted = 0, waiting = 0, wake_at = NULL;
    UPDATE lanes SET waiting = found.count, wake_at = CASE breaker WHEN 'closed' THEN \(now.milliseconds) END
      FROM (
        SELECT lane, count(*) AS count FROM jobs
        WHERE state = 'available' AND waits_for = 'lane' GROUP BY lane) AS found
      WHERE found.lane = lanes.id;
    DELETE FROM lane_spans;
    INSERT INTO lane_spans (lane, kind, first_job, last_job, newest_job)
      SELECT lane, kind, min(id) FILTER (WHERE in_order), max(id) FILTER (WHERE in_order), max(id)
      FROM jobs WHERE lane IS NOT NULL GROUP BY lane, kind;
    COMMIT;
    PRAGMA journal_mode = WAL;
    """)
}

/// The patterns are set apart first: of a table that it reads from SQLite makes a copy in memory.
private func copy(
  _ table: String, _ connection: SQLiteConnection, numbers: String, _ changed: [String: String]
) throws {
  let columns = try connection.columns(of: table)
  let values = columns.map { changed[$0] ?? "t.\($0)" }
  // CROSS JOIN keeps the order of the loops, so that ids come in the order of the table.
  try connection.execute(
    """
    CREATE TEMP TABLE pattern AS SELECT * FROM \(table);
    \(numbers)
    INSERT INTO \(table) (\(columns.joined(separator: ", ")))
    SELECT \(values.joined(separator: ", ")) FROM n CROSS JOIN temp.pattern AS t;
    DROP TABLE temp.pattern;
    """)
}

extension SQLiteConnection {
  fileprivate func columns(of table: String) throws -> [String] {
    try all("SELECT name FROM pragma_table_info(:table) ORDER BY cid") {
      $0.bind(":table", table)
    } read: {
      $0.string(0)
    }
  }
}
