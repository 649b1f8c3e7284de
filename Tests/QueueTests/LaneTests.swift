import Core
import Testing

@testable import Queue

/// A lane by itself: what it lets through, and what opens and closes its breaker.
struct LaneTests {
  private let now = Timestamp(seconds: 1_780_000_000)
  private let policy = LanePolicy(
    concurrency: 3, failuresToOpen: 2,
    open: Backoff(base: .seconds(10), factor: 2, cap: .seconds(60), jitter: 0))
  private let randomness = Randomness(seed: 1)

  private func lane(_ policy: LanePolicy? = nil) -> Lane {
    Lane(id: LaneID(rawValue: "con_1"), policy: policy ?? self.policy, now: now)
  }

  private func note(_ report: LaneReport, _ lane: inout Lane, at time: Timestamp) {
    lane.note(report, now: time, policy: policy, randomness: randomness)
  }

  @Test func letsThroughAsManyAsItMay() {
    var lane = lane()
    #expect(lane.room(now: now, policy: policy) == .jobs(3))
    lane.admit(2, policy: policy)
    #expect(lane.room(now: now, policy: policy) == .jobs(1))
    lane.admit(1, policy: policy)
    #expect(lane.room(now: now, policy: policy) == .none)
    lane.admitted -= 1
    #expect(lane.room(now: now, policy: policy) == .jobs(1))
  }

  @Test func theRateHoldsOverAnyTime() {
    let limited = LanePolicy(concurrency: 100, ratePerSecond: 4, burst: 5)
    var lane = lane(limited)
    var begun = 0
    for step in 0..<1000 {
      let time = now + .milliseconds(Int64(step) * 10)
      if case .jobs(let room) = lane.room(now: time, policy: limited) {
        lane.admit(room, policy: limited)
        lane.admitted = 0
        begun += room
      }
      // The burst, and four for each second.
      #expect(Double(begun) <= 5 + 4 * Double(step) / 100 + 0.001)
    }
    #expect(begun >= 43)
  }

  @Test func saysWhenTheNextTokenComes() {
    let limited = LanePolicy(concurrency: 9, ratePerSecond: 2, burst: 1)
    var lane = lane(limited)
    lane.admit(1, policy: limited)
    guard case .later(let time) = lane.room(now: now, policy: limited) else {
      Issue.record("there is no token")
      return
    }
    #expect(time > now + .milliseconds(499) && time < now + .milliseconds(510))
    #expect(lane.room(now: time, policy: limited) == .jobs(1))
    // A clock that is set back takes nothing.
    #expect(lane.room(now: now - .hours(1), policy: limited) == .jobs(1))
  }

  @Test func theBreakerOpensProbesAndCloses() {
    var lane = lane()
    note(.failed("503"), &lane, at: now)
    #expect(lane.room(now: now, policy: policy) == .jobs(3))
    note(.failed("503"), &lane, at: now)
    #expect(lane.room(now: now, policy: policy) == .later(now + .seconds(10)))

    // One job probes; while it does, nobody else.
    let first = now + .seconds(10)
    #expect(lane.room(now: first, policy: policy) == .jobs(1))
    #expect(lane.breaker == .halfOpen)
    lane.admit(1, policy: policy)
    #expect(lane.room(now: first, policy: policy) == .none)
    lane.admitted -= 1
    // It fails: twice as long.
    note(.failed("503"), &lane, at: first)
    #expect(lane.room(now: first, policy: policy) == .later(first + .seconds(20)))

    let second = first + .seconds(20)
    #expect(lane.room(now: second, policy: policy) == .jobs(1))
    note(.answered, &lane, at: second)
    #expect(lane.room(now: second, policy: policy) == .jobs(3))
    #expect((lane.failures, lane.openings) == (0, 0))
  }

  @Test func anAnswerInBetweenBreaksTheRow() {
    var lane = lane()
    for _ in 0..<10 {
      note(.failed("503"), &lane, at: now)
      note(.answered, &lane, at: now)
    }
    #expect(lane.breaker == .closed)
  }

  @Test func onlyTheOwnerHelps() {
    var lane = lane()
    note(.needsOwner("revoked"), &lane, at: now)
    note(.answered, &lane, at: now)
    note(.failed("503"), &lane, at: now)
    #expect(lane.room(now: now + .days(30), policy: policy) == .none)
    #expect(lane.obstacle(now: now, policy: policy)?.contains("(revoked)") == true)
    lane.reset()
    #expect(lane.room(now: now, policy: policy) == .jobs(3))
    #expect(lane.obstacle(now: now, policy: policy) == nil)
  }

  @Test func patienceIsForAllAndALittleLonger() {
    var lane = lane()
    let until = now + .seconds(100)
    note(.throttled(until: until, "429"), &lane, at: now)
    // A shorter one that comes later shortens nothing.
    note(.throttled(until: now + .seconds(1), "429"), &lane, at: now)
    guard case .later(let time) = lane.room(now: now, policy: policy) else {
      Issue.record("it waits")
      return
    }
    #expect(time >= until && time <= until + .seconds(10))
    #expect(lane.room(now: time, policy: policy) == .jobs(3))
  }
}
