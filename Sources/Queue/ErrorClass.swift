/// What kind of failure an attempt met; the definition says which of them are tried again.
package enum ErrorClass: String, CaseIterable, Sendable {
  /// A connection that broke before anything was sent, or a 5xx: the same again may succeed.
  case transient
  /// The provider asked for patience.
  case throttled
  /// Somebody else changed the event or took the time.
  case conflict
  /// Credentials were revoked or a calendar is gone: only its owner can help.
  case needsOwner
  /// The same request can never succeed.
  case permanent
  /// The request may have landed; it is probed before anything is sent again.
  case unknownOutcome
}
