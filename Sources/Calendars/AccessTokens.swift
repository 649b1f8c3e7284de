import Bookings
import Core

/// Where adapters get the bearer tokens with which accounts at Google and Microsoft are reached. Safe to
/// call from several threads at once; whoever refreshes does so once for all who wait.
package protocol AccessTokens: Sendable {
  /// A token that is good for minutes yet, refreshed first where the one at hand is not; then the call
  /// blocks until the token endpoint has answered.
  ///
  /// Throws `needsOwner` where the grant is gone or lacks a scope, and where the provider does not accept
  /// this installation itself, which its operator can mend: bookings wait for either. Throws `permanent`
  /// where there is no such account any more, and `transient` or `throttled` where the token endpoint does not
  /// answer. Never `unknownOutcome`: whether a refresh landed is settled behind this call.
  func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String>

  /// The provider has answered 401 to `token`: it is not handed out again. Where another one has been
  /// issued meanwhile, nothing happens. Neither blocks nor throws; the next `token(for:)` refreshes.
  func rejected(_ token: Redacted<String>, for connection: ConnectionID)
}
