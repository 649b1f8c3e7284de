import Core
import Queue
import SQLite

// Which lanes stand in the claim's queue, and which of their jobs may begin.

extension Store {
  /// Looks at the lanes whose time has come.
  func lookAtDueLanes(in transaction: Transaction) throws {
    let now = transaction.now
    let stored = try transaction.connection.all(
      """
      SELECT id FROM lanes INDEXED BY lanes_to_wake
      WHERE wake_at <= :now ORDER BY wake_at LIMIT :limit
      """
    ) {
      $0.bind(":now", now)
      $0.bind(":limit", Store.lanesLookedAtAtOnce)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
    let due = memory.look { state in
      stored.filter { state.lanes[$0]?.isUnwritten != true }
        + state.lanes.unwritten.filter { $0.wakeAt.map { $0 <= now } ?? false }.map(\.lane.id)
    }
    for id in due {
      let row = try laneToChange(id, in: transaction)
      try look(at: row, in: transaction)
    }
  }

  /// A claim that finds more leaves them to the next: it is asked for at once.
  private static let lanesLookedAtAtOnce = 100

  /// Finds out whether the lane has anything to begin, and when to look again.
  func look(
    at row: LaneRow, in transaction: Transaction
  ) throws {
    defer { memory.change { $0.lanes.setRank(of: row) } }
    row.wakeAt = nil
    row.firstRank = nil
    if row.lane.waiting == 0 { return }
    switch row.lane.room(now: transaction.now, policy: row.policy) {
    case .none: break
    case .later(let time): row.wakeAt = time
    case .jobs:
      let first = try firstJobs(of: row, limit: 1, in: transaction)
      row.firstRank = first.due.first?.rank
      row.wakeAt = row.heads?.isAnyUnread == true ? transaction.now : first.next
    }
  }

  /// The lane's first jobs that may begin, and when the next one is due.
  private func firstJobs(
    of row: LaneRow, limit: Int, in transaction: Transaction
  ) throws -> (due: [ClaimCandidate], next: Timestamp?) {
    if row.heads == nil { row.heads = try readHeads(of: row, in: transaction) }
    for kind in row.heads?.linesToRead(for: limit) ?? [] {
      let line = try readLine(kind, of: row, atLeast: limit, in: transaction)
      row.heads?.read(line.jobs, of: kind, isWhole: line.isWhole)
    }
    let mayBegin = try kindsThatMayBegin(in: transaction)
    return row.heads?.first(limit, now: transaction.now) { mayBegin.contains($0) } ?? ([], nil)
  }

  /// The open lanes' jobs in the order of a claim, each lane's only as far as it has room for.
  func laneQueue(in transaction: Transaction) throws -> LaneQueue {
    if let open = memory.look({ $0.lanes.openLanes }) { return LaneQueue(open) }
    let stored = try transaction.connection.all(
      """
      SELECT id, first_rank FROM lanes INDEXED BY lanes_in_queue
      WHERE first_rank IS NOT NULL ORDER BY first_rank
      """
    ) {
      (LaneID(rawValue: $0.string(0)), $0.int64(1))
    }
    return memory.look { state in
      state.lanes.setOpenLanes(Dictionary(uniqueKeysWithValues: stored))
      return LaneQueue(state.lanes.openLanes ?? [:])
    }
  }

  /// Those of the lane's first jobs that are of these kinds, which may begin, as many as there is room for:
  /// the places belong to the first that wait, whoever takes them.
  func firstJobs(
    of id: LaneID, kinds: Set<JobKind>, in transaction: Transaction
  ) throws -> [ClaimCandidate] {
    let row = try laneRow(id, in: transaction)
    guard case .jobs(let room) = row.lane.room(now: transaction.now, policy: row.policy) else {
      return []
    }
    let first = try firstJobs(of: row, limit: room, in: transaction)
    // What was known was forgotten, and has to be looked for once more.
    if row.heads?.isAnyUnread == true {
      try laneToChange(id, in: transaction).wake(at: transaction.now)
    }
    // As many as may begin: then this process takes all of them.
    if try kinds.count == kindsThatMayBegin(in: transaction).count { return first.due }
    return first.due.filter { kinds.contains($0.kind) }
  }

  /// These jobs of the lane have been claimed.
  func enter(
    _ id: LaneID, _ jobs: [ClaimCandidate], in transaction: Transaction
  ) throws {
    let row = try laneToChange(id, in: transaction)
    row.lane.waiting -= jobs.count
    row.lane.admit(jobs.count, policy: row.policy)
    for job in jobs {
      row.heads?.remove(job)
      // Whoever came before it in order has been claimed before it.
      if job.isInOrder { row.spans?[job.kind]?.begin(at: job.id.number + 1) }
    }
    try look(at: row, in: transaction)
  }
}

// MARK: - Reading

extension Store {
  private func readHeads(
    of row: LaneRow, in transaction: Transaction
  ) throws -> LaneHeads {
    var heads = LaneHeads()
    let connection = transaction.connection
    var kinds = Set(try spans(of: row, connection).keys)
    var kind = try firstKind(waitingIn: row.lane.id, after: "", connection)
    while let current = kind {
      kinds.insert(current)
      kind = try firstKind(waitingIn: row.lane.id, after: current.rawValue, connection)
    }
    for kind in kinds {
      let line = try readLine(kind, of: row, atLeast: 1, in: transaction)
      heads.read(line.jobs, of: kind, isWhole: line.isWhole)
    }
    return heads
  }

