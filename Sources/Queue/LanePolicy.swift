import Core

/// What an account may be asked for: set for each provider in the configuration, since the limits are the
/// provider's.
package struct LanePolicy: Equatable, Sendable {
  /// Jobs of the lane that may be running at once.
  package var concurrency: Int
  /// Jobs that may begin in a second, on average; nil is as many as can.
  package var ratePerSecond: Double?
  /// How many may begin at once after a rest.
  package var burst: Int
  /// Transient failures in a row after which the breaker opens.
  package var failuresToOpen: Int
  /// How long it stays open before one job may probe: longer with each probe that fails.
  package var open: Backoff

  package init(
    concurrency: Int, ratePerSecond: Double? = nil, burst: Int = 1, failuresToOpen: Int = 5,
    open: Backoff = LanePolicy.usualOpening
  ) {
    invariant(concurrency > 0 && burst > 0 && failuresToOpen > 0, "a lane lets something through")
    invariant(ratePerSecond.map { $0 > 0 } ?? true, "a rate is positive")
    self.concurrency = concurrency
    self.ratePerSecond = ratePerSecond
    self.burst = burst
    self.failuresToOpen = failuresToOpen
    self.open = open
  }

  /// Five seconds let a restart pass; after five minutes a guest has stopped looking anyway.
  package static let usualOpening = Backoff(
    base: .seconds(5), factor: 2, cap: .seconds(300), jitter: 0.2)
}
