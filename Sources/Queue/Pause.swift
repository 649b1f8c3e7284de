import Core

/// A queue or a kind that an operator has stopped.
package struct Pause: Sendable, Equatable {
  package enum Scope: String, Sendable, CaseIterable { case queue, kind }

  package let scope: Scope
  package let name: String
  /// Who paused it.
  package let by: String
  /// When; set by the store.
  package let at: Timestamp?

  package init(scope: Scope, name: String, by: String, at: Timestamp? = nil) {
    self.scope = scope
    self.name = name
    self.by = by
    self.at = at
  }
}
