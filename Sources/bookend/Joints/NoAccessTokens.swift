import Bookings
import Calendars
import Core

/// Stands in where no account at Google or Microsoft has been connected.
struct NoAccessTokens: AccessTokens {
  func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String> {
    throw ProviderError(.needsOwner, "the account has to be connected first")
  }

  func rejected(_ token: Redacted<String>, for connection: ConnectionID) {}
}
