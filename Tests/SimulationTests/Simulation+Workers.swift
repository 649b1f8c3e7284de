import Bookings
import Calendars
import Core
import Queue
import StoreTestSupport
import TestSupport
import WorkersTestSupport

// Workers, and all that goes wrong around them.

extension Simulation {
  func claim() throws {
    let process = someone
    let claim = try process.claim(1 + pick(3))
    process.running += claim.jobs
    for job in claim.jobs { note("process \(process.number) claims \(name(job))") }
  }

  /// One of the claimed jobs runs, to its end or to its process's.
  func work() throws {
    guard let process = one(of: processes.filter({ !$0.running.isEmpty })) else {
      return try claim()
    }
    let job = process.running.remove(at: pick(process.running.count))
    let words = plantFault(job)
    if pick(8) == 0 {
      process.runInVain(job)
      note("process \(process.number) runs \(name(job)), \(words), and dies")
      outside.calendar.forgetFaults()
      outside.outbox.forgetFaults()
      seenMessages = outside.outbox.messages.count
      return try kill(process)
    }
    try carryOut(job, in: process)
    let outcome = try outcome(of: job, process)
    note("process \(process.number) runs \(name(job)), \(words): \(outcome)")
    outside.calendar.forgetFaults()
    outside.outbox.forgetFaults()
  }

  /// Runs the job and remembers which messages are known to have left with it.
  func carryOut(_ job: ClaimedJob, in process: SimulatedProcess) throws {
    try process.carryOut(job)
    let sent = outside.outbox.messages.dropFirst(seenMessages).map(\.id.text)
    seenMessages += sent.count
    for id in sent {
      try require(!knownMessages.contains(id), "\(id) was sent again by \(name(job))")
    }
    let record = try process.stored.job(job.lease.job)
    if record.state == .completed, record.fence == job.lease.fence { knownMessages.formUnion(sent) }
  }

  private func outcome(of job: ClaimedJob, _ process: SimulatedProcess) throws -> String {
    let record = try process.stored.job(job.lease.job)
    let error = record.error.map { " (\($0.kind.rawValue): \($0.message))" } ?? ""
    return record.state.rawValue + error
  }

  func name(_ job: ClaimedJob) -> String {
    let verdict = job.verdict.map { ", to be ended: \($0.rawValue)" } ?? ""
    return "\(job.kind.rawValue) \(job.lease.job) fence \(job.lease.fence)\(verdict)"
  }

  /// Something may go wrong in one of the calls that the job makes. Returns what, in words.
  private func plantFault(_ job: ClaimedJob) -> String {
    if job.kind == .invitation {
      guard pick(4) == 0 else { return "without a fault" }
      outside.outbox.loseAnswer()
      return "and the mail server's answer is lost"
    }
    let calls: [FakeCalendar.Call] = [.busy, .event, .create, .move, .remove]
    let call = pick(3) == 0 ? calls[pick(2)] : calls[2 + pick(3)]
    let fault: FakeCalendar.Fault
    switch pick(14) {
    case 0: fault = .refuse(.transient)
    case 1: fault = .refuse(.throttled(until: pick(2) == 0 ? nil : time.now() + .seconds(pick(90))))
    case 2: fault = .refuse(.unknownOutcome)
    case 3, 4: fault = .loseAnswer
    case 5: fault = .refuse(.needsOwner)
    case 6: fault = .refuse(.conflict([.occupied, .gone, .newer][pick(3)]))
    default: return "without a fault"
    }
    // A conflict is no answer to a question.
    if case .refuse(.conflict) = fault, call == .busy || call == .event || call == .remove {
      return "without a fault"
    }
    let faulty: FakeCalendar.Call =
      switch job.kind {
      case .booking: [.create, call].randomElement(by: randomness)
      case .follow: .changes
      case .observe: .event
      default: call
      }
    if case .refuse(.conflict) = fault, faulty == .changes || faulty == .event {
      return "without a fault"
    }
    outside.calendar.fail(faulty, fault)
    return "with \(fault) at \(faulty)"
  }

  // MARK: - The world around

