import Core
import Testing

@testable import Web

/// The bucket by itself.
@Suite struct RateLimitTests {
  private let now = Timestamp(seconds: 1_780_000_000)
  private let limit = RateLimit(count: 3, period: .hours(1))

  @Test func afterARestAllAreThereAtOnceThenOneByOne() throws {
    var fullAt: Timestamp?
    for _ in 0..<3 {
      guard case .taken(let next) = limit.take(fullAt: fullAt, now: now) else {
        Issue.record("refused too early")
        return
      }
      fullAt = next
    }
    #expect(limit.take(fullAt: fullAt, now: now) == .refused(wait: .minutes(20)))
    let later = now + .minutes(15)
    #expect(limit.take(fullAt: fullAt, now: later) == .refused(wait: .minutes(5)))
    let again = now + .minutes(20)
    #expect(limit.take(fullAt: fullAt, now: again) == .taken(fullAt: again + .hours(1)))
    // One that is left alone fills up, and not beyond.
    let nextDay = now + .days(1)
    #expect(limit.take(fullAt: fullAt, now: nextDay) == .taken(fullAt: nextDay + .minutes(20)))
  }

  @Test func whatIsGivenBackCanBeTakenAgain() {
    let fullAt = now + .hours(1)
    #expect(limit.take(fullAt: fullAt, now: now) == .refused(wait: .minutes(20)))
    #expect(
      limit.take(fullAt: limit.giveBack(fullAt: fullAt), now: now) == .taken(fullAt: fullAt))
  }

  @Test("a clock that was set back a year makes nobody wait for more than an interval")
  func clockSetBack() {
    #expect(
      limit.take(fullAt: now + .days(365), now: now) == .refused(wait: .minutes(20)))
  }

  @Test("in any stretch, never more than the bucket and what has come back", arguments: [1, 2, 3])
  func neverMore(seed: UInt64) {
    let randomness = Randomness(seed: seed)
    var fullAt: Timestamp?
    var taken: [Timestamp] = []
    var time = now
    for _ in 0..<2000 {
      time = time + .seconds(Int(randomness.next() % 900))
      if case .taken(let next) = limit.take(fullAt: fullAt, now: time) {
        fullAt = next
        taken.append(time)
      }
    }
    for (first, start) in taken.enumerated() {
      for hours in 1...4 {
        let count = taken[first...].prefix { $0 - start < .hours(hours) }.count
        #expect(count <= 3 + 3 * hours, "seed \(seed)")
      }
    }
  }
}
