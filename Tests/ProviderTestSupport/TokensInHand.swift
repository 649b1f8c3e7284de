import Bookings
import Calendars
import Core
import Synchronization

/// Tokens from a list: the first until it is rejected, then the next. When none is left the owner has to
/// act.
package final class TokensInHand: AccessTokens {
  private let tokens: Mutex<[String]>
  private let askedFor = Mutex<[ConnectionID]>([])

  package init(_ tokens: [String] = ["first-token"]) { self.tokens = Mutex(tokens) }

  package var asked: [ConnectionID] { askedFor.withLock { $0 } }

  package func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String> {
    askedFor.withLock { $0.append(connection) }
    guard let token = tokens.withLock({ $0.first }) else {
      throw ProviderError(.needsOwner, "the grant is gone")
    }
    return Redacted(token)
  }

  package func rejected(_ token: Redacted<String>, for connection: ConnectionID) {
    tokens.withLock { $0.removeAll { $0 == token.reveal() } }
  }
}
