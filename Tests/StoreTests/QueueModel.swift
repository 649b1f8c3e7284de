import Core
import Queue

/// The queue as one would write it without a database, a disk or a second process: what the contract says,
/// in lists. Lanes and verbs are in files of their own.
struct QueueModel {
  enum Wait { case sequence, lane }

  struct Job {
    let id: JobID
    let new: NewJob
    let policy: EnqueuePolicy
    /// Where it has limits.
    let lane: LaneID?
    let enqueuedAt: Timestamp
    var state = JobState.available
    var waitsFor: Wait?
    /// It takes a place in its lane.
    var isAdmitted = false
    var verdict: Verdict?
    var runAt: Timestamp
    var attempt = 0
    var maxAttempts: Int
    var fence = 0
    var deaths = 0
    /// While it is executing.
    var process: Int?
    var leaseUntil: Timestamp?
    var reason: String?
    var error: JobError?
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var attempts: [AttemptRecord] = []
    var effects: [String: Effect.State] = [:]

    var kind: JobKind { new.kind }
    var isReady: Bool { state == .available && waitsFor == nil }
    /// Each step of priority counts as half a minute's wait.
    var rank: Timestamp { runAt + priorityAgeing * policy.priority }
  }

  struct Process {
    var isDead = false
    /// Its row is there until somebody has cleared up behind it.
    var isListed = true
    let randomness: Randomness
    /// Since when it has seen each lease of another's as it is.
    var suspects: [Suspect: MonotonicInstant] = [:]
    var latestEnqueue: Timestamp
    /// What it has claimed so far.
    var kinds: Set<JobKind> = []
  }

  struct Suspect: Hashable {
    let id: JobID
    let fence: Int
    let until: Timestamp?
  }

  let policy: @Sendable (JobKind) -> EnqueuePolicy
  let lanePolicy: @Sendable (String) -> LanePolicy?
  var jobs: [JobID: Job] = [:]
  var newest = 0
  var processes: [Process] = []
  var lanes: [LaneID: Lane] = [:]
  /// When each is looked at again.
  var wakes: [LaneID: Timestamp] = [:]
  /// Those that have something to begin.
  var firstRanks: [LaneID: Int64] = [:]
  var pauses: [Pause] = []
  var chores: [JobKind: Timestamp] = [:]
  var actions: [Action] = []
  /// When each jump back of the clock was seen, and what was still to be dealt with.
  var jumps: [(seenAt: MonotonicInstant, by: Duration)] = []
  /// Who acts, and when: set by every verb.
  var process = 0
  var now = Timestamp(milliseconds: 0)

  var inOrder: [Job] { jobs.values.sorted { $0.id < $1.id } }

  mutating func change(_ id: JobID, _ body: (inout Job) -> Void) {
    guard var job = jobs[id] else { return }
    body(&job)
    jobs[id] = job
  }

  mutating func open(randomness: Randomness, latestEnqueue: Timestamp) -> Int {
    let latest = inOrder.last?.enqueuedAt ?? latestEnqueue
    processes.append(
      Process(randomness: randomness, latestEnqueue: max(latest, latestEnqueue)))
    return processes.count - 1
  }

  mutating func die(_ process: Int) { processes[process].isDead = true }

  // MARK: - Enqueue

  func unfinished(in sequence: String) -> [Job] {
    inOrder.filter { $0.new.sequence == sequence && !$0.state.isFinal }
  }

  func isHeld(_ job: Job) -> Bool {
    job.new.sequence.map { unfinished(in: $0).contains { $0.id < job.id } } ?? false
  }

  @discardableResult
  mutating func enqueue(_ new: NewJob) -> Enqueued {
    if let key = new.uniqueKey,
      let living = inOrder.first(where: { $0.new.uniqueKey == key && !$0.state.isFinal })
    {
      return Enqueued(id: living.id, result: .exists)
    }
    let policy = policy(new.kind)
    var isVoid = false
    if let sequence = new.sequence, !policy.supersedes.isEmpty {
      isVoid = supersede(in: sequence, by: new.kind, policy)
    }
    newest += 1
    processes[process].latestEnqueue = max(processes[process].latestEnqueue, now)
    var job = Job(
      id: JobID(number: Int64(newest)), new: new, policy: policy,
      lane: new.lane.flatMap { limits($0) == nil ? nil : $0 },
      enqueuedAt: processes[process].latestEnqueue, runAt: new.runAt ?? now,
      maxAttempts: policy.maxAttempts)
    if isVoid {
      job.state = .completed
      job.finishedAt = now
      job.reason = "what it would have undone had not begun"
    } else if new.needsApproval {
      job.state = .awaitingApproval
    } else if let sequence = new.sequence, !unfinished(in: sequence).isEmpty {
      job.waitsFor = .sequence
    } else {
      findPlace(&job)
    }
    jobs[job.id] = job
    return Enqueued(id: job.id, result: isVoid ? .void : .added)
  }

  private mutating func supersede(
    in sequence: String, by kind: JobKind, _ policy: EnqueuePolicy
  ) -> Bool {
    let living = unfinished(in: sequence)
    let unnecessary = living.filter {
      policy.supersedes.contains($0.kind) && $0.fence == 0 && $0.verdict == nil
    }
    for job in unnecessary {
      change(job.id) { [now] in
        $0.state = .cancelled
        $0.waitsFor = nil
        $0.reason = "superseded by a \(kind.rawValue) job before it began"
        $0.finishedAt = now
      }
      leaveLane(job)
    }
    if unnecessary.count == living.count { return unnecessary.contains { $0.kind == policy.voids } }
    if !unnecessary.isEmpty { releaseNext(in: sequence) }
    return false
  }

