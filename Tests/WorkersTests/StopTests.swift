import Core
import Dispatch
import Queue
import StoreTestSupport
import TestSupport
import WorkersTestSupport
import Testing

@testable import Workers

@Suite struct StopTests {
  @Test func runningJobsFinishAndNothingNewBegins() throws {
    let (begun, gate) = (Awaited<JobID>(), Gate())
    let world = try PoolWorld(seats: 1) { job throws(JobError) in
      begun.give(job.lease.job)
      try? gate.pass()
      return Handled(.completed)
    }
    let (first, second) = (try world.enqueue(), try world.enqueue())
    try world.start()
    #expect(try begun.take() == first)
    let stopped = Awaited<Bool>()
    DispatchQueue(label: "stopping").async {
      world.stop()
      stopped.give(true)
    }
    gate.open()
    _ = try stopped.take()
    // It may have begun before the stop came; but nothing is left half done.
    #expect(try world.stored.job(first).state == .completed)
    let states = try world.stored.jobs().map(\.state)
    #expect(!states.contains(.executing))
    #expect(world.lines.named("poolStopped").allSatisfy { $0.contains("stillRunning=0") })

    let claims = world.store.limits.count
    try world.enqueue()
    world.pool.wake()
    #expect(world.store.limits.count == claims)
    #expect(try world.stored.job(second).state == states[1])
  }

  @Test func whatIsClaimedAndNotBegunIsHandedBackWithItsAttempt() throws {
    let world = try PoolWorld { _ throws(JobError) in
      Issue.record("it was run after the stop")
      return Handled(.completed)
    }
    try world.enqueue()
    try world.enqueue()
    let gate = world.store.holdClaims()
    try world.start()
    #expect(try world.store.claimed.take().jobs.count == 2)
    world.stop(within: .zero)
    gate.open()
    let back = try world.store.finished.take(2)
    #expect(Set(back.map(\.number)) == [1, 2])
    for job in try world.stored.jobs() {
      #expect(job.state == .available)
      #expect(job.attempt == 0)
      #expect(job.runAt == world.stored.time.now())
      #expect(try world.attempts(job.id).map(\.outcome) == ["handedBack"])
    }
  }

  @Test func atTheDeadlineItLeavesWhatStillRunsToTheNextStart() throws {
    let (begun, gate) = (Awaited<JobID>(), Gate())
    let world = try PoolWorld { job throws(JobError) in
      begun.give(job.lease.job)
      try? gate.pass()
      return Handled(.completed)
    }
    let job = try world.enqueue()
    try world.start()
    _ = try begun.take()
    world.stop(within: .milliseconds(20))
    #expect(world.lines.named("poolStopped").map { $0.contains("stillRunning=1") } == [true])

    let next = try PoolWorld(try world.stored.restarted())
    // It comes to its end when the store is closed already, and nobody listens to it.
    gate.open()
    try next.start()
    #expect(try next.store.finished.take() == job)
    #expect(try next.attempts(job).map(\.outcome) == ["orphaned", "completed"])
    #expect(try next.attempts(job).map(\.fence) == [1, 2])
  }

  @Test func anOutcomeThatCannotBeRecordedDoesNotHoldUpTheStop() throws {
    let world = try PoolWorld()
    let job = try world.enqueue()
    world.store.refuseFinishes(1000)
    try world.start()
    _ = try world.store.refused.take()
    world.stop()
    #expect(try world.stored.job(job).state == .executing)
    world.store.acceptFinishes()

    let next = try PoolWorld(try world.stored.restarted())
    try next.start()
    #expect(try next.store.finished.take() == job)
    #expect(try next.stored.job(job).state == .completed)
  }

  @Test func toStopTwiceOrWithoutAStartDoesNothing() throws {
    let world = try PoolWorld()
    try world.enqueue()
    world.stop()
    world.stop()
    #expect(try world.stored.jobs().map(\.state) == [.available])
  }
}
