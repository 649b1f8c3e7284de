import Core
import Testing

@testable import Queue

/// What an attempt's end means for its job: every class of error with every definition's answer to it.
struct FinishPolicyTests {
  private let now = Timestamp(seconds: 1_780_000_000)

  private func definition(retryOn: Set<ErrorClass>) -> JobDefinition {
    let policy = RetryPolicy(
      attempts: 3, backoff: Backoff(base: .seconds(10), factor: 2, cap: .seconds(300), jitter: 0),
      within: .hours(2))
    return JobDefinition(
      kind: .booking, carriedOutBy: .worker, description: "d", queue: "q", priority: 0,
      retry: Dictionary(uniqueKeysWithValues: retryOn.map { ($0, policy) }),
      timeout: .seconds(30), lease: .seconds(60), keepCompletedDays: 1, keepDiscardedDays: 1,
      supersedes: [], voids: nil, schedule: nil,
      payload: PayloadDefinition(version: 1, fields: []))
  }

  private func job(attempt: Int = 1, deadline: Timestamp? = nil) -> ClaimedJob {
    ClaimedJob(
      lease: Lease(job: JobID(number: 1), fence: 1), kind: .booking, payload: "{}",
      attempt: attempt, maxAttempts: 3, deadline: deadline, startedAt: now, enqueuedAt: now)
  }

  private func finish(
    _ error: JobError, attempt: Int = 1, deadline: Timestamp? = nil,
    retryOn: Set<ErrorClass> = [.transient, .throttled, .unknownOutcome]
  ) -> Finish {
    .after(
      error, of: job(attempt: attempt, deadline: deadline),
      definition: definition(retryOn: retryOn), now: now, randomness: Randomness(seed: 1))
  }

  @Test func outcomes() {
    #expect(
      Finish.after(.completed) == Finish(next: .completed, outcome: "completed", lane: .answered))
    #expect(
      Finish.after(.snooze(until: now, reason: "later"))
        == Finish(next: .again(at: now), givesAttemptBack: true, outcome: "snooze"))
    #expect(
      Finish.after(.cancel(reason: "not needed"))
        == Finish(next: .cancelled(reason: "not needed"), outcome: "cancel"))
    #expect(
      Finish.handedBack(at: now)
        == Finish(next: .again(at: now), givesAttemptBack: true, outcome: "handedBack"))
  }

  @Test(arguments: ErrorClass.allCases)
  func aClassThatIsRetriedComesAgainAfterTheBackoff(_ kind: ErrorClass) {
    let error = JobError(kind, "words")
    let finish = finish(error, attempt: 2, retryOn: [kind])
    if kind == .needsOwner {
      #expect(
        finish
          == Finish(
            next: .parked(reason: "words"), givesAttemptBack: true, outcome: "park", error: error,
            lane: .needsOwner("words")))
    } else {
      #expect(finish.next == .again(at: now + .seconds(20)))
      #expect(finish.outcome == "retry")
      #expect(finish.error == error)
    }
  }

  @Test(arguments: ErrorClass.allCases)
  func aClassThatIsNotEndsTheJob(_ kind: ErrorClass) {
    let finish = finish(JobError(kind, "words"), retryOn: [])
    #expect(finish.next == (kind == .needsOwner ? .parked(reason: "words") : .discarded()))
    #expect(finish.error?.kind == kind)
  }

  @Test func theLastAttemptEndsTheJob() {
    #expect(finish(JobError(.transient, "w"), attempt: 2).outcome == "retry")
    #expect(
      finish(JobError(.transient, "w"), attempt: 3).next
        == .discarded(reason: "it has been tried 3 times"))
    #expect(finish(JobError(.needsOwner, "w"), attempt: 3).next == .parked(reason: "w"))
  }

  @Test func theProvidersWordCountsWhereItIsLater() {
    func next(_ seconds: Int) -> Finish.Next {
      finish(JobError(.throttled, "w", retryAt: now + .seconds(seconds))).next
    }
    #expect(next(500) == .again(at: now + .seconds(500)))
    #expect(next(3) == .again(at: now + .seconds(10)))
  }

  @Test func noRetryIsPlannedAtOrPastTheDeadline() {
    let error = JobError(.transient, "w")
    #expect(finish(error, deadline: now + .milliseconds(10_001)).outcome == "retry")
    let tooLate = Finish.Next.discarded(reason: "the next attempt would come too late")
    #expect(finish(error, deadline: now + .seconds(10)).next == tooLate)
    let late = JobError(.throttled, "w", retryAt: now + .hours(1))
    #expect(finish(late, deadline: now + .minutes(30)).next == tooLate)
    // An owner may take until then, and not longer.
    let owner = JobError(.needsOwner, "w")
    #expect(finish(owner, deadline: now + .milliseconds(1)).next == .parked(reason: "w"))
    #expect(
      finish(owner, deadline: now).next == .discarded(reason: "the meeting's time had come"))
  }

  @Test func noRetryIsPlannedPastItsClasssTime() {
    func next(_ wait: Duration) -> Finish.Next {
      finish(JobError(.throttled, "w", retryAt: now + wait)).next
    }
    #expect(next(.hours(2)) == .again(at: now + .hours(2)))
    #expect(
      next(.hours(2) + .milliseconds(1))
        == .discarded(reason: "it has been tried for 7200 seconds"))
  }

  /// What an attempt says of the account it used: only silence speaks against it.
  @Test(arguments: [
    (ErrorClass.transient, LaneReport.failed("w")), (.unknownOutcome, .failed("w")),
    (.conflict, .answered), (.permanent, .answered), (.needsOwner, .needsOwner("w")),
  ])
  func whatAFailureSaysOfItsLane(_ kind: ErrorClass, _ report: LaneReport) {
    for retryOn in [[], [kind]] as [Set<ErrorClass>] {
      #expect(finish(JobError(kind, "w"), retryOn: retryOn).lane == report)
    }
  }

  @Test func patienceIsTheWholeLanes() {
    let until = now + .seconds(90)
    #expect(
      finish(JobError(.throttled, "w", retryAt: until)).lane == .throttled(until: until, "w"))
    #expect(
      finish(JobError(.throttled, "w")).lane == .throttled(until: now + .seconds(10), "w"))
  }

  @Test func verdictsEndAJob() {
    #expect(
      Finish.after(.cancel, reason: "cancelled by Grace")
        == Finish(next: .cancelled(reason: "cancelled by Grace"), outcome: "cancel"))
    #expect(Finish.after(.discard, reason: "r").next == .discarded(reason: "r"))
    #expect(Finish.after(.poison, reason: nil).next == .discarded(reason: "poison"))
  }
}
