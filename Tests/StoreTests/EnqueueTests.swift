import Core
import Queue
import Store
import Synchronization
import TestSupport
import Testing

struct EnqueueTests {
  private struct Oops: Error {}

  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  @Test func aTransactionThatFailsLeavesNothing() throws {
    #expect(throws: Oops.self) {
      try store.transact { ledger in
        _ = try ledger.enqueue(.plain())
        throw Oops()
      }
    }
    #expect(try store.jobs(JobQuery(organization: nil, limit: 10)) == [])
    #expect(try store.claim() == Claim(jobs: [], nextRunAt: nil))
    // Nor does a number that was given in it hold up the next.
    let id = try store.enqueue(.plain())
    #expect(try store.claim().jobs.map(\.lease.job) == [id])
  }

  @Test func keepsWhatItIsGivenAndWhatItsKindSays() throws {
    let now = world.time.now()
    let id = try store.enqueue(
      NewJob(
        kind: JobKind(rawValue: "slow3"), payload: ["name": "Zoë"], organization: "org_1",
        sequence: "s", runAt: now + .hours(1), deadline: now + .hours(2)))
    let record = try #require(try store.job(id, of: nil))
    #expect(
      record
        == JobRecord(
          id: id, kind: JobKind(rawValue: "slow3"), organization: "org_1", queue: "bookings",
          priority: 3, state: .available, payload: #"{"name":"Zoë"}"#, sequence: "s",
          // Nobody has claimed anything yet.
          obstacle: .noHandler, runAt: now + .hours(1), deadline: now + .hours(2), attempt: 0,
          maxAttempts: 3, fence: 0,
          reason: nil, error: nil, enqueuedAt: now, startedAt: nil, finishedAt: nil))
  }

  @Test func tellsThatSomethingIsReadyInTimeForItsCommit() throws {
    let claimed = Outcome<Claim>()
    let answered = Latch()
    let store = store
    // A pool that claims as soon as it is told finds the job in the commit that enqueues it.
    let asked = Atomic(false)
    store.jobsReady.connect {
      if asked.exchange(true, ordering: .relaxed) { return }
      store.claim(limit: 1, lease: .seconds(1), kinds: JobKind.ofTests) {
        claimed.keep($0)
        answered.open()
      }
    }
    let id = try store.enqueue(.plain())
    try answered.wait()
    #expect(try claimed.get().jobs.map(\.lease.job) == [id])
  }

  @Test func tellsOfEverythingThatMakesAJobReady() throws {
    let told = Atomic(0)
    func isTold(_ body: () throws -> Void) rethrows -> Bool {
      let before = told.load(ordering: .acquiring)
      try body()
      return told.load(ordering: .acquiring) > before
    }
    store.jobsReady.connect { told.wrappingAdd(1, ordering: .releasing) }
    #expect(try isTold { _ = try store.enqueue(.plain(sequence: "s")) })
    #expect(try !isTold { _ = try store.enqueue(.plain(sequence: "s")) }, "held")
    let first = try store.claimOne()
    #expect(try isTold { try store.finish(first, .retry(at: world.time.now() + .hours(1))) })
    #expect(try isTold { _ = try store.retry(first.lease.job) })
    let again = try store.claimOne()
    #expect(try isTold { try store.finish(again, .completed) }, "the next is released")
    let second = try store.claimOne()
    #expect(try !isTold { try store.finish(second, .completed) })

    _ = try store.enqueue(.plain(lane: "single"))
    let only = try store.claimOne()
    #expect(try isTold { _ = try store.enqueue(.plain(lane: "single")) })
    #expect(try store.claim().jobs == [])
    #expect(try isTold { try store.finish(only, .completed) }, "its place is free")
    let last = try store.claimOne()
    #expect(try !isTold { try store.finish(last, .completed) })

    let other = try world.openProcess("other")
    _ = try store.enqueue(.plain())
    _ = try other.claimOne()
    other.close()
    #expect(try isTold { _ = try store.rescueOrphans(at: world.time.monotonic()) })
    #expect(try !isTold { _ = try store.rescueOrphans(at: world.time.monotonic()) })
  }

  @Test func tellsOfChangesAfterTheCommit() throws {
    let id = try store.enqueue(.plain())
    let job = try store.claimOne()
    let seen = Outcome<JobState?>()
    let store = store
    let number = store.changes.listen(to: .job(id)) {
      seen.keep { try store.job(id, of: nil)?.state }
    }
    try store.finish(job, .completed)
    #expect(try seen.get() == .completed)
    store.changes.stop(number, listeningTo: .job(id))
  }
}
