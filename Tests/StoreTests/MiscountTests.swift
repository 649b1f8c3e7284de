import Core
import Dispatch
import Queue
import Synchronization
import TestSupport
import Testing

@testable import Store

/// What is counted is compared with what is there, whatever happens meanwhile.
struct MiscountTests {
  let world: StoreWorld
  var store: Store { world.store }
  private static let kinds = ["chore", "slow3"]

  init() throws { world = try StoreWorld() }

  /// Jobs of two kinds, of two organizations and of nobody, in every state.
  private func fill() throws {
    for organization in [nil, "org_1", "org_2"] {
      for kind in Self.kinds {
        for finish in [Finish.completed, .completed, .cancelled, .discarded, .parked] {
          _ = try store.enqueue(.plain(kind, organization: organization))
          try store.finish(try store.claimOne(), finish)
        }
        _ = try store.enqueue(.plain(kind, organization: organization))
        _ = try store.claimOne()
        let later = world.time.now() + .hours(1)
        _ = try store.enqueue(.plain(kind, organization: organization, runAt: later))
        _ = try store.enqueue(
          NewJob(
            kind: JobKind(rawValue: kind), payload: [:], organization: organization,
            needsApproval: true))
      }
    }
    #expect(try store.jobCounts().count == Self.kinds.count * JobState.allCases.count)
    #expect(try store.miscounts() == [])
  }

  @Test(arguments: JobState.allCases)
  func everyStateIsComparedAndCorrected(_ state: JobState) throws {
    try fill()
    let before = try store.jobCounts()
    // One that is too large, and one that is not there at all.
    try world.execute(
      """
      UPDATE job_counts SET count = count + 5 WHERE kind = 'chore' AND state = '\(state.rawValue)';
      DELETE FROM job_counts WHERE kind = 'slow3' AND state = '\(state.rawValue)';
      """)
    let miscounts = try store.miscounts()
    let expected = state == .completed ? 6 : 3
    #expect(
      miscounts == [
        JobCount(key: JobCountKey(kind: JobKind(rawValue: "chore"), state: state), count: -5),
        JobCount(key: JobCountKey(kind: JobKind(rawValue: "slow3"), state: state), count: expected),
      ])
    try store.correct(miscounts)
    #expect(try store.miscounts() == [])
    #expect(try store.jobCounts() == before)
  }

  /// A kind that is counted and of which there is no job.
  @Test func whatIsCountedAndNotThereIsFound() throws {
    try world.execute("INSERT INTO job_counts VALUES ('ghost', 'completed', 2)")
    let ghost = JobCountKey(kind: JobKind(rawValue: "ghost"), state: .completed)
    #expect(try store.miscounts() == [JobCount(key: ghost, count: -2)])
  }

  /// Jobs come, run, end in every way and are forgotten while it is compared.
  @Test(.timeLimit(.minutes(1)))
  func nothingIsMiscountedWhileJobsMove() throws {
    try fill()
    let store = store
    let limit = world.time.now() + .days(1)
    let isOver = Atomic(false)
    let writing = DispatchGroup()
    DispatchQueue(label: "writing").async(group: writing) {
      let ends: [Finish] = [.completed, .cancelled, .discarded, .parked, .completed]
      for round in 0..<60 {
        for kind in Self.kinds { _ = try? store.enqueue(.plain(kind, organization: "org_1")) }
        for (index, job) in ((try? store.claim(limit: 2).jobs) ?? []).enumerated() {
          try? store.finish(job, ends[(round + index) % ends.count])
        }
        if round % 10 == 9 { _ = try? store.forgetAll { _, _ in limit } }
      }
      isOver.store(true, ordering: .releasing)
    }
    var looks = 0
    while !isOver.load(ordering: .acquiring) {
      #expect(try store.miscounts() == [])
      looks += 1
    }
    writing.wait()
    #expect(looks > 1)
    #expect(try store.miscounts() == [])
  }
}
