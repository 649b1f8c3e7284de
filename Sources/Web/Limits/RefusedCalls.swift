import Core
import Synchronization

/// How many calls that nobody believes an address may make before it is turned away unheard. Providers call from
/// addresses that many share, so that it takes a flood: a watch that a crash has orphaned calls with each change
/// of its calendar, for a week.
final class RefusedCalls: Sendable {
  static let limit = RateLimit(count: 600, period: .hours(1))
  /// Some hundred kilobytes; beyond it all are forgotten.
  static let mostKeys = 10_000

  private let time: any TimeSource
  private let fullAt = Mutex<[String: Timestamp]>([:])

  init(_ time: any TimeSource) { self.time = time }

  /// How long the address has to wait; nil where it is heard.
  func wait(of client: IPAddress) -> Duration? {
    let known = fullAt.withLock { $0[client.network] }
    guard let known, case .refused(let wait) = Self.limit.take(fullAt: known, now: time.now())
    else { return nil }
    return wait
  }

  func note(_ client: IPAddress) {
    let now = time.now()
    fullAt.withLock { known in
      if known.count >= Self.mostKeys { known = known.filter { $0.value > now } }
      if known.count >= Self.mostKeys { known = [:] }
      guard case .taken(let next) = Self.limit.take(fullAt: known[client.network], now: now) else {
        return
      }
      known[client.network] = next
    }
  }
}