  private func readLine(
    _ kind: JobKind, of row: LaneRow, atLeast limit: Int, in transaction: Transaction
  ) throws -> (jobs: [ClaimCandidate], isWhole: Bool) {
    let limit = max(limit, LaneHeads.readAtOnce)
    let inOrder = try readInOrder(
      kind, of: row, after: row.heads?.inOrder(kind) ?? [], limit: limit, in: transaction)
    let others = try readOthers(kind, of: row.lane.id, limit: limit, transaction.connection)
    var jobs = (inOrder.jobs + others.jobs).sorted()
    // Behind the last that is known of either, there may be more of it.
    for part in [inOrder, others] where !part.isWhole {
      guard let last = part.jobs.last else { return ([], false) }
      jobs.removeAll { last < $0 }
    }
    return (jobs, inOrder.isWhole && others.isWhole)
  }

  /// The first of the kind by their times, and whether they are all.
  private func readOthers(
    _ kind: JobKind, of lane: LaneID, limit: Int, _ connection: SQLiteConnection
  ) throws -> (jobs: [ClaimCandidate], isWhole: Bool) {
    let priority = policy(kind).priority
    let jobs = try connection.all(
      """
      SELECT id, run_at FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE lane = :lane AND kind = :kind AND state = 'available' AND waits_for = 'lane' AND in_order IS NULL
      ORDER BY run_at, id LIMIT :limit
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind.rawValue)
      $0.bind(":limit", limit)
    } read: {
      ClaimCandidate(
        id: JobID(number: $0.int64(0)), kind: kind, runAt: $0.timestamp(1), priority: priority)
    }
    return (jobs, jobs.count < limit)
  }

  func firstKind(
    waitingIn lane: LaneID, after kind: String, _ connection: SQLiteConnection
  ) throws -> JobKind? {
    try connection.first(
      """
      SELECT kind FROM jobs INDEXED BY jobs_waiting_for_lane
      WHERE lane = :lane AND kind > :kind AND state = 'available' AND waits_for = 'lane' AND in_order IS NULL
      ORDER BY kind LIMIT 1
      """
    ) {
      $0.bind(":lane", lane.rawValue)
      $0.bind(":kind", kind)
    } read: {
      JobKind(rawValue: $0.string(0))
    }
  }
}
