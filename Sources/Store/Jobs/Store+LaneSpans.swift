import Core
import Queue
import SQLite

// Jobs that wait in their lane in the order in which they came: those that were to run at once when they were
// enqueued, as nearly all are. They are in no index of those that wait. Of a large backlog each would write the
// end of its lane's part when it comes and the beginning when it goes, with a hundred lanes a page of its own
// each time: more than all else that a job writes. Their ids say where they stand, and the index by lanes, which
// every job is in, finds them between the bounds of a span.
//
// A job whose time is another, that waited for its sequence, was retried or set back, stands in the index
// by times beside them.

extension Store {
  /// Whether a job that is enqueued now, to run at once, waits in its lane in order.
  func comesInOrder(
    _ kind: JobKind, in row: LaneRow, _ transaction: Transaction
  ) throws -> Bool {
    guard let span = try spans(of: row, transaction.connection)[kind] else { return true }
    if try span.admits(nextJob(in: transaction)) { return true }
    // Too far from where the others were; but if they have all gone, a new span begins here.
    let isEmpty = row.lane.waiting == 0 || row.heads?.isEmptyInOrder(kind) == true
    if isEmpty { row.spans?[kind]?.empty() }
    return isEmpty
  }

  /// The lane has one job more, whatever its state.
  func note(
    _ id: JobID, _ kind: JobKind, in row: LaneRow, isInOrder: Bool, _ transaction: Transaction
  ) throws {
    var span = try spans(of: row, transaction.connection)[kind] ?? LaneSpan(id.number)
    span.add(id.number, isInOrder: isInOrder)
    row.spans?[kind] = span
    if span.isToWrite { memory.change { $0.lanes.note(row) } }
  }

  private func nextJob(in transaction: Transaction) throws -> Int64 {
    if let last = memory.look({ $0.lastJob }) { return last + 1 }
    return (try transaction.connection.first("SELECT max(id) FROM jobs") { $0.int64(0) } ?? 0) + 1
  }

  func spans(of row: LaneRow, _ connection: SQLiteConnection) throws -> [JobKind: LaneSpan] {
    if let known = row.spans { return known }
    let spans = try spans(of: row.lane.id, connection)
    row.spans = spans
    return spans
  }

  func spans(
    of lane: LaneID, _ connection: SQLiteConnection
  ) throws -> [JobKind: LaneSpan] {
    let stored = try connection.all(
      "SELECT kind, first_job, last_job, newest_job FROM lane_spans WHERE lane = :lane"
    ) {
      $0.bind(":lane", lane.rawValue)
    } read: {
      (
        JobKind(rawValue: $0.string(0)),
        LaneSpan(stored: $0.isNull(1) ? nil : $0.int64(1)...$0.int64(2), newest: $0.int64(3))
      )
    }
    return Dictionary(uniqueKeysWithValues: stored)
  }

  /// The first of the kind that wait in order, and whether they are all: `known`, which are first of all, and up to
  /// `limit` more.
  func readInOrder(
    _ kind: JobKind, of row: LaneRow, after known: [ClaimCandidate] = [], limit: Int,
    in transaction: Transaction
  ) throws -> (jobs: [ClaimCandidate], isWhole: Bool) {
    guard let span = try spans(of: row, transaction.connection)[kind]?.inOrder else {
      return ([], true)
    }
    let priority = policy(kind).priority
    var jobs: [ClaimCandidate] = []
    var at = known.last.map { $0.id.number + 1 } ?? span.lowerBound
    var seen = 0
    while at <= span.upperBound, jobs.count < limit, seen < Store.seenAtOnce {
      let rows = try transaction.connection.all(
        """
        SELECT id, run_at, in_order FROM jobs INDEXED BY jobs_of_lane
        WHERE id / 1024 = :run AND lane = :lane AND lane IS NOT NULL AND kind = :kind AND id >= :at
        ORDER BY id LIMIT :limit
        """
      ) {
        $0.bind(":run", at / 1024)
        $0.bind(":lane", row.lane.id.rawValue)
        $0.bind(":kind", kind.rawValue)
        $0.bind(":at", at)
        $0.bind(":limit", limit)
      } read: {
        (
          job: ClaimCandidate(
            id: JobID(number: $0.int64(0)), kind: kind, runAt: $0.timestamp(1), priority: priority,
            isInOrder: true), waits: !$0.isNull(2)
        )
      }
      for row in rows where row.waits { jobs.append(row.job) }
      seen += rows.count + 1
      at = rows.count == limit ? rows[limit - 1].job.id.number + 1 : (at / 1024 + 1) * 1024
    }
    jobs = known + jobs
    row.spans?[kind]?.begin(at: jobs.first?.id.number ?? at)
    let isWhole = at > span.upperBound
    if jobs.isEmpty, !isWhole {
      // Somebody goes on from here, whoever it is.
      row.spans?[kind]?.keep()
      memory.change { $0.lanes.note(row) }
    }
    return (jobs, isWhole)
  }

