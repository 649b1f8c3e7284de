import Core

/// One change at a provider, named by the key under which it is made, with what is known of it.
///
///     intended ── answered ──▶ confirmed
///        │  └──── refused, or never sent ──▶ absent
///        └─────── no answer ──▶ unknown ── probed ──▶ confirmed | absent
///
/// `intended` is committed before the call. A row that still says so at the next claim is a crash in between,
/// and means the same as `unknown`: it may have landed, and is probed before anything is sent again.
package struct Effect: Sendable, Equatable {
  package enum State: String, Sendable, CaseIterable {
    case intended, confirmed, absent, unknown

    /// Whether the provider has to be asked before anything is sent again.
    package var mayHaveLanded: Bool { self == .intended || self == .unknown }
  }

  /// Such as `create bk…` or `move bk… 2`: deterministic, so that a repeat has the same.
  package let key: String
  package let state: State

  package init(key: String, state: State) {
    self.key = key
    self.state = state
  }
}

/// An effect as an operator sees it.
package struct EffectRecord: Sendable, Equatable {
  package let effect: Effect
  package let intendedAt: Timestamp
  package let knownAt: Timestamp?

  package init(effect: Effect, intendedAt: Timestamp, knownAt: Timestamp?) {
    self.effect = effect
    self.intendedAt = intendedAt
    self.knownAt = knownAt
  }
}
