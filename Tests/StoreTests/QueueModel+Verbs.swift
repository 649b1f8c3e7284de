import Core
import Queue

extension QueueModel {
  /// What an operator did, with each job as it was before.
  struct Action {
    let verb: JobAction.Verb
    var before: [Job]
    var isUndone = false
  }

  /// Returns the action's number.
  mutating func act(_ action: JobAction, on id: JobID) throws(JobActionRefusal) -> Int64 {
    guard let job = jobs[id] else { throw .notFound }
    switch action.verb {
    case .retry: try checkRetry(job)
    case .runNow:
      if job.state != .available { throw .wrongState(job.state) }
      if let verdict = job.verdict { throw .decided(verdict) }
      if job.runAt <= now { throw .notWaiting }
    case .cancel, .discard:
      if job.state.isFinal { throw .wrongState(job.state) }
      if let verdict = job.verdict { throw .decided(verdict) }
    case .acceptEffect(let key), .resendEffect(let key):
      try checkRetry(job)
      if job.effects[key]?.mayHaveLanded != true { throw .noSuchEffect }
    }
    if job.state.isFinal { hold(after: job) }
    actions.append(Action(verb: action.verb, before: [job]))
    switch action.verb {
    case .retry, .runNow: makeAvailable(job)
    case .cancel: pronounce(.cancel, on: job, by: action.by)
    case .discard: pronounce(.discard, on: job, by: action.by)
    case .acceptEffect(let key):
      change(id) { $0.effects[key] = .confirmed }
      makeAvailable(job)
    case .resendEffect(let key):
      change(id) { $0.effects[key] = .absent }
      makeAvailable(job)
    }
    return Int64(actions.count)
  }

  private func checkRetry(_ job: Job) throws(JobActionRefusal) {
    switch job.state {
    case .executing, .completed, .awaitingApproval: throw .wrongState(job.state)
    case .available, .parked: if let verdict = job.verdict { throw .decided(verdict) }
    case .cancelled, .discarded:
      if let running = later(job).first(where: { $0.state == .executing }) {
        throw .overtaken(by: running.id)
      }
      let other = inOrder.first {
        $0.new.uniqueKey != nil && $0.new.uniqueKey == job.new.uniqueKey && !$0.state.isFinal
      }
      if let other { throw .replaced(by: other.id) }
    }
  }

  /// The jobs of its sequence that come after it.
  private func later(_ job: Job) -> [Job] {
    job.new.sequence.map { unfinished(in: $0).filter { $0.id > job.id } } ?? []
  }

  /// Lets the later jobs of the sequence wait again.
  private mutating func hold(after job: Job) {
    for other in later(job) where other.state == .available && other.waitsFor != .sequence {
      change(other.id) { $0.waitsFor = .sequence }
      leaveLane(other)
    }
  }

  private mutating func makeAvailable(_ before: Job) {
    if before.state == .available { leaveLane(before) }
    guard var job = jobs[before.id] else { return }
    job.state = .available
    job.runAt = now
    job.finishedAt = nil
    job.reason = nil
    job.verdict = nil
    job.deaths = 0
    job.waitsFor = isHeld(before) ? .sequence : nil
    job.maxAttempts = max(job.maxAttempts, job.attempt + 1)
    if job.waitsFor == nil { findPlace(&job) }
    jobs[job.id] = job
  }

  private mutating func pronounce(_ verdict: Verdict, on before: Job, by: String) {
    if before.state == .available { leaveLane(before) }
    let isHeld = isHeld(before)
    change(before.id) { [now] in
      $0.verdict = verdict
      $0.reason = "\(verdict == .cancel ? "cancelled" : "discarded") by \(by)"
      $0.runAt = now
      if $0.state == .executing { return }
      $0.state = .available
      $0.waitsFor = isHeld ? .sequence : nil
    }
  }

  /// How many jobs were put back; nil where there is no such action, or it was undone.
  mutating func undo(_ number: Int64) -> Int? {
    let index = Int(number) - 1
    guard actions.indices.contains(index), !actions[index].isUndone else { return nil }
    actions[index].isUndone = true
    return actions[index].before.count { putBack($0) }
  }

  private mutating func putBack(_ before: Job) -> Bool {
    guard var job = jobs[before.id], job.fence == before.fence else { return false }
    if before.state == .executing {
      guard job.state == .executing else { return false }
      change(job.id) {
        $0.verdict = nil
        $0.reason = before.reason
      }
      return true
    }
    guard job.state == .available else { return false }
    leaveLane(job)
    job.state = before.state
    job.runAt = before.runAt
    job.finishedAt = before.finishedAt
    job.reason = before.reason
    job.verdict = nil
    job.maxAttempts = before.maxAttempts
    job.waitsFor = before.state == .available && isHeld(job) ? .sequence : nil
    if before.state == .available, job.waitsFor == nil { findPlace(&job) }
    jobs[job.id] = job
    if before.state.isFinal, let sequence = job.new.sequence { releaseNext(in: sequence) }
    return true
  }

  // MARK: - What an operator sees

  func record(of id: JobID) -> JobRecord? {
    guard let job = jobs[id] else { return nil }
    return JobRecord(
      id: id, kind: job.kind, organization: job.new.organization, queue: job.policy.queue,
      priority: job.policy.priority, state: job.state, payload: job.new.payload,
      sequence: job.new.sequence, lane: job.lane, obstacle: obstacle(of: job),
      verdict: job.verdict, runAt: job.runAt, deadline: job.new.deadline, attempt: job.attempt,
      maxAttempts: job.maxAttempts, fence: job.fence, reason: job.reason, error: job.error,
      enqueuedAt: job.enqueuedAt, startedAt: job.startedAt, finishedAt: job.finishedAt)
  }

  private func obstacle(of job: Job) -> JobObstacle? {
    guard job.state == .available else { return nil }
    if job.waitsFor == .sequence, let sequence = job.new.sequence,
      let first = unfinished(in: sequence).first, first.id != job.id
    {
      return .sequence(first.id)
    }
    if !isTaken(job.kind) { return .noHandler }
    if job.verdict != nil { return nil }
    let pause = pauses.first {
      $0.name == ($0.scope == .kind ? job.kind.rawValue : job.policy.queue)
    }
    if let pause { return .paused(pause) }
    guard job.waitsFor == .lane, let id = job.lane, let limits = limits(id), let lane = lanes[id]
    else { return nil }
    guard let words = lane.obstacle(now: now, policy: limits) else { return nil }
    return .lane(words, isBroken: lane.breaker != .closed)
  }
}
