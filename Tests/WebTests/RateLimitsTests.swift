import Bookings
import Core
import HTTPServer
import Intake
import Queue
import Synchronization
import Testing

@testable import Web

/// Several limits together, and what is left of them after a restart.
@Suite struct RateLimitsTests {
  private let clock = StandingClock("2026-03-02T08:00:00Z")
  private let records = KeptLimits()

  private func limits(perAddressAndLink: Int = 3, perEmail: Int = 2, perLink: Int = 4) throws
    -> RateLimits
  {
    var options = RateLimits.Options()
    options.perAddressAndLink = perAddressAndLink
    options.perEmail = perEmail
    options.perLink = perLink
    let records = records
    let limits = RateLimits(
      options, proxies: TrustedProxies([]), records: records, time: clock
    ) { _, work in records.alarm(work) }
    try limits.start()
    return limits
  }

  /// The problem with which a try ends; nil where it may go on.
  @discardableResult
  private func attempt(
    _ limits: RateLimits, from address: UInt32 = 1, about link: String = "intro",
    email: String? = nil
  ) -> Problem? {
    do throws(Problem) {
      _ = try limits.take(
        Request(remoteAddress: .ipv4(address, port: 1)), about: link, email: email)
      return nil
    } catch {
      return error
    }
  }

  @Test func anAddressMayTrySoOftenUnderOneLink() throws {
    let limits = try limits()
    for _ in 0..<3 { #expect(attempt(limits) == nil) }
    let problem = try #require(attempt(limits))
    #expect(problem.status == 429 && problem.type == "rate-limited")
    #expect(problem.headers.map(\.name) == ["Retry-After"])
    // A third of an hour, in seconds.
    #expect(problem.headers.map(\.value) == ["1200"])
    #expect(attempt(limits, about: "other") == nil)
    #expect(attempt(limits, from: 2) == nil)
    clock.stand(at: "2026-03-02T08:20:00Z")
    #expect(attempt(limits) == nil)
    #expect(attempt(limits) != nil)
  }

  @Test func aGuestsEmailCountsWhateverAddressAndLink() throws {
    let limits = try limits()
    #expect(attempt(limits, from: 1, about: "a", email: "ana@example.com") == nil)
    #expect(attempt(limits, from: 2, about: "b", email: "Ana@Example.com") == nil)
    #expect(attempt(limits, from: 3, about: "c", email: "ana@example.com") != nil)
    #expect(attempt(limits, from: 3, about: "c", email: "ben@example.com") == nil)
  }

  @Test("whoever floods a link is stopped long before the link is")
  func fair() throws {
    let limits = try limits(perAddressAndLink: 2, perLink: 4)
    for _ in 0..<100 { attempt(limits, from: 1) }
    #expect(attempt(limits, from: 2) == nil)
    #expect(attempt(limits, from: 3) == nil)
    // Now it is full, for whoever comes.
    #expect(attempt(limits, from: 4) != nil)
    #expect(attempt(limits, from: 4, about: "other") == nil)
  }

  @Test func whatWasNotAcceptedIsGivenBackButTheTryCounts() throws {
    let limits = try limits(perAddressAndLink: 5, perEmail: 1, perLink: 1)
    for _ in 0..<5 {
      let taken = try limits.take(
        Request(remoteAddress: .ipv4(1, port: 1)), about: "intro", email: "ana@example.com")
      taken.giveBack(unless: .failure(.refused(.slotTaken)))
    }
    #expect(attempt(limits, from: 1) != nil)
    #expect(attempt(limits, from: 2, email: "ana@example.com") == nil)
  }

  @Test func whatIsAcceptedTwiceUnderOneKeyCountsOnce() throws {
    let limits = try limits(perEmail: 1)
    for _ in 0..<3 {
      let taken = try limits.take(
        Request(remoteAddress: .ipv4(1, port: 1)), about: "intro", email: "ana@example.com")
      taken.giveBack(unless: .success(.sample(isRepeat: true)))
    }
    #expect(attempt(limits, from: 2, email: "ana@example.com") == nil)
  }

  @Test func aRestartForgetsNobodyWhoWasStopped() throws {
    let before = try limits()
    for _ in 0..<3 { attempt(before) }
    #expect(records.writes == 0)
    // To be refused for the first time is kept at once, and only then.
    for _ in 0..<50 { #expect(attempt(before) != nil) }
    #expect(records.writes == 1)
    let after = try limits()
    #expect(attempt(after) != nil)
    clock.stand(at: "2026-03-02T09:20:00Z")
    #expect(attempt(try limits()) == nil)
  }

  @Test("many requests are one write, about a second later")
  func oneWrite() throws {
    let limits = try limits(perAddressAndLink: 1000, perLink: 1000)
    for number in 0..<200 { attempt(limits, from: UInt32(number % 20)) }
    #expect(records.writes == 0)
    #expect(records.ringAlarms() == 1)
    #expect(records.writes == 1)
    // Nothing has changed since.
    limits.stop()
    #expect(records.writes == 1)
    attempt(limits)
    limits.stop()
    #expect(records.writes == 2)
  }

  @Test func whatTheDiskRefusesIsWrittenLater() throws {
    let limits = try limits()
    attempt(limits)
    records.breaks(true)
    records.ringAlarms()
    #expect(records.count == 0)
    records.breaks(false)
    limits.stop()
    #expect(records.count == 2)
  }

  @Test func memoryHasAnEnd() throws {
    let limits = try limits()
    for number in 0..<(RateLimits.mostKeys + 50_000) {
      attempt(limits, about: "link-\(number)")
    }
    records.ringAlarms()
    #expect(records.count < 2 * (RateLimits.mostKeys + 50_000))
    #expect(attempt(limits, about: "intro") == nil)
  }
}

extension Accepted {
  static func sample(isRepeat: Bool) -> Accepted {
    Accepted(
      booking: BookingID("bkg_1"), job: JobID(number: 1), body: [], isRepeat: isRepeat)
  }
}

/// What was kept of limits, in memory, and a second that passes when the test says so.
final class KeptLimits: RateLimitRecords {
  private struct State {
    var kept: [String: Timestamp] = [:]
    var writes = 0
    var isBroken = false
    var alarms: [@Sendable () -> Void] = []
  }

  struct Broken: Error {}

  private let state = Mutex(State())

  var writes: Int { state.withLock { $0.writes } }
  var count: Int { state.withLock { $0.kept.count } }

  func breaks(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }
  func alarm(_ work: @escaping @Sendable () -> Void) { state.withLock { $0.alarms.append(work) } }

  @discardableResult
  func ringAlarms() -> Int {
    let due = state.withLock { state in
      defer { state.alarms = [] }
      return state.alarms
    }
    due.forEach { $0() }
    return due.count
  }

  func rateLimits(fullAfter now: Timestamp) throws -> [(key: String, fullAt: Timestamp)] {
    state.withLock { $0.kept.filter { $0.value > now }.map { (key: $0.key, fullAt: $0.value) } }
  }

  func keepRateLimits(
    _ limits: [(key: String, fullAt: Timestamp)],
    completion: @escaping @Sendable (Result<Void, any Error>) -> Void
  ) {
    let isBroken = state.withLock { state in
      if state.isBroken { return true }
      state.writes += 1
      for limit in limits { state.kept[limit.key] = limit.fullAt }
      return false
    }
    completion(isBroken ? .failure(Broken()) : .success(()))
  }
}
