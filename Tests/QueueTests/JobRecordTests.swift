import Core
import Queue
import Testing

/// A job in an operator's words.
struct JobRecordTests {
  private static let now = Timestamp(seconds: 1_780_000_000)

  private func record(
    _ state: JobState, runAt: Timestamp = now, attempt: Int = 0, obstacle: JobObstacle? = nil,
    reason: String? = nil
  ) -> JobRecord {
    JobRecord(
      id: JobID(number: 2), kind: .booking, organization: nil, queue: "q", priority: 0,
      state: state, payload: "{}", sequence: "booking:1", obstacle: obstacle, runAt: runAt,
      deadline: nil, attempt: attempt, maxAttempts: 3, fence: 0, reason: reason, error: nil,
      enqueuedAt: Self.now, startedAt: nil, finishedAt: nil)
  }

  @Test(arguments: JobState.allCases)
  func aStateIsItsOwnWordWhenItsTimeHasCome(_ state: JobState) {
    #expect(record(state, attempt: 1).stateInWords(now: Self.now) == state.rawValue)
  }

  @Test func anAvailableJobWhoseTimeIsAheadHasAnotherWord() {
    let later = Self.now + .milliseconds(1)
    #expect(record(.available, runAt: later).stateInWords(now: Self.now) == "scheduled")
    #expect(
      record(.available, runAt: later, attempt: 1).stateInWords(now: Self.now) == "retryable")
    // A completed job's runAt means nothing any more.
    #expect(record(.completed, runAt: later).stateInWords(now: Self.now) == "completed")
  }

  @Test func saysWhatItWaitsFor() {
    let later = Self.now + .seconds(60)
    func waits(_ record: JobRecord) -> String? { record.waitingFor(now: Self.now) }
    #expect(waits(record(.available)) == "a free worker")
    #expect(waits(record(.available, runAt: later)) == "its time, 2026-05-28T20:27:40Z")
    #expect(
      waits(record(.available, runAt: later, obstacle: .sequence(JobID(number: 1))))
        == "job_1, which comes before it in the sequence booking:1")
    let broken = JobObstacle.lane("the account to be reconnected", isBroken: true)
    let full = JobObstacle.lane("a place in its lane", isBroken: false)
    #expect(waits(record(.available, obstacle: full)) == "a place in its lane")
    #expect(
      waits(record(.available, runAt: later, obstacle: full)) == "its time, 2026-05-28T20:27:40Z")
    #expect(
      waits(record(.available, runAt: later, obstacle: broken)) == "the account to be reconnected")
    #expect(record(.available, obstacle: broken).stateInWords(now: Self.now) == "parked")
    #expect(
      waits(
        record(.available, obstacle: .paused(Pause(scope: .queue, name: "mail", by: "Grace"))))
        == "its queue mail, paused by Grace, to be resumed")
    #expect(
      waits(record(.available, obstacle: .noHandler)) == "a program that has a handler for booking")
    #expect(waits(record(.parked, reason: "reconnect")) == "reconnect")
    #expect(waits(record(.parked)) == "somebody to act")
    #expect(waits(record(.awaitingApproval)) == "its owner's approval")
    for state in [JobState.executing, .completed, .cancelled, .discarded] {
      #expect(waits(record(state, runAt: later)) == nil)
    }
  }

  @Test func finalStatesAreThoseThatNothingLeadsOutOf() {
    #expect(JobState.allCases.filter(\.isFinal) == [.completed, .cancelled, .discarded])
  }
}
