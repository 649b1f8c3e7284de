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
  /// The mailbox that is acted for, where nobody has signed in but this installation itself has the right;
  /// nil is that of whoever signed in.
  package let mailbox: String?

  package init(
    connection: Connection, password: Redacted<String>, addresses: Set<String> = [],
    mailbox: String? = nil
  ) {
    self.connection = connection
    self.password = password
    self.addresses = addresses
    self.mailbox = mailbox
  }
}
