import Core
import Queue

/// The queue as one would write it without a database, a disk or a second process: what the contract says,
/// in lists.
struct QueueModel {
  struct Job: Equatable {
    let id: Int
    let priority: Int
    let sequence: String?
    var state = JobState.available
    var runAt: Timestamp
    var attempt = 0
    var maxAttempts = 3
    var fence = 0
    /// While it is executing.
    var process = 0
    var leaseUntil: Timestamp?
    var outcomes: [String] = []

    /// Each step of priority counts as half a minute's wait.
    var rank: Timestamp { runAt + .seconds(30) * priority }
  }

  private(set) var jobs: [Job] = []
  private var dead: Set<Int> = []
  /// What each process has seen of the others' leases, and since when.
  private var suspects: [Int: [Suspect: Timestamp]] = [:]

  fileprivate struct Suspect: Hashable {
    let id: Int
    let fence: Int
    let until: Timestamp?
  }

  mutating func enqueue(priority: Int, sequence: String?, runAt: Timestamp) {
    jobs.append(
      Job(id: jobs.count + 1, priority: priority, sequence: sequence, runAt: runAt))
  }

  /// The first job of its sequence that has not ended, where that is another.
  func holder(of job: Job) -> Int? {
    guard let sequence = job.sequence else { return nil }
    return jobs.first { $0.sequence == sequence && !$0.state.isFinal && $0.id < job.id }?.id
  }

  mutating func claim(
    _ limit: Int, by process: Int, until lease: Timestamp, now: Timestamp
  ) -> [Lease] {
    let ready = jobs.filter {
      $0.state == .available && $0.runAt <= now && holder(of: $0) == nil
    }
    let first = ready.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    return first.prefix(limit).map { job in
      change(job.id) {
        $0.state = .executing
        $0.fence += 1
        $0.attempt += 1
        $0.process = process
        $0.leaseUntil = lease
      }
      return Lease(job: JobID(number: Int64(job.id)), fence: job.fence + 1)
    }
  }

  func nextRunAt() -> Timestamp? {
    jobs.filter { $0.state == .available && holder(of: $0) == nil }.map(\.runAt).min()
  }

  /// False where the lease is lost.
  mutating func extend(_ lease: Lease, until: Timestamp) -> Bool {
    guard holds(lease) else { return false }
    change(Int(lease.job.number)) { $0.leaseUntil = until }
    return true
  }

  mutating func finish(_ lease: Lease, _ finish: Finish) -> Bool {
    guard holds(lease) else { return false }
    change(Int(lease.job.number)) { job in
      if finish.givesAttemptBack { job.attempt -= 1 }
      job.leaseUntil = nil
      job.outcomes.append(finish.outcome)
      switch finish.next {
      case .completed: job.state = .completed
      case .cancelled: job.state = .cancelled
      case .discarded: job.state = .discarded
      case .parked: job.state = .parked
      case .again(let at):
        job.state = .available
        job.runAt = at
      }
    }
    return true
  }

  private func holds(_ lease: Lease) -> Bool {
    jobs.contains {
      $0.id == Int(lease.job.number) && $0.state == .executing && $0.fence == lease.fence
    }
  }

  mutating func die(_ process: Int) { dead.insert(process) }

  mutating func rescue(by process: Int, now: Timestamp) -> Int {
    let orphans = jobs.filter { $0.state == .executing && dead.contains($0.process) }
    let others = jobs.filter { $0.state == .executing && $0.process != process }
    let earlier = suspects[process] ?? [:]
    suspects[process] = Dictionary(
      uniqueKeysWithValues: others.map { ($0.suspect, earlier[$0.suspect] ?? now) })
    let hung = others.filter { job in
      !dead.contains(job.process) && (job.leaseUntil.map { $0 < now } ?? false)
        && now - (earlier[job.suspect] ?? now) >= .seconds(60)
    }
    for (found, outcome) in [(orphans, "orphaned"), (hung, "leaseExpired")] {
      for job in found {
        change(job.id) {
          $0.state = .available
          $0.runAt = now
          $0.leaseUntil = nil
          $0.outcomes.append(outcome)
        }
      }
    }
    return orphans.count + hung.count
  }

  /// Why it cannot be; nil where it was done.
  mutating func retry(_ id: Int, now: Timestamp) -> JobActionRefusal? {
    guard let job = jobs.first(where: { $0.id == id }) else { return .notFound }
    switch job.state {
    case .executing, .completed, .awaitingApproval: return .wrongState(job.state)
    case .available, .cancelled, .discarded, .parked: break
    }
    if job.state.isFinal, let sequence = job.sequence {
      let running = jobs.first {
        $0.sequence == sequence && $0.id > id && $0.state == .executing
      }
      if let running { return .overtaken(by: JobID(number: Int64(running.id))) }
    }
    change(id) {
      $0.state = .available
      $0.runAt = now
      $0.maxAttempts = max($0.maxAttempts, $0.attempt + 1)
    }
    return nil
  }

  private mutating func change(_ id: Int, _ body: (inout Job) -> Void) { body(&jobs[id - 1]) }
}

extension QueueModel.Job {
  fileprivate var suspect: QueueModel.Suspect {
    QueueModel.Suspect(id: id, fence: fence, until: leaseUntil)
  }
}
