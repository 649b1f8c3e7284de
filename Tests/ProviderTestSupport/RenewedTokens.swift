import Bookings
import Calendars
import Core
import Synchronization

/// Tokens that are renewed as long as the account's owner lets us in.
package final class RenewedTokens: AccessTokens {
  private struct State {
    var token: String?
    var isRevoked = false
  }

  private let issue: @Sendable () -> String?
  private let state = Mutex(State())

  package init(_ issue: @escaping @Sendable () -> String?) { self.issue = issue }

  /// The grant is gone, until the owner connects again.
  package func setRevoked(_ isRevoked: Bool) {
    state.withLock { $0 = State(token: nil, isRevoked: isRevoked) }
  }

  package func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String> {
    let token = state.withLock { state in
      if state.token == nil && !state.isRevoked { state.token = issue() }
      return state.token
    }
    guard let token else { throw ProviderError(.needsOwner, "the grant is gone") }
    return Redacted(token)
  }

  package func rejected(_ token: Redacted<String>, for connection: ConnectionID) {
    state.withLock { if $0.token == token.reveal() { $0.token = nil } }
  }
}
