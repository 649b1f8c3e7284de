import Core
import Queue
import SQLite

// Lanes. A job of a lane waits in it until it is claimed, in the order in which it came or, where it cannot, in
// an index by times: see `Store+LaneSpans.swift`. A claim does not look through these jobs: it looks at the lanes
// that have something to begin, each of which stands in its queue with its first job. So however many jobs wait
// in a lane that lets nothing through, no claim meets one of them.
//
// Whatever happens to a lane asks for it to be looked at, and the next claim does: see `Store+OpenLanes.swift`.

extension Store {
  /// The lane where it has limits, nil where there are none: then it is no lane at all.
  func inUse(_ lane: LaneID, _ connection: SQLiteConnection) throws -> LaneID? {
    try policy(of: lane, connection) == nil ? nil : lane
  }

  /// A job that is written as waiting for its lane is counted there.
  func joinLane(
    _ job: WaitingJob, isInOrder: Bool = false, in transaction: Transaction
  ) throws {
    guard let id = job.lane else { return }
    let row = try laneToChange(id, in: transaction)
    row.lane.waiting += 1
    row.heads?.add(
      ClaimCandidate(
        id: job.id, kind: job.kind, runAt: job.runAt, priority: self.policy(job.kind).priority,
        isInOrder: isInOrder))
    row.wake(at: max(job.runAt, transaction.now))
    jobsReady.give()
  }

  /// Gives a job that is available and held by nothing its place.
  func place(
    _ job: WaitingJob, pastItsLane: Bool = false, in transaction: Transaction
  ) throws {
    let connection = transaction.connection
    let isInLane = try !pastItsLane && job.lane.flatMap { try inUse($0, connection) } != nil
    let place: Place = isInLane ? .inItsLane : .ready
    try connection.run("UPDATE jobs SET waits_for = :waitsFor WHERE id = :id") {
      $0.bind(":waitsFor", place.waitsFor)
      $0.bind(":id", job.id.number)
    }
    if place == .inItsLane { try joinLane(job, in: transaction) } else { jobsReady.give() }
  }

  /// A job that was running gives its place back, with what it has to say of the account.
  func leave(
    _ id: LaneID, reporting report: LaneReport?, in transaction: Transaction
  ) throws {
    let row = try laneToChange(id, in: transaction)
    row.lane.admitted -= 1
    if let report {
      row.lane.note(report, now: transaction.now, policy: row.policy, randomness: randomness)
    }
    row.wake(at: transaction.now)
    if row.lane.waiting > 0 { jobsReady.give() }
    if case .needsOwner = report { try tellWaitingGuests(of: id, in: transaction) }
  }

  /// A job that has not begun goes away.
  func leaveLane(_ job: LiveJob, in transaction: Transaction) throws {
    guard job.waitsFor == "lane", let id = job.lane else { return }
    let row = try laneToChange(id, in: transaction)
    row.lane.waiting -= 1
    row.forgetHeads()
    row.wake(at: transaction.now)
  }

  func nextLaneWake(_ connection: SQLiteConnection) throws -> Timestamp? {
    try connection.first(
      "SELECT min(wake_at) FROM lanes INDEXED BY lanes_to_wake WHERE wake_at IS NOT NULL"
    ) { $0.optionalTimestamp(0) } ?? nil
  }

  /// Changes all lanes by a statement: what is in memory is written before, and read anew.
  func changeLanes(
    in transaction: Transaction, _ body: (SQLiteConnection) throws -> Void
  ) throws {
    try memory.write(in: transaction)
    try body(transaction.connection)
    memory.change { $0.lanes = LaneMemory() }
  }

  /// Lets the next claims look anew at every lane in which jobs wait.
  func lookAtLanes(in transaction: Transaction) throws {
    try changeLanes(in: transaction) { connection in
      let lanes = try connection.run("UPDATE lanes SET wake_at = :now WHERE waiting > 0") {
        $0.bind(":now", transaction.now)
      }
      if lanes > 0 { jobsReady.give() }
    }
  }
}
