import Core

/// A lane as it stands: how many of its jobs are let through, and what keeps the others.
///
/// Its jobs wait in it until a claim lets them through, no more at once than its policy allows. A claim looks at
/// lanes that have room and not at what waits in the others: so a lane that is saturated, throttled or broken
/// costs the others nothing, however many jobs wait in it.
///
///               failures in a row                    its time
///     closed ───────────────────────▶ open ───────────────────────▶ half open: one job probes
///        ▲                              ▲                              │        │
///        │                              └────────── it fails ──────────┘        │
///        └──────────────────────── any job is answered ─────────────────────────┘
///
///     any ── needsOwner ──▶ needsOwner ── reset: the account is connected again ──▶ closed
package struct Lane: Equatable, Sendable {
  package enum Breaker: String, Sendable, CaseIterable {
    case closed, open, halfOpen, needsOwner
  }

  package let id: LaneID
  /// Jobs that are running.
  package var admitted = 0
  /// Jobs that wait to be let through, now or at their time.
  package var waiting = 0
  /// Jobs that may begin now without exceeding the rate, as of `tokensAt`.
  package var tokens: Double
  package var tokensAt: Timestamp
  /// The provider has asked for patience until then.
  package var notBefore: Timestamp?
  package var breaker = Breaker.closed
  /// Transient failures in a row.
  package var failures = 0
  /// Openings in a row: each lasts longer.
  package var openings = 0
  /// While it is open: when one job may probe.
  package var openUntil: Timestamp?
  /// What closed the lane, for an operator.
  package var reason: String?

  /// A lane that nobody has used yet.
  package init(id: LaneID, policy: LanePolicy, now: Timestamp) {
    self.id = id
    tokens = Double(policy.burst)
    tokensAt = now
  }
}

// MARK: - Letting through

extension Lane {
  /// How many more jobs may be admitted.
  package enum Room: Equatable, Sendable {
    case jobs(Int)
    /// None before that time.
    case later(Timestamp)
    /// None until one of its jobs ends, or somebody resets it.
    case none
  }

  /// Half opens the breaker when its time has come.
  package mutating func room(now: Timestamp, policy: LanePolicy) -> Room {
    if breaker == .needsOwner { return .none }
    if let notBefore {
      if notBefore > now { return .later(notBefore) }
      self.notBefore = nil
    }
    if breaker == .open {
      if let openUntil, openUntil > now { return .later(openUntil) }
      breaker = .halfOpen
      openUntil = nil
    }
    let limit = breaker == .halfOpen ? 1 : policy.concurrency
    if admitted >= limit { return .none }
    refill(now: now, policy: policy)
    guard let rate = policy.ratePerSecond else { return .jobs(limit - admitted) }
    if tokens < 1 { return .later(now + .seconds((1 - tokens) / rate) + .milliseconds(1)) }
    return .jobs(min(limit - admitted, Int(tokens)))
  }

  private mutating func refill(now: Timestamp, policy: LanePolicy) {
    tokens = tokens(at: now, policy: policy)
    tokensAt = now
  }

  private func tokens(at now: Timestamp, policy: LanePolicy) -> Double {
    guard let rate = policy.ratePerSecond else { return tokens }
    // A clock that was set back gives nothing, and takes nothing.
    let rested = max(0, (now - tokensAt) / .seconds(1))
    return min(Double(policy.burst), tokens + rested * rate)
  }

  package mutating func admit(_ jobs: Int, policy: LanePolicy) {
    admitted += jobs
    if policy.ratePerSecond != nil { tokens -= Double(jobs) }
  }
}

// MARK: - What jobs report

/// What the end of an attempt says of the account that it used.
package enum LaneReport: Sendable, Equatable {
  /// The provider answered, with whatever.
  case answered
  /// It did not: a connection that broke, a 5xx, a timeout.
  case failed(String)
  /// It asked for patience until then.
  case throttled(until: Timestamp, String)
  /// Only the account's owner can help.
  case needsOwner(String)
}

extension Lane {
  package mutating func note(
    _ report: LaneReport, now: Timestamp, policy: LanePolicy, randomness: Randomness
  ) {
    switch report {
    case .answered:
      failures = 0
      // An answer to a call that began before says nothing of credentials that were revoked since.
      if breaker != .needsOwner { close() }
    case .failed(let words):
      failures += 1
      if breaker == .open || breaker == .needsOwner { return }
      guard breaker == .halfOpen || failures >= policy.failuresToOpen else { return }
      openings += 1
      breaker = .open
      openUntil = now + policy.open.delay(attempt: openings, randomness: randomness)
      reason = words
    case .throttled(let until, let words):
      let patience = max(.zero, until - now)
      // Nobody's jobs return all at once: up to a tenth later, at most half a minute.
      let share = min(patience * 0.1, .seconds(30)) * randomness.unit()
      notBefore = max(notBefore ?? until, until + .milliseconds(share.wholeMilliseconds))
      if breaker != .needsOwner { reason = words }
    case .needsOwner(let words):
      breaker = .needsOwner
      openUntil = nil
      reason = words
    }
  }

  /// The account works again, as somebody who knows says.
  package mutating func reset() {
    close()
    notBefore = nil
  }

  private mutating func close() {
    breaker = .closed
    failures = 0
    openings = 0
    openUntil = nil
    if notBefore == nil { reason = nil }
  }

  /// Whether they differ in nothing but their jobs and the rate's tokens.
  package func isAsOpen(as other: Lane) -> Bool {
    (breaker, failures, openings, openUntil, notBefore)
      == (other.breaker, other.failures, other.openings, other.openUntil, other.notBefore)
      && reason == other.reason
  }

  /// Why its jobs wait, in words; nil where nothing but a free place keeps them.
  package func obstacle(now: Timestamp, policy: LanePolicy) -> String? {
    let because = reason.map { " (\($0))" } ?? ""
    switch breaker {
    case .needsOwner: return "the calendar account \(id) to be reconnected by its owner\(because)"
    case .open:
      let time = openUntil.map { " at \($0.rfc3339)" } ?? ""
      return "the account \(id), which keeps failing, to be tried again\(time)\(because)"
    case .halfOpen:
      return "the probe of the account \(id), which kept failing, to succeed\(because)"
    case .closed: break
    }
    if let notBefore, notBefore > now {
      return "the account \(id), whose provider asked for patience until \(notBefore.rfc3339)"
    }
    if admitted >= policy.concurrency {
      return "a place in its lane \(id): \(admitted) of \(policy.concurrency) are taken"
    }
    if let rate = policy.ratePerSecond, tokens(at: now, policy: policy) < 1 {
      return "its turn in its lane \(id), in which \(rate.formatted()) may begin in a second"
    }
    return nil
  }
}
