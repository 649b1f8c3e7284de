import Core
import Queue
import SQLite

// An account that works again. However many jobs are parked in its lane, no transaction wakes more than a
// bite of them, and the lane stays closed until all are awake: so that they go on in order of their meetings,
// and so that nothing is lost if the process dies in between. Nor does one look through more of those that wait
// than a few: where they are many, the earliest meetings are looked for on a snapshot, between the last bite and
// the opening. What is left to be done is a row of `wakings`.

extension Store {
  /// The account works again, as its owner or an operator says: its breaker closes, its parked jobs are
  /// available, and they and those that wait go on in order of their meetings' times. Returns how many were
  /// parked; where `WorkLimit.current` is over before all are awake, those of the beginning.
  package func resetLane(_ id: LaneID) throws -> Int {
    let first = try write { try self.resetLane(id, in: $0) }
    do {
      return try first + finishWaking(id)
    } catch is StoppedBetweenBites {
      // The rest is in the file.
      return first
    }
  }

  /// The first bite of it; all of it, where no more is parked and few wait.
  func resetLane(_ id: LaneID, in transaction: Transaction) throws -> Int {
    let woken = try wakeParked(in: id, in: transaction)
    if try woken == Store.wakingBite || !open(id, in: transaction) {
      try askToWake(id, isAccount: false, in: transaction)
    }
    return woken
  }

  /// Jobs in one transaction: a few milliseconds' work.
  static let wakingBite = 200

  /// The lane's next parked jobs wait in it again. Returns how many: fewer than a bite where they were the last.
  func wakeParked(in id: LaneID, in transaction: Transaction) throws -> Int {
    let connection = transaction.connection
    guard try policyIfUsed(of: id, connection) != nil else { return 0 }
    let parked = try connection.all(
      """
      UPDATE jobs SET state = 'available', aside = NULL, reason = NULL, run_at = :now,
        waits_for = CASE WHEN EXISTS (
          SELECT 1 FROM jobs AS earlier INDEXED BY jobs_of_sequence
          WHERE earlier.sequence = jobs.sequence AND earlier.finished_at IS NULL
            AND earlier.id < jobs.id)
        THEN 'sequence' ELSE 'lane' END
      WHERE id IN (
        SELECT id FROM jobs INDEXED BY jobs_parked_in_lane
        WHERE lane = :lane AND aside = 'parked' ORDER BY deadline_at, id LIMIT :bite)
      RETURNING kind, waits_for = 'lane'
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":lane", id.rawValue)
      $0.bind(":bite", Store.wakingBite)
    } read: {
      (kind: JobKind(rawValue: $0.string(0)), waitsForLane: $0.bool(1))
    }
    if parked.isEmpty { return 0 }
    for job in parked { count(job.kind, from: .parked, to: .available, in: transaction) }
    let row = try laneToChange(id, in: transaction)
    // An operator may have retried one that comes before it in its sequence.
    row.lane.waiting += parked.count { $0.waitsForLane }
    row.forgetHeads()
    return parked.count
  }

  /// All that was parked is awake: the lane lets its jobs through, the earliest meeting first. `meetings` is the
  /// order, found on a snapshot; nil is to look for it here, and where too many wait for that, the lane stays
  /// as it is and the answer is false.
  func open(
    _ id: LaneID, meetings: [JobID]? = nil, in transaction: Transaction
  ) throws -> Bool {
    let connection = transaction.connection
    guard try policyIfUsed(of: id, connection) != nil else { return true }
    // What waits is looked for in the lane as it is written.
    try memory.write(in: transaction)
    let row = try laneToChange(id, in: transaction)
    if meetings == nil, row.lane.waiting > Store.lookedThroughWriting { return false }
    row.lane.reset()
    try putFirst(
      meetings ?? earliestMeetings(in: id, now: transaction.now, connection), in: row, transaction)
    row.forgetHeads()
    row.wake(at: transaction.now)
    jobsReady.give()
    return true
  }

  /// Waiting jobs that a transaction may look through: some milliseconds' work.
  static let lookedThroughWriting = 2000

  /// Of those that wait in the lane, and are due or wait only because they failed before, the ones with the
  /// earliest meetings. Walks over all that wait: a second or two for a million.
  func earliestMeetings(
    in lane: LaneID, now: Timestamp, _ connection: SQLiteConnection
  ) throws -> [JobID] {
    let meetings = try allWaiting(in: lane, connection) { row in
      let isDue = row.timestamp(1) <= now || row.int(3) > 0
      return isDue
        ? row.optionalTimestamp(2).map { (at: $0, job: JobID(number: row.int64(0))) } : nil
    }
    let earliest = meetings.sorted { ($0.at, $0.job) < ($1.at, $1.job) }
    return earliest.prefix(Store.orderedByMeeting).map(\.job)
  }

  /// The order of a lane is that of `run_at`: these get one before all others', a millisecond apart. Behind them
  /// the order of arrival does, also for what has come since they were found, and for what is about no meeting.
  private func putFirst(
    _ jobs: [JobID], in row: LaneRow, _ transaction: Transaction
  ) throws {
    let (now, connection) = (transaction.now, transaction.connection)
    let first = min(now, try firstTime(in: row, transaction) ?? now)
    for (place, job) in jobs.enumerated() {
      try connection.run(
        """
        UPDATE jobs SET run_at = :runAt, in_order = NULL
        WHERE id = :id AND state = 'available' AND waits_for = 'lane'
          AND (run_at <= :now OR fence > 0)
        """
      ) {
        $0.bind(":runAt", first - .milliseconds(Store.orderedByMeeting - place - 1))
        $0.bind(":id", job.number)
        $0.bind(":now", now)
      }
    }
  }

  /// What one transaction may move: some milliseconds' work.
  private static let orderedByMeeting = 500

  /// No job waits in the lane that is to run earlier; nil where none waits. A few seeks for each kind.
  private func firstTime(in row: LaneRow, _ transaction: Transaction) throws -> Timestamp? {
    let connection = transaction.connection
    let lane = row.lane.id
    var times = try spans(of: row, connection).keys.compactMap { kind in
      let inOrder = try readInOrder(kind, of: row, limit: 1, in: transaction)
      if let first = inOrder.jobs.first { return first.runAt }
      return inOrder.isWhole ? nil : try timeOfFirst(row.spans?[kind], connection)
    }
    var kind = try firstKind(waitingIn: lane, after: "", connection)
    while let current = kind {
      let head = try connection.first(
        """
        SELECT run_at FROM jobs INDEXED BY jobs_waiting_for_lane
        WHERE lane = :lane AND kind = :kind AND state = 'available' AND waits_for = 'lane'
          AND in_order IS NULL
        ORDER BY run_at LIMIT 1
        """
      ) {
        $0.bind(":lane", lane.rawValue)
        $0.bind(":kind", current.rawValue)
      } read: {
        $0.timestamp(0)
      }
      times += [head].compactMap { $0 }
      kind = try firstKind(waitingIn: lane, after: current.rawValue, connection)
    }
    return times.min()
  }

  /// What waits in order is to run when it came, and what came later did so at later times.
  private func timeOfFirst(
    _ span: LaneSpan?, _ connection: SQLiteConnection
  ) throws -> Timestamp? {
    guard let span = span?.inOrder else { return nil }
    return try connection.first(
      "SELECT enqueued_at FROM jobs WHERE id >= :id ORDER BY id LIMIT 1"
    ) {
      $0.bind(":id", span.lowerBound)
    } read: {
      $0.timestamp(0)
    }
  }
}
