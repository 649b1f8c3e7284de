import Core
import Queue
import TestSupport

@testable import Store

/// One history: each step is taken by the store and by the model, and both must answer alike and be alike.
final class QueueHistory {
  private let ground: QueueGround
  private let randomness: Randomness
  private let shared: MemoryJobs.Shared
  private var memories: [MemoryJobs]
  /// Every claim that was ever given: most leases are lost.
  private var claims: [ClaimedJob] = []
  private var actions: [Int64] = []
  private(set) var trace: [String] = []

  private static let steps = 16
  private static let kinds = ["urgent0", "chore1", "slow3", "booking", "reschedule", "cancel"]
  private static let lanes = [nil, nil, "single", "double", "rated", "fragile"]

  init(seed: UInt64, on ground: QueueGround) throws {
    self.ground = ground
    randomness = Randomness(seed: seed)
    try ground.clear()
    shared = MemoryJobs.Shared(
      ground.world.time, policy: StoreWorld.policy, lanePolicy: StoreWorld.lanePolicy)
    memories = ground.processes.map { [shared] in
      MemoryJobs(
        shared, randomness: $0.twin, latestEnqueue: $0.store.latestEnqueue.withLock { $0 })
    }
  }

  func run() throws {
    for _ in 0..<Self.steps {
      try step()
      try compare()
    }
    try checkSums()
  }

  private func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
  private func one<Element>(of elements: [Element]) -> Element { elements[pick(elements.count)] }
  private var time: HandTurnedTime { ground.world.time }
  private var now: Timestamp { time.now() }

  private func step() throws {
    let seat = pick(2)
    let (store, memory) = (ground.processes[seat].store, memories[seat])
    switch pick(40) {
    case 0...9: try enqueue(store, memory)
    case 10...15: try claim(store, memory)
    case 16...23: try finish(store, memory)
    case 24: try extend(store, memory)
    case 25...28: letTimePass()
    case 29: try rescue(store, memory)
    case 30...33: try act(store, memory)
    case 34: try undo(store, memory)
    case 35: try pause(store, memory)
    case 36: try resetLane(store, memory)
    case 37: try setClock(seat)
    case 38: try pick(3) == 0 ? prune(store, memory) : makeChores(store, memory)
    default: try pick(4) == 0 ? die(seat) : intend(store, memory)
    }
  }

  /// Both do it, and answer alike.
  private func expect<Answer: Equatable>(
    _ words: String, _ stored: @autoclosure () throws -> Answer,
    _ modelled: @autoclosure () throws -> Answer
  ) throws {
    let one = "\(try answer(stored))"
    let other = "\(try answer(modelled))"
    trace.append("\(now.rfc3339) \(words): \(one)")
    if one != other { throw Difference("the store answers\n\(one), the model\n\(other)") }
  }

  private func answer<Answer>(_ body: () throws -> Answer) throws -> String {
    do {
      return "\(try body())"
    } catch let error as JobStoreError {
      return "\(error)"
    } catch let error as JobActionRefusal {
      return "\(error)"
    }
  }

  // MARK: - Steps

  private func enqueue(_ store: Store, _ memory: MemoryJobs) throws {
    let job = someJob()
    try expect(
      "enqueue \(job.kind.rawValue) \(job.sequence ?? "-") \(job.lane?.rawValue ?? "-")",
      try store.transact { try $0.enqueue(job) }, memory.enqueue(job))
  }

  private func someJob() -> NewJob {
    NewJob(
      kind: JobKind(rawValue: one(of: Self.kinds)), payload: [:],
      sequence: one(of: [nil, "a", "a", "b"]),
      lane: one(of: Self.lanes).map(LaneID.init(rawValue:)),
      uniqueKey: one(of: [nil, nil, nil, "key"]), needsApproval: pick(20) == 0,
      runAt: one(of: [nil, nil, now + .seconds(pick(3) * 10)]),
      deadline: one(of: [nil, now + .seconds(pick(200))]))
  }

  private func claim(_ store: Store, _ memory: MemoryJobs) throws {
    let limit = 1 + pick(4)
    let claimed = try store.claim(limit: limit, lease: .seconds(20))
    claims += claimed.jobs
    try expect("claim \(limit)", claimed, try memory.claim(limit: limit, lease: .seconds(20)))
  }

