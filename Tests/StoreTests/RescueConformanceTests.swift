import Core
import Foundation
import Queue
import Store
import TestSupport
import Testing

/// Jobs of processes that died, and of living ones that hang.
struct RescueConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  @Test(arguments: kinds)
  func jobsOfTheDeadAreReadyAtOnce(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    let id = try test.enqueue(.plain(sequence: "booking:1"))
    let second = try test.enqueue(.plain(sequence: "booking:1"))
    let lost = try other.jobs.claimOne(lease: .hours(1))
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)
    #expect(try test.jobs.claim().jobs == [])
    other.die()
    test.time.advance(.seconds(1))
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 1)
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)

    let attempts = try test.attempts(id)
    #expect(attempts.map(\.outcome) == ["orphaned"])
    #expect(attempts.first?.startedAt == lost.startedAt)
    #expect(attempts.first?.endedAt == test.time.now())
    // The attempt counts, the fence is another, and its sequence still waits.
    let again = try test.jobs.claimOne()
    #expect(again.lease == Lease(job: id, fence: 2))
    #expect(again.attempt == 2)
    #expect(throws: JobStoreError.leaseLost(lost.lease)) {
      try test.jobs.finish(lost, .completed)
    }
    #expect(try test.require(second).heldBy == id)
    try test.jobs.finish(again, .completed)
    #expect(try test.jobs.claimOne().lease.job == second)
  }

  @Test(arguments: kinds)
  func jobsOfTheHungAreReadyWhenTheirLeaseIsOver(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    defer { other.die() }
    let id = try test.enqueue("chore", in: .zero)
    func rescued(after wait: Duration) throws -> Int {
      test.time.advance(wait)
      return try test.jobs.rescueOrphans(at: test.time.monotonic())
    }
    let hung = try other.jobs.claimOne(lease: .seconds(60))
    #expect(try rescued(after: .seconds(61)) == 0)
    // It lives: an extended lease is another one, and is watched anew.
    #expect(try other.jobs.extend([hung.lease], by: .seconds(30)) == [])
    #expect(try rescued(after: .seconds(59)) == 0)
    #expect(try rescued(after: .milliseconds(59_999)) == 0)
    #expect(try rescued(after: .milliseconds(1)) == 1)
    #expect(try test.attempts(id).map(\.outcome) == ["leaseExpired"])
    let again = try test.jobs.claimOne()
    #expect(again.lease == Lease(job: id, fence: 2))
    #expect(throws: JobStoreError.leaseLost(hung.lease)) {
      try other.jobs.finish(hung, .completed)
    }
    #expect(try other.jobs.extend([hung.lease], by: .hours(1)) == [hung.lease])
    try test.jobs.finish(again, .completed)
  }

  /// A clock that is set forward makes every lease look old; nobody is robbed because of it.
  @Test(arguments: kinds)
  func aWallClockThatJumpsEndsNoLease(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let other = try test.openProcess()
    defer { other.die() }
    _ = try test.enqueue("chore", in: .zero)
    let running = try other.jobs.claimOne(lease: .seconds(60))
    test.time.setWall(to: test.time.now() + .days(1))
    for _ in 0..<3 {
      #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)
      test.time.advance(.seconds(20))
      #expect(try other.jobs.extend([running.lease], by: .seconds(60)) == [])
    }
    try other.jobs.finish(running, .completed)
  }

  /// A pool knows by the monotonic clock what its own jobs do; the wall clock may have jumped.
  @Test(arguments: kinds)
  func aProcessDoesNotRescueItsOwn(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    _ = try test.enqueue("chore", in: .zero)
    let job = try test.jobs.claimOne(lease: .seconds(1))
    test.time.advance(.days(1))
    #expect(try test.jobs.rescueOrphans(at: test.time.monotonic()) == 0)
    try test.jobs.finish(job, .completed)
  }

  @Test(arguments: kinds)
  func severalMayRescueAtOnce(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let rescuers = try [test.openProcess(), test.openProcess()]
    defer { rescuers.forEach { $0.die() } }
    let dead = try test.openProcess()
    for _ in 0..<20 { _ = try test.enqueue("chore", in: .zero) }
    #expect(try dead.jobs.claim(limit: 20).jobs.count == 20)
    dead.die()
    let stores = rescuers.map(\.jobs) + [test.jobs]
    let rescued = stores.map { _ in Outcome<Int>() }
    let now = test.time.monotonic()
    inThreads(3) { number in
      rescued[number].keep { try stores[number].rescueOrphans(at: now) }
    }
    #expect(try rescued.map { try $0.get() }.reduce(0, +) == 20)
    #expect(try test.jobs.claim(limit: 30).jobs.count == 20)
  }

  /// A real process with a real lock, killed in the middle of a job.
  @Test func aKilledProcessLeavesItsJobToTheNext() async throws {
    let folder = try TemporaryFolder()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.path as String] in
      let store = try StoreWorld.open(folder: path, HandTurnedTime(), bootID: "killed")
      _ = try store.enqueue(.plain())
      _ = try store.claimOne(lease: .hours(1))
      kill(getpid(), SIGKILL)
    }
    let store = try StoreWorld.open(folder, HandTurnedTime(), bootID: "next")
    defer { store.close() }
    #expect(try store.claim().jobs == [])
    #expect(try store.rescueOrphans(at: SystemTime().monotonic()) == 1)
    let job = try store.claimOne()
    #expect(job.attempt == 2)
    #expect(try store.attempts(of: job.lease.job).map(\.outcome) == ["orphaned"])
    #expect(!FileManager.default.fileExists(atPath: folder.file("locks/killed.lock")))
  }
}
