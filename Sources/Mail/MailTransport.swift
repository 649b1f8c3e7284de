/// Where messages leave us.
///
/// `send` blocks until the message is durably somebody else's (a file on disk, a server that said
/// yes) and then returns; it may be called from several threads. Sending a message with a
/// Message-ID that was sent before must not make a second message where the transport can help it.
package protocol MailTransport: Sendable {
  func send(_ message: Message) throws(MailError)
}