  private func finish(_ store: Store, _ memory: MemoryJobs) throws {
    if claims.isEmpty { return try claim(store, memory) }
    // The latest may hold its lease still.
    let job = pick(3) == 0 ? one(of: claims) : claims[claims.count - 1 - pick(min(3, claims.count))]
    let finish = someFinish()
    let effects = pick(4) == 0 ? [Effect(key: "create", state: one(of: Effect.State.allCases))] : []
    let followUps = pick(6) == 0 ? [someJob()] : []
    try expect(
      "finish \(job.lease.job) \(job.lease.fence) \(finish.next) \(finish.lane as LaneReport?)",
      try isDone { try store.finish(job, finish, effects: effects, followUps: followUps) },
      try isDone { try memory.finish(job, finish, effects: effects, followUps: followUps) })
  }

  private func isDone(_ body: () throws -> Void) throws -> Bool {
    try body()
    return true
  }

  private func someFinish() -> Finish {
    let later = now + .seconds(pick(20))
    let reports: [LaneReport?] = [
      nil, .answered, .failed("503"), .failed("timeout"), .throttled(until: later, "429"),
      .needsOwner("revoked"),
    ]
    let plain = one(
      of: [
        Finish.completed, .completed, .discarded, .cancelled, .parked, .retry(at: later),
        .retry(at: later), .snooze(until: later), .handedBack(at: now),
      ])
    return Finish(
      next: plain.next, givesAttemptBack: plain.givesAttemptBack, outcome: plain.outcome,
      error: plain.error, lane: one(of: reports))
  }

  private func extend(_ store: Store, _ memory: MemoryJobs) throws {
    if claims.isEmpty { return }
    let lease = one(of: claims).lease
    try expect(
      "extend \(lease.job)", try store.extend([lease], by: .seconds(30)),
      memory.extend([lease], by: .seconds(30)))
    try expect("give up", try store.leasesToGiveUp().sortedByJob, memory.leasesToGiveUp())
  }

  private func letTimePass() {
    time.advance(one(of: [.milliseconds(400), .seconds(3), .seconds(20), .seconds(70)]))
  }

  private func rescue(_ store: Store, _ memory: MemoryJobs) throws {
    try expect(
      "rescue", try store.rescueOrphans(at: time.monotonic()),
      memory.rescueOrphans(at: time.monotonic()))
  }

  private func act(_ store: Store, _ memory: MemoryJobs) throws {
    let id = JobID(number: Int64(1 + pick(memory.ids.count + 1)))
    let verb: JobAction.Verb = one(
      of: [
        .retry, .retry, .retry, .runNow, .cancel, .discard, .acceptEffect("create"),
        .resendEffect("create"),
      ])
    let action = JobAction(verb, organization: nil, by: "Grace")
    try expect("\(verb.name) \(id)") {
      // The numbers of what was refused are not given again, and those of before are gone.
      do {
        actions.append(try store.act(action, on: id))
        return nil
      } catch let refusal as JobActionRefusal {
        return refusal
      }
    } _: {
      do {
        _ = try memory.withModel { try $0.act(action, on: id) }
        return nil
      } catch let refusal as JobActionRefusal {
        return refusal
      }
    }
  }

  private func expect(
    _ words: String, _ stored: () throws -> JobActionRefusal?,
    _ modelled: () throws -> JobActionRefusal?
  ) throws {
    try expect(words, try stored(), try modelled())
  }

  private func undo(_ store: Store, _ memory: MemoryJobs) throws {
    if actions.isEmpty { return }
    let number = pick(actions.count)
    try expect(
      "undo \(number + 1)", try store.undo(action: actions[number], of: nil, by: "Ada")?.putBack,
      memory.withModel { $0.undo(Int64(number + 1)) })
  }

  private func pause(_ store: Store, _ memory: MemoryJobs) throws {
    let (scope, name) = one(of: [(Pause.Scope.kind, "chore1"), (.queue, "changes")])
    if pick(2) == 0 {
      let pause = Pause(scope: scope, name: name, by: "Grace")
      trace.append("\(now.rfc3339) pause \(name)")
      try store.pause(pause)
      memory.withModel { $0.pause(pause) }
    } else {
      try expect(
        "resume \(name)", try store.resume(scope, name),
        memory.withModel { $0.resume(scope, name) })
    }
  }

