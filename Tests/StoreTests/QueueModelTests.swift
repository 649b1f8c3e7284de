import Core
import Queue
import Store
import TestSupport
import Testing

/// Random histories of two processes on one file, against the model, step by step.
struct QueueModelTests {
  @Test(arguments: 1...200)
  func theQueueDoesWhatTheModelDoes(seed: UInt64) throws {
    var history = try QueueHistory(seed: seed)
    for step in 1...40 {
      let action = try history.step()
      if let difference = try history.difference() {
        Issue.record("seed \(seed), step \(step), after \(action): \(difference)")
        return
      }
    }
    try history.expectAttempts()
    history.end()
  }
}

private struct QueueHistory {
  private let world: StoreWorld
  private let randomness: Randomness
  private var model = QueueModel()
  /// The processes that live, by the number that the model knows them by.
  private var processes: [(number: Int, store: Store)]
  private var processCount = 2
  /// Every claim that was ever given: most leases are lost.
  private var claims: [ClaimedJob] = []

  init(seed: UInt64) throws {
    world = try StoreWorld(inMemory: true)
    randomness = Randomness(seed: seed)
    processes = [(1, try world.openProcess("process-1")), (2, try world.openProcess("process-2"))]
  }

  private func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
  private var now: Timestamp { world.time.now() }

  /// Does one thing to both and returns what it was.
  mutating func step() throws -> String {
    switch pick(12) {
    case 0, 1, 2: return try enqueue()
    case 3, 4: return try claim()
    case 5, 6, 7: return try finish()
    case 8: return try extend()
    case 9:
      world.time.advance(.seconds(pick(60)))
      return "a while"
    case 10: return try pick(3) == 0 ? die() : rescue()
    default: return try retry()
    }
  }

  private mutating func enqueue() throws -> String {
    let priority = pick(4)
    let sequence = [nil, "a", "b"][pick(3)]
    let runAt = now + .seconds(pick(3) * 10)
    _ = try processes[pick(2)].store.enqueue(
      .plain("kind\(priority)", sequence: sequence, runAt: runAt))
    model.enqueue(priority: priority, sequence: sequence, runAt: runAt)
    return "enqueue"
  }

  private mutating func claim() throws -> String {
    let process = processes[pick(2)]
    let limit = 1 + pick(3)
    let claimed = try process.store.claim(limit: limit, lease: .seconds(20))
    let expected = model.claim(
      limit, by: process.number, until: now + .seconds(20), now: now)
    #expect(claimed.jobs.map(\.lease) == expected)
    #expect(claimed.nextRunAt == (expected.count < limit ? model.nextRunAt() : nil))
    claims += claimed.jobs
    return "claim"
  }

  private mutating func finish() throws -> String {
    if claims.isEmpty { return "nothing" }
    let job = claims[pick(claims.count)]
    let lease = job.lease
    let finishes = [
      Finish.completed, .discarded, .cancelled, .parked, .retry(at: now + .seconds(pick(20))),
      .snooze(until: now + .seconds(pick(20))), .handedBack(at: now),
    ]
    let finish = finishes[pick(finishes.count)]
    let isValid = model.finish(lease, finish)
    let store = processes[pick(2)].store
    #expect(
      try isOurs { try store.finish(job, finish) } == isValid)
    return "finish \(lease) \(finish.outcome)"
  }

  private mutating func extend() throws -> String {
    if claims.isEmpty { return "nothing" }
    let lease = claims[pick(claims.count)].lease
    let isValid = model.extend(lease, until: now + .seconds(30))
    let store = processes[pick(2)].store
    #expect(try store.extend([lease], by: .seconds(30)).isEmpty == isValid)
    return "extend \(lease)"
  }

  private func isOurs(_ body: () throws -> Void) throws -> Bool {
    do {
      try body()
      return true
    } catch is JobStoreError {
      return false
    }
  }

  /// One of the two dies and another is started in its place.
  private mutating func die() throws -> String {
    let seat = pick(2)
    processes[seat].store.close()
    model.die(processes[seat].number)
    processCount += 1
    processes[seat] = (processCount, try world.openProcess("process-\(processCount)"))
    return "death"
  }

  private mutating func rescue() throws -> String {
    let process = processes[pick(2)]
    #expect(
      try process.store.rescueOrphans(at: world.time.monotonic())
        == model.rescue(by: process.number, now: now))
    return "rescue"
  }

  private mutating func retry() throws -> String {
    let id = 1 + pick(model.jobs.count + 1)
    let store = processes[pick(2)].store
    #expect(
      try store.retry(JobID(number: Int64(id)), of: nil) == model.retry(id, now: now))
    return "retry \(id)"
  }

  /// What the file says and the model does not, or nil.
  func difference() throws -> String? {
    let records = try world.store.jobs(JobQuery(organization: nil, limit: 1000)).reversed()
    if records.count != model.jobs.count { return "\(records.count) jobs" }
    for (record, job) in zip(records, model.jobs) {
      let holder = model.holder(of: job).map { JobID(number: Int64($0)) }
      // An ended job waits for nobody.
      let heldBy = job.state.isFinal ? nil : holder
      let isSame =
        record.id.number == Int64(job.id) && record.state == job.state
        && record.attempt == job.attempt && record.maxAttempts == job.maxAttempts
        && record.fence == job.fence && record.runAt == job.runAt && record.heldBy == heldBy
      if !isSame { return "\(record) is not \(job)" }
    }
    return nil
  }

  func expectAttempts() throws {
    for job in model.jobs {
      let attempts = try world.store.attempts(of: JobID(number: Int64(job.id)))
      #expect(attempts.map(\.outcome) == job.outcomes)
      #expect(attempts.map(\.fence) == attempts.indices.map { $0 + 1 })
    }
  }

  func end() { for process in processes { process.store.close() } }
}
