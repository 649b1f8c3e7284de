import Core
import Queue
import Store
import TestSupport
import Testing

/// "Why is this job not running?" has an answer in words for every reason there is, whoever keeps the jobs.
struct WaitingForTests {
  static let kinds = JobStoreUnderTest.Kind.allCases

  private func waitingFor(_ test: JobStoreUnderTest, _ id: JobID) throws -> String? {
    try test.require(id).waitingFor(now: test.time.now())
  }

  /// A process lives that takes every kind.
  private func begun(_ kind: JobStoreUnderTest.Kind) throws -> JobStoreUnderTest {
    let test = try JobStoreUnderTest(kind)
    #expect(try test.jobs.claim().jobs == [])
    return test
  }

  @Test(arguments: kinds)
  func aFreeWorker(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    #expect(try waitingFor(test, test.enqueue(.plain())) == "a free worker")
    #expect(try waitingFor(test, test.enqueue(.plain(lane: "single"))) == "a free worker")
  }

  @Test(arguments: kinds, [nil, "single"])
  func itsTime(_ kind: JobStoreUnderTest.Kind, _ lane: String?) throws {
    let test = try begun(kind)
    let later = test.time.now() + .hours(1)
    let id = try test.enqueue(.plain(lane: lane, runAt: later))
    #expect(try waitingFor(test, id) == "its time, \(later.rfc3339)")
  }

  /// With the id of the one that comes first, not of the one before it.
  @Test(arguments: kinds)
  func theHeadOfItsSequence(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let ids = try (0..<3).map { _ in try test.enqueue(.plain(sequence: "booking:1")) }
    for id in ids.dropFirst() {
      #expect(
        try waitingFor(test, id)
          == "\(ids[0]), which comes before it in the sequence booking:1")
    }
  }

  @Test(arguments: kinds)
  func aPlaceInItsLane(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    _ = try test.enqueue(.plain(lane: "single"))
    let id = try test.enqueue(.plain(lane: "single"))
    #expect(try waitingFor(test, id) == "a free worker")
    _ = try test.jobs.claimOne()
    #expect(try waitingFor(test, id) == "a place in its lane single: 1 of 1 are taken")
  }

  @Test(arguments: kinds)
  func itsTurnAtTheRateOfItsLane(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    for _ in 0..<2 { _ = try test.enqueue(.plain(lane: "rated")) }
    #expect(try test.ready().count == 2)
    let id = try test.enqueue(.plain(lane: "rated"))
    #expect(
      try waitingFor(test, id) == "its turn in its lane rated, in which 1 may begin in a second")
  }

  @Test(arguments: kinds)
  func thePatienceThatItsProviderAskedFor(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let until = test.time.now() + .minutes(5)
    _ = try test.enqueue(.plain(lane: "single"))
    let id = try test.enqueue(.plain(lane: "single"))
    try test.jobs.finish(try test.jobs.claimOne(), .throttled(until: until))
    let words = try #require(try waitingFor(test, id))
    #expect(words.hasPrefix("the account single, whose provider asked for patience until "))
    #expect(try test.require(id).stateInWords(now: test.time.now()) == "available")
  }

  @Test(arguments: kinds)
  func theBreakerOfItsLaneWithTheTimeAndTheReason(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let ids = try (0..<3).map { _ in try test.enqueue(.plain(lane: "fragile")) }
    let now = test.time.now()
    for job in try test.ready() { try test.jobs.finish(job, .failed(at: now)) }
    let until = now + .seconds(10)
    #expect(
      try waitingFor(test, ids[2])
        == "the account fragile, which keeps failing, to be tried again at \(until.rfc3339) (503)")
    #expect(try test.require(ids[2]).stateInWords(now: now) == "parked")
    test.time.advance(.seconds(10))
    let probe = try test.jobs.claimOne().lease.job
    for id in ids where id != probe {
      #expect(
        try waitingFor(test, id)
          == "the probe of the account fragile, which kept failing, to succeed (503)")
    }
  }

  @Test(arguments: kinds)
  func itsAccountsOwner(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let parked = try test.enqueue(.plain(lane: "single"))
    let id = try test.enqueue(.plain(lane: "single"))
    try test.jobs.finish(try test.jobs.claimOne(), .needsOwner)
    #expect(try waitingFor(test, parked) == "revoked")
    #expect(
      try waitingFor(test, id)
        == "the calendar account single to be reconnected by its owner (revoked)")
    #expect(try test.require(id).stateInWords(now: test.time.now()) == "parked")
  }

  @Test(arguments: kinds, [(Pause.Scope.queue, "changes"), (.kind, "reschedule")])
  func itsQueueOrKindToBeResumed(
    _ kind: JobStoreUnderTest.Kind, _ pause: (scope: Pause.Scope, name: String)
  ) throws {
    let test = try begun(kind)
    let id = try test.enqueue(.plain("reschedule", lane: "single"))
    try test.pause(Pause(scope: pause.scope, name: pause.name, by: "Grace"))
    #expect(
      try waitingFor(test, id)
        == "its \(pause.scope.rawValue) \(pause.name), paused by Grace, to be resumed")
  }

  @Test(arguments: kinds)
  func somebodyWhoTakesItsKind(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let id = try test.enqueue(.plain("foreign"))
    #expect(try waitingFor(test, id) == "a program that has a handler for foreign")
  }

  @Test(arguments: kinds)
  func itsOwnersApproval(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let id = try test.add(
      NewJob(kind: JobKind(rawValue: "chore"), payload: [:], needsApproval: true)
    ).id
    #expect(try waitingFor(test, id) == "its owner's approval")
    #expect(try test.jobs.claim().jobs == [])
  }

  @Test(arguments: kinds)
  func itsAttemptToStop(_ kind: JobStoreUnderTest.Kind) throws {
    let test = try begun(kind)
    let id = try test.enqueue(.plain())
    let job = try test.jobs.claimOne()
    #expect(try waitingFor(test, id) == nil)
    _ = try test.act(.cancel, on: id)
    #expect(try waitingFor(test, id) == "its attempt to stop: cancel was asked for")
    try test.jobs.finish(job, .completed)
    #expect(try waitingFor(test, id) == nil)
  }
}
