import Core

/// So many in a while, as a bucket that holds `count` and fills evenly: all at once after a rest, then one by
/// one. All that is to be known of a bucket is the instant at which it will be full (the generic cell rate
/// algorithm of ITU-T I.371 told by its other end), so that a row of one number keeps it.
struct RateLimit: Sendable, Equatable {
  let count: Int
  let period: Duration

  enum Verdict: Equatable, Sendable {
    case taken(fullAt: Timestamp)
    /// One will be there again after so long.
    case refused(wait: Duration)
  }

  /// What it takes for one to come back.
  var interval: Duration { period / count }

  /// Takes one from a bucket that is full at `fullAt`; nil is a full one.
  func take(fullAt: Timestamp?, now: Timestamp) -> Verdict {
    // A clock that was set back must not make anybody wait for longer than an empty bucket does.
    let present = min(max(fullAt ?? now, now), now + period)
    let next = present + interval
    if next > now + period { return .refused(wait: next - (now + period)) }
    return .taken(fullAt: next)
  }

  func giveBack(fullAt: Timestamp) -> Timestamp { fullAt - interval }
}
