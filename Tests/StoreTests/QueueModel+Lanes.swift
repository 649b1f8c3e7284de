import Core
import Queue

extension QueueModel {
  func limits(_ lane: LaneID) -> LanePolicy? { lanePolicy(lane.rawValue) }

  private func lane(_ id: LaneID, _ limits: LanePolicy) -> Lane {
    lanes[id] ?? Lane(id: id, policy: limits, now: now)
  }

  /// A place for a job that is about to become available.
  mutating func findPlace(_ job: inout Job) {
    guard let id = job.lane, let limits = limits(id) else { return }
    job.waitsFor = .lane
    var lane = lane(id, limits)
    lane.waiting += 1
    lanes[id] = lane
    wake(id, at: max(job.runAt, now))
  }

  mutating func wake(_ id: LaneID, at time: Timestamp) {
    wakes[id] = min(wakes[id] ?? time, time)
  }

  mutating func lookAtDueLanes() {
    for (id, _) in wakes.filter({ $0.value <= now }) { look(at: id) }
  }

  /// Has it anything to begin, and when is it looked at again?
  mutating func look(at id: LaneID) {
    guard let limits = limits(id), var lane = lanes[id] else { return }
    (wakes[id], firstRanks[id]) = (nil, nil)
    if lane.waiting == 0 { return }
    switch lane.room(now: now, policy: limits) {
    case .none: break
    case .later(let time): wakes[id] = time
    case .jobs:
      let (due, next) = first(1, of: id)
      (wakes[id], firstRanks[id]) = (next, due.first.map { $0.rank.milliseconds })
    }
    lanes[id] = lane
  }

  /// Of each kind as many are looked at as there is room for.
  private func first(_ room: Int, of id: LaneID) -> (due: [Job], next: Timestamp?) {
    let waiting = inOrder.filter { $0.lane == id && $0.waitsFor == .lane && mayBegin($0.kind) }
    let heads = Dictionary(grouping: waiting, by: \.kind).values.map {
      $0.sorted { ($0.runAt, $0.id) < ($1.runAt, $1.id) }.prefix(room)
    }
    let due = heads.flatMap { $0.filter { $0.runAt <= now } }
      .sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }.prefix(room)
    let next = heads.compactMap { $0.first { $0.runAt > now }?.runAt }.min()
    return (Array(due), next)
  }

  /// What may begin in the lanes that have something to begin.
  func firstInLanes() -> [Job] {
    firstRanks.keys.flatMap { id -> [Job] in
      guard let limits = limits(id), var lane = lanes[id],
        case .jobs(let room) = lane.room(now: now, policy: limits)
      else { return [] }
      return first(room, of: id).due
    }
  }

  /// It has been claimed.
  mutating func enter(_ id: LaneID) {
    guard let limits = limits(id) else { return }
    lanes[id]?.waiting -= 1
    lanes[id]?.admit(1, policy: limits)
    wakes[id] = now
  }

  /// A job that had begun gives its place back.
  mutating func leave(_ id: LaneID, reporting report: LaneReport?, rejoining job: JobID?) {
    guard let limits = limits(id) else { return }
    var lane = lane(id, limits)
    lane.admitted -= 1
    if let report {
      lane.note(report, now: now, policy: limits, randomness: processes[process].randomness)
    }
    lanes[id] = lane
    wake(id, at: now)
    guard let job, var rejoining = jobs[job] else { return }
    findPlace(&rejoining)
    jobs[job] = rejoining
  }

  /// A job that had not begun goes away; `job` is as it was.
  mutating func leaveLane(_ job: Job) {
    guard let id = job.lane, job.waitsFor == .lane else { return }
    lanes[id]?.waiting -= 1
    wake(id, at: now)
  }

  mutating func resetLane(_ id: LaneID) -> Int {
    guard let limits = limits(id) else { return 0 }
    var lane = lane(id, limits)
    lane.reset()
    let parked = inOrder.filter { $0.lane == id && $0.state == .parked }
    for job in parked {
      let isHeld = isHeld(job)
      change(job.id) { [now] in
        $0.state = .available
        $0.waitsFor = isHeld ? .sequence : .lane
        $0.reason = nil
        $0.runAt = now
      }
      if !isHeld { lane.waiting += 1 }
    }
    lanes[id] = lane
    orderByMeeting(id)
    wake(id, at: now)
    return parked.count
  }

  private mutating func orderByMeeting(_ id: LaneID) {
    let waiting = inOrder.filter { $0.lane == id && $0.waitsFor == .lane }
    let first = min(now, waiting.map(\.runAt).min() ?? now)
    let byMeeting = waiting.filter {
      $0.new.deadline != nil && ($0.runAt <= now || $0.fence > 0)
    }.sorted { ($0.new.deadline ?? now, $0.id) < ($1.new.deadline ?? now, $1.id) }
    for (place, job) in byMeeting.enumerated() {
      change(job.id) { $0.runAt = first - .milliseconds(500) + .milliseconds(place + 1) }
    }
  }
}
