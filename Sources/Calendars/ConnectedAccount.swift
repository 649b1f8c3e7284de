import Bookings
import Core

/// A connection as stored, with what is needed to act there.
package struct ConnectedAccount: Sendable {
  package let connection: Connection
  /// Unsealed; empty where the provider needs none.
  package let password: Redacted<String>
  /// The owner's mail addresses as far as they are known here: by them the owner's own answers to
  /// invitations are told from other people's.
  package let addresses: Set<String>

  package init(connection: Connection, password: Redacted<String>, addresses: Set<String> = []) {
    self.connection = connection
    self.password = password
    self.addresses = addresses
  }
}