  /// The first of a sequence that has not ended goes on.
  mutating func releaseNext(in sequence: String) {
    guard var next = unfinished(in: sequence).first, next.waitsFor == .sequence else { return }
    next.waitsFor = nil
    if next.verdict == nil { findPlace(&next) }
    jobs[next.id] = next
  }

  // MARK: - Claim and finish

  func isPaused(_ kind: JobKind) -> Bool {
    pauses.contains { $0.name == ($0.scope == .kind ? kind.rawValue : policy(kind).queue) }
  }

  /// Whether a process takes the kind that lives, or of which nobody knows yet that it has died.
  func isTaken(_ kind: JobKind) -> Bool {
    processes.contains { $0.isListed && $0.kinds.contains(kind) }
  }

  func mayBegin(_ kind: JobKind) -> Bool { isTaken(kind) && !isPaused(kind) }

  private mutating func note(_ kinds: [JobKind]) {
    let areNews = kinds.contains { !isTaken($0) }
    processes[process].kinds.formUnion(kinds)
    if areNews { lookAtLanes() }
  }

  mutating func lookAtLanes() {
    for (id, lane) in lanes where lane.waiting > 0 { wakes[id] = now }
  }

  mutating func claim(limit: Int, lease: Duration, kinds: [JobKind]) -> Claim {
    note(kinds)
    lookAtDueLanes()
    let ready = inOrder.filter { $0.isReady && kinds.contains($0.kind) }
    let toEnd = ready.filter { $0.verdict != nil }
    let toRun = ready.filter { $0.verdict == nil && !isPaused($0.kind) }
    let inLanes = firstInLanes().filter { kinds.contains($0.kind) }
    let due = (toRun.filter { $0.runAt <= now } + inLanes)
      .sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    let claimed = (toEnd + due).prefix(limit).map { claim($0.id, until: now + lease) }
    lookAtDueLanes()
    if claimed.count == limit { return Claim(jobs: claimed, nextRunAt: nil) }
    let ahead = toRun.map(\.runAt).filter { $0 > now }
    return Claim(jobs: claimed, nextRunAt: (ahead + wakes.values).min())
  }

  private mutating func claim(_ id: JobID, until: Timestamp) -> ClaimedJob {
    let lane = jobs[id].flatMap { $0.waitsFor == .lane ? $0.lane : nil }
    if let lane { enter(lane) }
    change(id) { [process, now] in
      $0.state = .executing
      $0.waitsFor = nil
      $0.isAdmitted = lane != nil
      $0.fence += 1
      $0.attempt += 1
      $0.process = process
      $0.leaseUntil = until
      $0.startedAt = now
    }
    guard let job = jobs[id] else { trap("a job that was just found is there") }
    return ClaimedJob(
      lease: Lease(job: id, fence: job.fence), kind: job.kind, payload: job.new.payload,
      attempt: job.attempt, maxAttempts: job.maxAttempts, sequence: job.new.sequence,
      lane: job.isAdmitted ? job.lane : nil, verdict: job.verdict,
      reason: job.verdict == nil ? nil : job.reason, deadline: job.new.deadline, startedAt: now,
      enqueuedAt: job.enqueuedAt)
  }

  func holds(_ lease: Lease) -> Bool {
    jobs[lease.job].map { $0.state == .executing && $0.fence == lease.fence } ?? false
  }

  /// False where the lease is lost.
  mutating func extend(_ lease: Lease, by duration: Duration) -> Bool {
    guard holds(lease) else { return false }
    change(lease.job) { [now] in $0.leaseUntil = now + duration }
    return true
  }

  mutating func finish(
    _ claimed: ClaimedJob, _ finish: Finish, effects: [Effect], followUps: [NewJob]
  ) throws {
    guard holds(claimed.lease), var job = jobs[claimed.lease.job] else {
      throw JobStoreError.leaseLost(claimed.lease)
    }
    for effect in effects where job.effects[effect.key] != nil {
      job.effects[effect.key] = effect.state
    }
    end(&job, finish)
    job.attempts.append(
      AttemptRecord(
        fence: claimed.lease.fence, attempt: claimed.attempt, startedAt: claimed.startedAt,
        endedAt: now, outcome: finish.outcome, error: job.error))
    jobs[job.id] = job
    if let lane = claimed.lane {
      let rejoins = job.state == .available && job.verdict == nil
      leave(lane, reporting: finish.lane, rejoining: rejoins ? job.id : nil)
    }
    for job in followUps { enqueue(job) }
    if job.state.isFinal, let sequence = job.new.sequence { releaseNext(in: sequence) }
  }

  private func end(_ job: inout Job, _ finish: Finish) {
    job.leaseUntil = nil
    job.process = nil
    job.isAdmitted = false
    job.error = finish.error.map { JobError($0.kind, $0.message) }
    if finish.givesAttemptBack { job.attempt -= 1 }
    var reason: String?
    switch finish.next {
    case .completed: job.state = .completed
    case .cancelled(let why): (job.state, reason) = (.cancelled, why)
    case .discarded(let why): (job.state, reason) = (.discarded, why)
    case .parked(let why): (job.state, reason) = (.parked, why)
    case .again(let at): (job.state, job.runAt) = (.available, at)
    }
    job.reason = job.verdict == nil ? reason : reason ?? job.reason
    if job.state.isFinal { job.finishedAt = now }
    if job.verdict == nil { return }
    // Somebody has pronounced on it: it does not go on waiting.
    if !job.state.isFinal { job.state = .available }
    job.runAt = now
  }
}
