import Core
import Queue

extension QueueModel {
  mutating func rescue(at monotonic: MonotonicInstant) -> Int {
    let executing = inOrder.filter { $0.state == .executing }
    let others = executing.filter { $0.process != process }
      .sorted { ($0.process ?? 0, $0.id) < ($1.process ?? 0, $1.id) }
    let earlier = processes[process].suspects
    processes[process].suspects = Dictionary(
      uniqueKeysWithValues: others.map { ($0.suspect, earlier[$0.suspect] ?? monotonic) })
    let hung = others.filter {
      monotonic - (earlier[$0.suspect] ?? monotonic) >= .seconds(60)
    }
    var rescued = 0
    for number in processes.indices where processes[number].isDead && processes[number].isListed {
      if executing.contains(where: { $0.process == number }) { postponeSuspects() }
      var wait = Verdict.rest
      for job in executing where job.process == number {
        let isSuspect = job.deaths + 1 == Verdict.deathsOfPoison - 1
        rescue(job, "orphaned", wait: isSuspect ? wait : .zero)
        if isSuspect { wait += Verdict.apart }
        rescued += 1
      }
      forgetKinds(of: number)
    }
    for job in hung {
      guard let now = jobs[job.id], holds(Lease(job: job.id, fence: job.fence)),
        let until = now.leaseUntil, until < self.now
      else { continue }
      rescue(now, "leaseExpired")
      rescued += 1
    }
    wakeOverdue()
    return rescued
  }

  private mutating func postponeSuspects() {
    defer { lookAtLanes() }
    for job in inOrder where job.state == .available && job.deaths == Verdict.deathsOfPoison - 1 {
      guard job.verdict == nil, let startedAt = job.startedAt,
        startedAt > now - Verdict.longestRest
      else { continue }
      change(job.id) { [now] in $0.runAt = max($0.runAt, now + Verdict.rest) }
    }
  }

  private mutating func forgetKinds(of number: Int) {
    processes[number].isListed = false
    if processes[number].kinds.contains(where: { !isTaken($0) }) { lookAtLanes() }
  }

  private mutating func rescue(_ job: Job, _ outcome: String, wait: Duration = .zero) {
    let deaths = job.deaths + (outcome == "orphaned" ? 1 : 0)
    let verdict = job.verdict ?? (deaths >= Verdict.deathsOfPoison ? .poison : nil)
    let isGivenUp = deaths >= Verdict.deathsOfSilence
    let lane = job.isAdmitted ? job.lane : nil
    change(job.id) { [now] in
      $0.state = isGivenUp ? .discarded : .available
      $0.leaseUntil = nil
      $0.process = nil
      $0.isAdmitted = false
      $0.runAt = wait == .zero ? min($0.runAt, now) : now + wait
      $0.deaths = deaths
      $0.verdict = verdict
      if verdict == .poison { $0.reason = "poison" }
      if isGivenUp { $0.finishedAt = now }
      $0.attempts.append(
        AttemptRecord(
          fence: job.fence, attempt: job.attempt, startedAt: job.startedAt ?? now, endedAt: now,
          outcome: outcome, error: nil))
    }
    if let lane { leave(lane, reporting: nil, rejoining: verdict == nil ? job.id : nil) }
    if isGivenUp, let sequence = job.new.sequence { releaseNext(in: sequence) }
  }

  /// Parked jobs whose time has come go on past their lane, so that they can end.
  private mutating func wakeOverdue() {
    for job in inOrder where job.state == .parked {
      guard let deadline = job.new.deadline, deadline <= now else { continue }
      let isHeld = isHeld(job)
      change(job.id) { [now] in
        $0.state = .available
        $0.waitsFor = isHeld ? .sequence : nil
        $0.runAt = now
        $0.reason = nil
      }
    }
    for job in inOrder where job.state == .available && job.waitsFor == .lane {
      guard let deadline = job.new.deadline, deadline <= now, let lane = job.new.lane else {
        continue
      }
      change(job.id) { [now] in
        $0.waitsFor = nil
        $0.runAt = min($0.runAt, now)
      }
      lanes[lane]?.waiting -= 1
      wake(lane, at: now)
    }
  }

  mutating func clockWentBack(
    by jump: Duration, between earlier: MonotonicInstant, and later: MonotonicInstant
  ) {
    let left = jumps.filter { $0.seenAt > earlier }.reduce(jump) { $0 - $1.by }
    if left < .seconds(1) { return }
    jumps.append((seenAt: later, by: left))
    moveBack(by: left)
  }

  private mutating func moveBack(by jump: Duration) {
    for job in inOrder where job.state == .available && job.runAt > now {
      if job.fence == 0, job.runAt > job.enqueuedAt { continue }
      change(job.id) { $0.runAt = $0.runAt - jump }
    }
    for (id, lane) in lanes {
      var lane = lane
      lane.notBefore = lane.notBefore.map { $0 - jump }
      lane.openUntil = lane.openUntil.map { $0 - jump }
      lane.tokensAt = lane.tokensAt - jump
      lanes[id] = lane
      wakes[id] = lane.waiting > 0 ? now : nil
    }
  }

  mutating func pause(_ pause: Pause) {
    if !pauses.contains(where: { $0.scope == pause.scope && $0.name == pause.name }) {
      pauses.append(Pause(scope: pause.scope, name: pause.name, by: pause.by, at: now))
      pauses.sort { ($0.scope.rawValue, $0.name) < ($1.scope.rawValue, $1.name) }
    }
    lookAtLanes()
  }

  mutating func resume(_ scope: Pause.Scope, _ name: String) -> Bool {
    let count = pauses.count
    pauses.removeAll { $0.scope == scope && $0.name == name }
    lookAtLanes()
    return pauses.count < count
  }

  mutating func makeChores(_ schedules: [JobKind: Schedule]) {
    for (kind, schedule) in schedules {
      let planned = chores[kind]
      if let planned, planned > now, planned <= now + schedule.every { continue }
      if let planned, schedule.isDue(planned, now: now) {
        enqueue(
          NewJob(kind: kind, payload: ["version": 1], uniqueKey: "chore:\(kind.rawValue)"))
      }
      chores[kind] = schedule.next(after: now)
    }
  }

  /// Forgets what finished before `limit`, but for the newest job.
  mutating func prune(finishedBefore limit: Timestamp) {
    for job in inOrder.dropLast() {
      if let finishedAt = job.finishedAt, finishedAt < limit {
        jobs[job.id] = nil
        for number in actions.indices { actions[number].before.removeAll { $0.id == job.id } }
      }
    }
  }
}

extension QueueModel.Job {
  fileprivate var suspect: QueueModel.Suspect {
    QueueModel.Suspect(id: id, fence: fence, until: leaseUntil)
  }
}
