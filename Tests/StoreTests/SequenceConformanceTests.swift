import Core
import Queue
import TestSupport
import Testing

/// "Of the jobs of one sequence, only the first that has not ended is ever claimed."
struct SequenceConformanceTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  private func enqueue(_ test: JobStoreUnderTest, _ count: Int) throws -> [JobID] {
    try (0..<count).map { _ in try test.enqueue(.plain(sequence: "booking:1")) }
  }

  private func ready(_ test: JobStoreUnderTest) throws -> [JobID] {
    try test.jobs.claim().jobs.map(\.lease.job)
  }

  @Test(arguments: kinds)
  func oneAfterTheOther(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 3)
    let other = try test.enqueue(.plain(sequence: "booking:2"))
    let first = try test.jobs.claim().jobs
    #expect(first.map(\.lease.job) == [ids[0], other])
    #expect(try test.require(ids[1]).heldBy == ids[0])
    #expect(try test.require(ids[2]).heldBy == ids[0])
    try test.jobs.finish(first[0], .completed)
    #expect(try test.require(ids[2]).heldBy == ids[1])
    #expect(try ready(test) == [ids[1]])
  }

  @Test(arguments: kinds)
  func aSequenceWaitsThroughRetriesSnoozesAndParks(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 2)
    let later = test.time.now() + .minutes(1)
    try test.jobs.finish(try test.jobs.claimOne(), .retry(at: later))
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: later))
    test.time.advance(.minutes(1))
    let again = try test.jobs.claimOne()
    #expect(again.lease.job == ids[0])
    try test.jobs.finish(again, .snooze(until: later + .minutes(1)))
    #expect(try ready(test) == [])
    test.time.advance(.minutes(1))
    try test.jobs.finish(try test.jobs.claimOne(), .parked)
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: nil))
    #expect(try test.require(ids[1]).heldBy == ids[0])
  }

  @Test(arguments: kinds)
  func everyEndReleasesTheNext(_ kind: JobStoreUnderTest.Kind) throws {
    for finish in [Finish.completed, .cancelled, .discarded] {
      let test = try JobStoreUnderTest(kind)
      let ids = try enqueue(test, 2)
      try test.jobs.finish(try test.jobs.claimOne(), finish)
      #expect(try test.require(ids[1]).heldBy == nil)
      #expect(try ready(test) == [ids[1]])
    }
  }

  @Test(arguments: kinds)
  func aJobReleasedBeforeItsTimeWaitsForIt(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    _ = try test.enqueue(.plain(sequence: "booking:1"))
    let later = test.time.now() + .hours(1)
    let second = try test.enqueue(.plain(sequence: "booking:1", runAt: later))
    let first = try test.jobs.claimOne()
    // A held job is nobody's next: its time means nothing yet.
    #expect(try test.jobs.claim().nextRunAt == nil)
    try test.jobs.finish(first, .completed)
    #expect(try test.jobs.claim() == Claim(jobs: [], nextRunAt: later))
    test.time.advance(.hours(1))
    #expect(try ready(test) == [second])
  }

  /// Even where a later one has the better priority.
  @Test(arguments: kinds)
  func aFollowUpOfTheSequenceComesLast(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    let ids = try enqueue(test, 2)
    let first = try test.jobs.claimOne()
    try test.jobs.finish(
      first, .completed,
      followUps: [.plain("urgent0", sequence: "booking:1")])
    let second = try test.jobs.claimOne()
    #expect(second.lease.job == ids[1])
    #expect(try ready(test) == [])
    try test.jobs.finish(second, .completed)
    #expect(try test.jobs.claimOne().kind.rawValue == "urgent0")
  }

  @Test(arguments: kinds)
  func anEmptySequenceStartsAtOnce(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try JobStoreUnderTest(kind)
    for _ in 0..<2 {
      let id = try enqueue(test, 1)[0]
      let job = try test.jobs.claimOne()
      #expect(job.lease.job == id)
      try test.jobs.finish(job, .completed)
    }
  }
}