  func letTimePass() {
    let wait: [Duration] = [
      .milliseconds(300), .seconds(2), .seconds(15), .minutes(1), .minutes(8),
    ]
    time.advance(wait[pick(wait.count)])
  }

  func sweep() throws {
    let process = someone
    let rescued = try process.stored.store.rescueOrphans(at: time.monotonic())
    if rescued > 0 { note("process \(process.number) rescues \(rescued)") }
    try process.stored.store.finishWhatWasBegun()
  }

  /// The provider goes down, or comes back.
  func changeWeather() {
    let outages: [ProviderError.Kind?] = [nil, nil, nil, .transient, .needsOwner, .unknownOutcome]
    let outage = outages[pick(outages.count)]
    outside.calendar.setOutage(outage)
    note("the provider is \(outage.map { "down: \($0)" } ?? "well")")
  }

  func addForeignEvent() {
    if pick(3) > 0 { return }
    let start = someSlot()
    outside.calendar.add(
      Interval(start: start, duration: .minutes(30)),
      on: pick(2) == 0 ? StoredWorld.work : StoredWorld.home)
    note("the owner is busy at \(start.rfc3339)")
  }

  /// Somebody sets the wall clock.
  func setClock() throws {
    if pick(2) == 0 {
      time.setWall(to: time.now() + .minutes(pick(120)))
      note("the clock was set forward to this")
    } else {
      let jump = Duration.minutes(1 + pick(120))
      let earlier = time.monotonic()
      time.advance(.milliseconds(1))
      time.setWall(to: time.now() - jump)
      note("the clock was set back to this")
      // Every process sees it, by itself.
      for process in processes {
        try process.stored.store.clockWentBack(
          by: jump, between: earlier, and: time.monotonic())
      }
    }
  }

  // MARK: - Deaths

  func die() throws {
    switch pick(4) {
    case 0: try killMachine()
    case 1 where processes.count == 1:
      // One beside it may be there for some kinds only.
      let kinds: [[JobKind]?] = [nil, nil, [.invitation], [.booking, .reschedule, .cancel]]
      try start(try processes[0].stored.another(), kinds: kinds[pick(kinds.count)])
      note("process \(processCount) starts beside, for \(processes[1].kinds.map(\.rawValue))")
    default: try kill(someone)
    }
  }

  /// Something kills one process after the other, each with the same jobs in its hands.
  func dieAgainAndAgain() throws {
    for _ in 0..<(2 + pick(5)) {
      time.advance(Verdict.rest + Verdict.apart * 3)
      let process = processes[0]
      let claim = try process.claim(1 + pick(3))
      process.running += claim.jobs
      for job in claim.jobs { note("process \(process.number) claims \(name(job))") }
      try kill(process)
    }
  }

  /// Without ceremony: what it has claimed stays as it is. Another one takes its place or is there already.
  func kill(_ process: SimulatedProcess) throws {
    process.stored.store.close()
    note("process \(process.number) is dead")
    if processes.count == 1 {
      let stored = try process.stored.another()
      processes.removeAll()
      try start(stored)
    } else {
      processes.removeAll { $0 === process }
    }
    let next = processes[0]
    let rescued = try next.stored.store.rescueOrphans(at: time.monotonic())
    note("process \(next.number) goes on and rescues \(rescued)")
  }

  /// The power fails in the middle of a write: what is left is the files as they were after the last commit,
  /// and a torn end of the log.
  private func killMachine() throws {
    let before = processes[0].stored
    let folder = try TemporaryFolder(inMemory: true)
    try before.folder.copyDatabase(to: folder, tornBy: randomness)
    for process in processes { process.stored.store.close() }
    note("the machine dies with \(processes.map(\.number))")
    processes = []
    try start(try before.opened(in: folder))
    let rescued = try processes[0].stored.store.rescueOrphans(at: time.monotonic())
    note("process \(processCount) starts and rescues \(rescued)")
  }
}

extension Array {
  fileprivate func randomElement(by randomness: Randomness) -> Element {
    self[Int(randomness.next() % UInt64(count))]
  }
}
