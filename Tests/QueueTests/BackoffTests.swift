import Core
import Queue
import Testing

@Suite struct BackoffTests {
  @Test func doublesUpToItsCap() {
    let backoff = Backoff(base: .seconds(1), factor: 2, cap: .seconds(300), jitter: 0)
    let delays = (1...11).map { backoff.delay(attempt: $0, randomness: Randomness(seed: 1)) }
    #expect(delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map { .seconds($0) })
  }

  @Test(arguments: 1...UInt64(20)) func staysWithinItsJitter(seed: UInt64) {
    let backoff = Backoff(base: .seconds(2), factor: 3, cap: .seconds(600), jitter: 0.25)
    let randomness = Randomness(seed: seed)
    for attempt in 1...12 {
      let longest = min(600, 2 * [1, 3, 9, 27, 81, 243, 729][min(attempt, 7) - 1])
      let delay = backoff.delay(attempt: attempt, randomness: randomness)
      #expect(delay >= .milliseconds(longest * 750) && delay <= .seconds(longest))
    }
  }

  @Test func jitterReachesBothEnds() {
    let backoff = Backoff(base: .seconds(10), factor: 1, cap: .seconds(10), jitter: 1)
    let randomness = Randomness(seed: 7)
    let delays = (0..<1000).map { _ in backoff.delay(attempt: 1, randomness: randomness) }
    #expect(delays.contains { $0 < .milliseconds(500) })
    #expect(delays.contains { $0 > .milliseconds(9500) })
  }

  @Test(arguments: [Int.min, -1, 0, 1, 64, 1024, 1_000_000, Int.max])
  func survivesAnyAttempt(attempt: Int) {
    let backoff = Backoff(base: .milliseconds(1), factor: 10, cap: .days(30), jitter: 0)
    let delay = backoff.delay(attempt: attempt, randomness: Randomness(seed: 1))
    #expect(delay == (attempt <= 1 ? .milliseconds(1) : .days(30)))
  }
}
