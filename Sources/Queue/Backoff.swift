import Core
import Foundation

/// How long a job waits before its next attempt.
package struct Backoff: Equatable, Sendable {
  package let base: Duration
  package let factor: Double
  package let cap: Duration
  package let jitter: Double

  /// A longer wait would outlive the meetings that we book.
  package static let longestCap = Duration.days(30)

  /// - Parameters:
  ///   - factor: At least 1.
  ///   - cap: At least `base`, at most `longestCap`.
  ///   - jitter: The random share of a delay, 0...1.
  package init(base: Duration, factor: Double, cap: Duration, jitter: Double) {
    invariant(
      base > .zero && base <= cap && cap <= Backoff.longestCap, "0 < base <= cap <= 30 days")
    invariant(factor >= 1 && factor.isFinite, "a backoff never shrinks")
    invariant((0...1).contains(jitter), "jitter is a share")
    self.base = base
    self.factor = factor
    self.cap = cap
    self.jitter = jitter
  }

  /// The wait after the `attempt`th attempt, counted from 1: min(cap, base × factor^(attempt − 1)),
  /// of which the last `jitter` part is random, so that jobs that failed together do not return
  /// together. Whole milliseconds. An attempt that was given back (0) waits like the first.
  package func delay(attempt: Int, randomness: Randomness) -> Duration {
    // In Double a large power becomes infinity, which the cap absorbs; no integer can overflow.
    let grown = base.milliseconds * pow(factor, Double(max(attempt, 1) - 1))
    let longest = min(cap.milliseconds, grown)
    return .milliseconds(Int64((longest * (1 - jitter * randomness.unit())).rounded()))
  }
}

extension Duration {
  fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
