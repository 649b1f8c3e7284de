import Core
import Glibc
import Dispatch
import Queue
import StoreTestSupport
import Synchronization
import TestSupport
import WorkersTestSupport
import Testing

@testable import Workers

@Suite struct WorkerPoolTests {
  @Test func asManyRunAsThereAreSeats() throws {
    let (begun, gate) = (Awaited<JobID>(), Gate())
    let atOnce = Mutex((now: 0, most: 0))
    let world = try PoolWorld(seats: 2) { job throws(JobError) in
      atOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      begun.give(job.lease.job)
      try? gate.pass()
      atOnce.withLock { $0.now -= 1 }
      return Handled(.completed)
    }
    for _ in 0..<5 { try world.enqueue() }
    try world.start()
    let first = try begun.take(2)
    #expect(Set(first.map(\.number)) == [1, 2])
    #expect(try world.stored.jobs().map(\.state).count { $0 == .executing } == 2)
    #expect(world.store.limits.allSatisfy { $0 <= 2 })

    gate.open()
    _ = try world.store.finished.take(5)
    #expect(try world.stored.jobs().allSatisfy { $0.state == .completed })
    #expect(atOnce.withLock { $0.most } == 2)
  }

  @Test func theSignalOfAnEnqueueWakesIt() throws {
    let world = try PoolWorld()
    try world.start()
    #expect(try world.store.claimed.take().jobs.isEmpty)
    let job = try world.enqueue()
    #expect(try world.store.finished.take() == job)
  }

  @Test func aTimerWakesItForTheNextJob() throws {
    let world = try PoolWorld()
    let time = world.stored.time
    try world.enqueue(runAt: time.now() + .hours(1))
    try world.start()
    #expect(try world.store.claimed.take().nextRunAt == time.now() + .hours(1))
    // One that comes first plans the timer anew.
    let soon = try world.enqueue(runAt: time.now() + .milliseconds(40))
    #expect(try world.store.claimed.take().nextRunAt == time.now() + .milliseconds(40))
    time.advance(.milliseconds(40))
    #expect(try world.store.finished.take() == soon)
    #expect(try world.stored.jobs().map(\.state) == [.available, .completed])
  }

  @Test func aClaimThatFailedIsTriedAgainByTheSweep() throws {
    let world = try PoolWorld(sweep: .milliseconds(10))
    world.store.refuseNextClaim()
    let job = try world.enqueue()
    try world.start()
    #expect(try world.store.finished.take() == job)
    #expect(world.lines.named("claimFailed").isEmpty == false)
  }

  @Test func jobsOfOneSequenceRunInOrderHoweverManySeatsThereAre() throws {
    let order = Mutex<[Int64]>([])
    let world = try PoolWorld(seats: 4) { job throws(JobError) in
      order.withLock { $0.append(job.lease.job.number) }
      if job.attempt == 1 { throw JobError(.transient, "once") }
      return Handled(.completed)
    }
    for _ in 0..<4 { try world.enqueue(sequence: "one") }
    try world.start()
    for _ in 0..<4 {
      _ = try world.store.finished.take()
      // The retry; the backoff of the first attempt is at most a second.
      world.stored.time.advance(.seconds(1))
      world.pool.wake()
      _ = try world.store.finished.take()
    }
    #expect(order.withLock { $0 } == [1, 1, 2, 2, 3, 3, 4, 4])
  }

  @Test func aJobThatRunsLongKeepsItsLeaseForAsLongAsItsKindMay() throws {
    let (begun, gate) = (Awaited<JobID>(), Gate())
    let world = try PoolWorld(sweep: .milliseconds(10)) { job throws(JobError) in
      begun.give(job.lease.job)
      try? gate.pass()
      return Handled(.completed)
    }
    let job = try world.enqueue()
    try world.start()
    _ = try begun.take()
    world.stored.time.advance(.seconds(21))
    #expect(try world.store.extended.take() == job)
    // Past its kind's half minute it hangs, and is nobody's to keep alive.
    world.stored.time.advance(.seconds(21))
    world.store.swept.forget()
    _ = try world.store.swept.take(3)
    #expect(world.store.extended.isEmpty)
    gate.open()
    #expect(try world.store.finished.take() == job)
  }

  /// An operator ends it, or it has lost its lease: the calls of the running handler are told to stop.
  @Test(.timeLimit(.minutes(1)), arguments: [false, true])
  func aRunningJobThatNobodyWantsIsToldToStop(isLost: Bool) throws {
    let (begun, told) = (Awaited<JobID>(), Awaited<Bool>())
    let world = try PoolWorld(sweep: .milliseconds(10)) { job throws(JobError) in
      if job.verdict != nil || job.lease.fence > 1 { return Handled(.completed) }
      begun.give(job.lease.job)
      // As libcurl does: it asks now and then.
      while WorkLimit.current?.isCancelled == false { sched_yield() }
      told.give(true)
      throw JobError(.transient, "told to stop")
    }
    let job = try world.enqueue()
    try world.start()
    _ = try begun.take()
    if isLost {
      try world.stored.run("UPDATE jobs SET fence = fence + 1")
      world.stored.time.advance(.seconds(21))
    } else {
      _ = try world.stored.store.act(JobAction(.discard, organization: nil, by: "Grace"), on: job)
    }
    #expect(try told.take())
    if !isLost {
      #expect(try world.store.finished.take(2) == [job, job])
      #expect(try world.stored.job(job).state == .discarded)
      #expect(world.handler.told.map(\.isParked) == [false])
    }
  }

  /// Its time is its kind's, and no longer than its lease is certain.
  @Test func aRunningJobKnowsHowLongItMay() throws {
    let limits = Awaited<WorkLimit?>()
    let world = try PoolWorld { _ throws(JobError) in
      limits.give(WorkLimit.current)
      return Handled(.completed)
    }
    try world.enqueue()
    try world.start()
    let limit = try #require(try limits.take())
    let now = world.stored.time.monotonic()
    let timeout = world.stored.definitions[.booking].timeout
    #expect(limit.left(at: now) == min(timeout, .seconds(55)))
    #expect(!limit.isOver(at: now + (timeout - .milliseconds(1))))
    #expect(limit.isOver(at: now + timeout))
  }

  @Test func aSweepTakesUpWhatADyingNeighbourLeaves() throws {
    let world = try PoolWorld(sweep: .milliseconds(10))
    let neighbour = try PoolWorld(try world.stored.another())
    let job = try world.enqueue()
    let claimed = try #require(try neighbour.claimNext())
    #expect(claimed.lease.job == job)
    try world.start()
    _ = try world.store.swept.take(2)
    #expect(try world.stored.job(job).state == .executing)
    neighbour.stored.store.close()
    #expect(try world.store.finished.take() == job)
    #expect(try world.attempts(job).map(\.outcome) == ["orphaned", "completed"])
  }
}
