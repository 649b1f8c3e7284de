import Core

/// Why a provider did not do what it was asked. The kind decides what happens next; the message tells
/// an operator, and holds neither credentials nor the provider's own text.
package struct ProviderError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// Nothing has changed; the same again may work later.
    case transient
    /// Nothing has changed; not before this instant, where the provider named one.
    case throttled(until: Timestamp?)
    /// What is there is not what was expected; repeating does not help, deciding again does.
    case conflict(Conflict)
    /// The account's credentials or rights no longer do; its owner has to act.
    case needsOwner
    /// It will never work: the calendar does not exist, or the provider refuses such an event.
    case permanent
    /// The request may have landed: read back before anything is sent again.
    case unknownOutcome
  }

  package enum Conflict: String, Equatable, Sendable {
    /// Somebody else's event lies where ours belongs.
    case occupied
    /// Our event was deleted or cancelled by somebody else.
    case gone
    /// Our event carries a later change than the one asked for.
    case newer
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}