  private func resetLane(_ store: Store, _ memory: MemoryJobs) throws {
    guard let name = one(of: Self.lanes) else { return }
    let lane = LaneID(rawValue: name)
    try expect(
      "reset \(name)", try store.resetLane(lane), memory.withModel { $0.resetLane(lane) })
  }

  private func setClock(_ seat: Int) throws {
    let jump = Duration.seconds(1 + pick(200))
    if pick(2) == 0 {
      time.setWall(to: now + jump)
      return trace.append("\(now.rfc3339) the clock was set forward to this")
    }
    let earlier = time.monotonic()
    time.advance(.milliseconds(1))
    time.setWall(to: now - jump)
    trace.append("\(now.rfc3339) the clock was set back to this")
    // Each process sees it by itself, one of them a little later.
    for number in [seat, 1 - seat].prefix(1 + pick(2)) {
      let later = time.monotonic()
      try ground.processes[number].store.clockWentBack(by: jump, between: earlier, and: later)
      memories[number].clockWentBack(by: jump, between: earlier, and: later)
      time.advance(.milliseconds(pick(3)))
    }
  }

  private func makeChores(_ store: Store, _ memory: MemoryJobs) throws {
    let chores = [JobKind(rawValue: "chore"): Schedule(every: .seconds(60), catchUp: .once)]
    trace.append("\(now.rfc3339) chores")
    try store.makeChores(chores)
    memory.makeChores(chores)
  }

  private func prune(_ store: Store, _ memory: MemoryJobs) throws {
    let limit = now - .seconds(5)
    trace.append("\(now.rfc3339) prune")
    try store.forgetAll { _, _ in limit }
    memory.withModel { $0.prune(finishedBefore: limit) }
  }

  private func intend(_ store: Store, _ memory: MemoryJobs) throws {
    guard let job = claims.last else { return }
    try expect(
      "intend \(job.lease.job)", try isDone { try store.intend("create", by: job.lease) },
      try isDone { try memory.intend("create", by: job.lease) })
    try expect(
      "effect", try store.effect("create", of: job.lease.job),
      memory.effect("create", of: job.lease.job))
  }

  /// One of the two dies and another is started in its place.
  private func die(_ seat: Int) throws {
    trace.append("\(now.rfc3339) process \(memories[seat].process) dies")
    ground.processes[seat].store.close()
    memories[seat].die()
    ground.processes[seat] = try ground.open()
    memories[seat] = MemoryJobs(shared, randomness: ground.processes[seat].twin)
  }

  // MARK: - Whether they are alike

  private func compare() throws {
    let stored = try ground.processes[0].store.fingerprint()
    let modelled = memories[0].withModel { $0.fingerprint() }
    if stored == modelled { return }
    let lines = zip(stored.split(separator: "\n"), modelled.split(separator: "\n"))
    let differing = lines.filter { $0 != $1 }.map { "the store: \($0)\nthe model: \($1)" }
    throw Difference(
      (differing.isEmpty ? ["the store: \(stored)\nthe model: \(modelled)"] : differing)
        .joined(separator: "\n"))
  }

  /// What is counted is counted rightly, and operators see what is there.
  private func checkSums() throws {
    let store = ground.processes[0].store
    let miscounts = try store.miscounts()
    if miscounts != [] { throw Difference("miscounted: \(miscounts)") }
    for memory in memories.prefix(1) {
      try memory.withModel { try $0.checkPromises() }
      guard let id = memory.ids.isEmpty ? nil : one(of: memory.ids) else { continue }
      try expect("job \(id)", try store.job(id, of: nil), memory.record(of: id))
      try expect("attempts \(id)", try store.attempts(of: id), memory.attempts(of: id))
    }
    let lanes = try store.recountLanes()
    if lanes != [] { throw Difference("miscounted: \(lanes)") }
  }
}

struct Difference: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension [Lease] {
  fileprivate var sortedByJob: [Lease] { sorted { $0.job < $1.job } }
}
