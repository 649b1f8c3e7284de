import Bookings
import Core

/// Where accounts' credentials are kept, sealed, for all processes of the installation. Every write names
/// the version that it follows: what somebody else has written meanwhile is never overwritten. Calls block
/// for one read or one commit, and throw where the database does not take it.
package protocol CredentialVault: Sendable {
  /// Nil where there is no such account, or none that uses tokens.
  func credential(of connection: ConnectionID) throws -> KeptCredential?

  /// Takes the right to renew the credential at that version, until it is stored or given back. The right of
  /// a process that has died, or that has not come to an end by `until`, is anybody's.
  func beginRenewal(
    of connection: ConnectionID, version: Int, until: Timestamp
  ) throws -> RenewalRight

  /// Durable when it returns. False where another version has been stored meanwhile: then nothing is changed.
  /// An account that was in trouble is well again with it, and what waited for it is woken.
  func store(
    _ credential: AccountCredential, of connection: ConnectionID, version: Int
  ) throws -> Bool

  /// The renewal came to nothing.
  func endRenewal(of connection: ConnectionID, version: Int) throws

  /// Only a person can help. False where another version has been stored meanwhile: then the trouble was with
  /// a credential that is no longer ours to use.
  func report(_ trouble: AccountTrouble, of connection: ConnectionID, version: Int) throws -> Bool
}

package struct KeptCredential: Sendable {
  package let credential: AccountCredential
  package let version: Int
  package let provider: Connection.Provider
  /// Why its owner has to act before it is used again; nil where it can be used.
  package let needsOwner: String?

  package init(
    credential: AccountCredential, version: Int, provider: Connection.Provider, needsOwner: String?
  ) {
    self.credential = credential
    self.version = version
    self.provider = provider
    self.needsOwner = needsOwner
  }
}

package enum RenewalRight: Sendable, Equatable {
  case granted
  /// Another process is at it.
  case taken
  /// Another version has been stored.
  case outdated
}

/// Why an account cannot be used until a person has acted.
package struct AccountTrouble: Sendable, Equatable {
  package enum Cause: String, Sendable, CaseIterable {
    /// Its owner has to connect it again.
    case owner
    /// Whoever runs this installation has to mend its registration with the provider.
    case `operator`
  }

  package let cause: Cause
  /// In our own words: it is shown to the owner.
  package let reason: String

  package init(_ cause: Cause, _ reason: String) {
    self.cause = cause
    self.reason = reason
  }
}
