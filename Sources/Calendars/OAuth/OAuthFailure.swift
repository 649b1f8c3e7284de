import Core

/// Why an authorization server gave no token. The message holds our own words and the names of errors that
/// our table knows, never the server's text: some servers repeat tokens in theirs.
package struct OAuthFailure: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// The same again may work, not before this instant where the server named one.
    case retry(until: Timestamp?)
    /// The account's owner has to connect it again.
    case reconnect
    /// This installation's own registration with the provider is at fault: all of its accounts are affected
    /// and only its operator can help.
    case configuration
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}

extension ProviderError {
  /// For the job that wanted a token. It waits for a person in both of the bad cases: what an operator has
  /// broken, such as a client secret that has run out, is no reason to fail everybody's bookings.
  init(_ failure: OAuthFailure) {
    switch failure.kind {
    case .retry(nil): self.init(.transient, failure.message)
    case .retry(let until?): self.init(.throttled(until: until), failure.message)
    case .reconnect, .configuration: self.init(.needsOwner, failure.message)
    }
  }
}
