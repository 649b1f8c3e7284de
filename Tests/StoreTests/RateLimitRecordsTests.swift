import Core
import Store
import TestSupport
import Testing

struct RateLimitRecordsTests {
  let world: StoreWorld
  var store: Store { world.store }

  init() throws { world = try StoreWorld() }

  private func keep(_ limits: [String: Timestamp]) throws {
    let done = Awaited<Result<Void, any Error>>()
    store.keepRateLimits(limits.map { (key: $0.key, fullAt: $0.value) }) { done.give($0) }
    try done.take().get()
  }

  @Test func whatIsKeptIsReadUntilItIsFull() throws {
    let now = world.time.now()
    try keep(["a": now + .minutes(1), "b": now + .minutes(2)])
    try keep(["a": now + .minutes(3)])
    let kept = try store.rateLimits(fullAfter: now).sorted { $0.key < $1.key }
    #expect(kept.map(\.key) == ["a", "b"])
    #expect(kept.map(\.fullAt) == [now + .minutes(3), now + .minutes(2)])
    #expect(try store.rateLimits(fullAfter: now + .minutes(2)).map(\.key) == ["a"])
  }

  @Test func whatSaysNothingAnyMoreIsForgottenInBites() throws {
    let now = world.time.now()
    try keep(
      Dictionary(uniqueKeysWithValues: (0..<450).map { ("\($0)", now + .seconds($0 - 400)) }))
    var rounds = 0
    while try store.pruneLimits(now: now) { rounds += 1 }
    #expect(rounds > 1)
    #expect(try world.rows("SELECT count(*) FROM rate_limits") { $0.int(0) } == [49])
  }
}
