import Bookings
import Core

/// For whom a browser is to sign in, and where.
package struct SignInWish: Sendable, Equatable {
  package let organization: OrganizationID
  package let host: HostID
  package let provider: Connection.Provider
  /// The account that is to be connected again; nil for a new one.
  package let connection: ConnectionID?

  package init(
    organization: OrganizationID, host: HostID, provider: Connection.Provider,
    connection: ConnectionID?
  ) {
    self.organization = organization
    self.host = host
    self.provider = provider
    self.connection = connection
  }
}

package struct BegunSignIn: Sendable {
  /// At the provider.
  package let address: String
  /// The name and value of the cookie that the browser has to bring back. A name of its own for each
  /// sign-in, so that two tabs do not spoil each other's.
  package let cookie: (name: String, value: Redacted<String>)
  package let lifetime: Duration

  package init(
    address: String, cookie: (name: String, value: Redacted<String>), lifetime: Duration
  ) {
    self.address = address
    self.cookie = cookie
    self.lifetime = lifetime
  }
}

/// What a provider's redirect has brought.
package struct ReturnedSignIn: Sendable {
  package let provider: Connection.Provider
  package let state: Redacted<String>
  package let code: Redacted<String>?
  /// `error` of RFC 6749 section 4.1.2.1: the provider's or anybody's word, not to be shown.
  package let error: String?
  /// The value of the cookie of that name, if the browser has it.
  package let cookie: @Sendable (String) -> String?

  package init(
    provider: Connection.Provider, state: Redacted<String>, code: Redacted<String>?,
    error: String?, cookie: @escaping @Sendable (String) -> String?
  ) {
    self.provider = provider
    self.state = state
    self.code = code
    self.error = error
    self.cookie = cookie
  }
}

package enum FinishedSignIn: Sendable {
  case connected(Connection, [Calendar])
  /// The person did not want it.
  case refused(SignInWish)
  /// The person left out what we cannot do without: what it is for, in words.
  case incomplete(SignInWish, missing: [String])
  /// It came to nothing, for this reason in words.
  case failed(SignInWish, reason: String)
  /// Too old, used, of another browser, or none of ours.
  case unknown
}
