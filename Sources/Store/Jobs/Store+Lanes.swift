import Core
import Queue
import SQLite

// Lanes. Only admitted jobs are among the ready ones that a claim looks through; the others wait in an index
// of their own. So however many jobs wait in a lane that lets nothing through, no claim meets one of them.
//
// A lane is looked at when one of its jobs comes or ends, when somebody resets it, and at `wake_at`.

extension Store {
  /// The lane where it has limits, nil where there are none: then it is no lane at all.
  func inUse(_ lane: LaneID, _ connection: SQLiteConnection) throws -> LaneID? {
    try policy(of: lane, connection) == nil ? nil : lane
  }

  /// Finds a place for a job that is about to become available.
  func findPlace(
    _ kind: JobKind, lane id: LaneID?, runAt: Timestamp, in transaction: Transaction
  ) throws -> Place {
    guard let id, let policy = try policy(of: id, transaction.connection) else { return .ready }
    var row = try laneRow(id, policy, in: transaction)
    let now = transaction.now
    let room = row.lane.room(now: now, policy: policy)
    var place = Place.behindItsLane
    if runAt > now {
      row.wake(at: runAt)
    } else if let wakeAt = row.wakeAt, wakeAt <= now {
      // Others wait whose time has come, or a token: they were there before, and the next claim lets them in.
    } else if case .jobs = room, try mayBegin(kind, transaction.connection) {
      row.lane.admit(1, policy: policy)
      place = .admitted
    } else if case .later(let time) = room {
      row.wake(at: time)
    }
    if place == .behindItsLane { row.lane.waiting += 1 }
    try save(row, transaction.connection)
    return place
  }

  /// Gives a job that is available and held by nothing its place.
  func place(
    _ job: WaitingJob, pastItsLane: Bool = false, in transaction: Transaction
  ) throws {
    let place =
      pastItsLane
      ? .ready : try findPlace(job.kind, lane: job.lane, runAt: job.runAt, in: transaction)
    try transaction.connection.run(
      "UPDATE jobs SET waits_for = :waitsFor, admitted = :admitted WHERE id = :id"
    ) {
      $0.bind(":waitsFor", place.waitsFor)
      $0.bind(":admitted", place == .admitted)
      $0.bind(":id", job.id.number)
    }
    if place.isReady { jobsReady.give() }
  }

  /// A job that had begun gives its place back, with what it has to say of the account. `rejoins`: it waits
  /// in the lane again.
  func leave(
    _ id: LaneID, reporting report: LaneReport?, rejoins: Bool,
    in transaction: Transaction
  ) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    row.lane.admitted -= 1
    if rejoins { row.lane.waiting += 1 }
    if let report {
      let isClosed = row.lane.note(
        report, now: transaction.now, policy: policy, randomness: randomness)
      if isClosed { try dismissReady(from: &row, policy, transaction.connection) }
    }
    try admit(to: &row, policy, in: transaction)
    if case .needsOwner = report { try tellWaitingGuests(of: id, in: transaction) }
  }

  /// A job that had not begun goes away.
  func leaveLane(_ job: LiveJob, in transaction: Transaction) throws {
    guard let id = job.lane, let policy = try policy(of: id, transaction.connection) else { return }
    if job.isAdmitted {
      var row = try laneRow(id, policy, in: transaction)
      row.lane.admitted -= 1
      try admit(to: &row, policy, in: transaction)
    } else if job.waitsFor == "lane" {
      var row = try laneRow(id, policy, in: transaction)
      row.lane.waiting -= 1
      try save(row, transaction.connection)
    }
  }

  /// Admits to the lanes whose time has come.
  func wakeLanes(in transaction: Transaction) throws {
    let due = try transaction.connection.all(
      """
      SELECT id FROM lanes INDEXED BY lanes_to_wake
      WHERE wake_at <= :now ORDER BY wake_at LIMIT :limit
      """
    ) {
      $0.bind(":now", transaction.now)
      $0.bind(":limit", Store.lanesWokenAtOnce)
    } read: {
      LaneID(rawValue: $0.string(0))
    }
    for id in due { try readmit(id, in: transaction) }
  }

  /// A claim that finds more to wake leaves them to the next: it is asked for at once.
  private static let lanesWokenAtOnce = 100

  func nextLaneWake(_ connection: SQLiteConnection) throws -> Timestamp? {
    try connection.first(
      "SELECT min(wake_at) FROM lanes INDEXED BY lanes_to_wake WHERE wake_at IS NOT NULL"
    ) { $0.optionalTimestamp(0) } ?? nil
  }

  /// Lets the next claims look anew at every lane in which jobs wait.
  func lookAtLanes(in transaction: Transaction) throws {
    let lanes = try transaction.connection.run(
      "UPDATE lanes SET wake_at = :now WHERE waiting > 0"
    ) { $0.bind(":now", transaction.now) }
    if lanes > 0 { jobsReady.give() }
  }

  /// Looks anew at what a lane can let through.
  private func readmit(_ id: LaneID, in transaction: Transaction) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    try admit(to: &row, policy, in: transaction)
  }

  /// Chooses anew, in every lane, which jobs are let through: some may no longer begin.
  func makeRoomEverywhere(in transaction: Transaction) throws {
    let lanes = try transaction.connection.all(
      "SELECT id FROM lanes WHERE admitted > 0 ORDER BY id"
    ) { LaneID(rawValue: $0.string(0)) }
    for lane in lanes { try makeRoom(in: lane, in: transaction) }
  }

  private func makeRoom(in id: LaneID, in transaction: Transaction) throws {
    guard let policy = try policy(of: id, transaction.connection) else { return }
    var row = try laneRow(id, policy, in: transaction)
    try dismissReady(from: &row, policy, transaction.connection)
    try admit(to: &row, policy, in: transaction)
  }
}
