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
    var lane = lane(id, limits)
    let room = lane.room(now: now, policy: limits)
    job.waitsFor = .lane
    if job.runAt > now {
      wake(id, at: job.runAt)
    } else if let wake = wakes[id], wake <= now {
      // Others were there before.
    } else if case .jobs = room, mayBegin(job.kind) {
      lane.admit(1, policy: limits)
      job.waitsFor = nil
      job.isAdmitted = true
    } else if case .later(let time) = room {
      wake(id, at: time)
    }
    if job.waitsFor == .lane { lane.waiting += 1 }
    lanes[id] = lane
  }

  private mutating func wake(_ id: LaneID, at time: Timestamp) {
    wakes[id] = min(wakes[id] ?? time, time)
  }

  mutating func wakeLanes() {
    let due = wakes.filter { $0.value <= now }
    for (id, _) in due.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) { admit(to: id) }
  }

  /// A job that had begun gives its place back.
  mutating func leave(_ id: LaneID, reporting report: LaneReport?, rejoins: Bool) {
    guard let limits = limits(id) else { return }
    var lane = lane(id, limits)
    lane.admitted -= 1
    if rejoins { lane.waiting += 1 }
    let isClosed =
      report.map {
        lane.note($0, now: now, policy: limits, randomness: processes[process].randomness)
      } ?? false
    lanes[id] = lane
    if isClosed { dismissReady(from: id) }
    admit(to: id)
  }

  /// A job that had not begun goes away; `job` is as it was.
  mutating func leaveLane(_ job: Job) {
    guard let id = job.lane else { return }
    if job.isAdmitted {
      lanes[id]?.admitted -= 1
      admit(to: id)
    } else if job.waitsFor == .lane {
      lanes[id]?.waiting -= 1
    }
  }

  mutating func dismissReady(from id: LaneID) {
    guard let limits = limits(id) else { return }
    let ready = inOrder.filter { $0.lane == id && $0.isAdmitted && $0.state == .available }
    for job in ready {
      change(job.id) {
        $0.isAdmitted = false
        $0.waitsFor = .lane
      }
    }
    lanes[id]?.dismiss(ready.count, policy: limits)
  }

  /// Lets as many through as there is room for.
  mutating func admit(to id: LaneID) {
    guard let limits = limits(id), var lane = lanes[id] else { return }
    wakes[id] = nil
    defer { lanes[id] = lane }
    if lane.waiting == 0 { return }
    switch lane.room(now: now, policy: limits) {
    case .none: return
    case .later(let time): wake(id, at: time)
    case .jobs(let room):
      let waiting = inOrder.filter { $0.lane == id && $0.waitsFor == .lane && mayBegin($0.kind) }
      // Of each kind as many are looked at as there is room for.
      let heads = Dictionary(grouping: waiting, by: \.kind).values.flatMap {
        $0.sorted { ($0.runAt, $0.id) < ($1.runAt, $1.id) }.prefix(room)
      }
      let due = heads.filter { $0.runAt <= now }.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        .prefix(room)
      for job in due {
        change(job.id) {
          $0.waitsFor = nil
          $0.isAdmitted = true
        }
      }
      lane.waiting -= due.count
      lane.admit(due.count, policy: limits)
      wakes[id] = heads.map(\.runAt).filter { $0 > now }.min()
      if due.count == room, lane.waiting > 0,
        case .later(let time) = lane.room(now: now, policy: limits)
      {
        wake(id, at: time)
      }
    }
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
    admit(to: id)
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