  /// Jobs at which one look at a lane may look in vain: one or two milliseconds' work.
  static let seenAtOnce = 2048
}

// MARK: - All of them

extension Store {
  /// All that wait in the lane, in order or not, of one kind or any, as far as `read` takes them: from
  /// `id, run_at, deadline_at, fence`. Slow, where they are many: a second or two for a million.
  ///
  /// It knows the lane as the database has it: within a transaction that may have changed it, `memory` is to
  /// be written before.
  func allWaiting<Value>(
    in lane: LaneID, of kind: JobKind? = nil, _ connection: SQLiteConnection,
    read: (Row) -> Value?
  ) throws -> [Value] {
    var found: [Value] = []
    let kinds = kind.map { $0.rawValue...$0.rawValue } ?? Self.allKinds
    let bind = { (bindings: Bindings) in
      bindings.bind(":lane", lane.rawValue)
      bindings.bind(":firstKind", kinds.lowerBound)
      bindings.bind(":lastKind", kinds.upperBound)
    }
    let take = { (row: Row) in
      if let value = read(row) { found.append(value) }
    }
    _ = try connection.all(
      """
      WITH RECURSIVE runs (kind, run, last_run) AS (
        SELECT kind, first_job / 1024, min(last_job, (SELECT max(id) FROM jobs)) / 1024
        FROM lane_spans
        WHERE lane = :lane AND kind BETWEEN :firstKind AND :lastKind AND first_job IS NOT NULL
        UNION ALL
        SELECT kind, run + 1, last_run FROM runs WHERE run < last_run)
      SELECT id, run_at, deadline_at, fence FROM runs CROSS JOIN jobs INDEXED BY jobs_of_lane
        ON id / 1024 = run AND lane = :lane AND lane IS NOT NULL AND jobs.kind = runs.kind
      WHERE in_order = 1
      """, bind, read: take)
    _ = try connection.all(
      """
      SELECT id, run_at, deadline_at, fence FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE lane = :lane AND kind BETWEEN :firstKind AND :lastKind
        AND state = 'available' AND waits_for = 'lane' AND in_order IS NULL
      """, bind, read: take)
    return found
  }
}

extension LaneRow {
  func writeSpans(_ connection: SQLiteConnection) throws {
    for (kind, span) in spans ?? [:] where span.isToWrite {
      try connection.run(
        """
        INSERT INTO lane_spans (lane, kind, first_job, last_job, newest_job)
        VALUES (:lane, :kind, :first, :last, :newest)
        ON CONFLICT (lane, kind) DO UPDATE SET first_job = excluded.first_job,
          last_job = excluded.last_job, newest_job = excluded.newest_job
        """
      ) {
        $0.bind(":lane", lane.id.rawValue)
        $0.bind(":kind", kind.rawValue)
        $0.bind(":first", span.inOrder?.lowerBound)
        $0.bind(":last", span.inOrder?.upperBound)
        $0.bind(":newest", span.newest)
      }
      spans?[kind]?.wrote()
    }
  }
}
