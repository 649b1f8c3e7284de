import Mail

/// In whose name mail leaves us.
package struct MailIdentity: Sendable {
  package enum Author: String, Sendable, CaseIterable {
    /// Guests get mail from the host's own address; ours is named as the sender.
    case host
    /// Guests get mail from our address under the host's name, and answers go to the host: for mail
    /// servers that send for no address but their own.
    case server
  }

  package let server: Mailbox
  package let author: Author

  package init(server: Mailbox, author: Author) {
    self.server = server
    self.author = author
  }

  /// Who a guest's mail is from, and so who organizes the event in it: mail programs hide an
  /// invitation's buttons where the two differ.
  func organizer(for host: Mailbox) throws(MailError) -> Mailbox {
    switch author {
    case .host: return host
    case .server: return try Mailbox(name: host.name, email: server.email)
    }
  }
}
