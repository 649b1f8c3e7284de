/// Where messages leave us.
///
/// `send` blocks until the message is durably somebody else's (a file on disk, a server that said
/// yes) and then returns; it may be called from several threads. Sending a message with a
/// Message-ID that was sent before must not make a second message where the transport can help it.
/// Where it cannot be known whether the message was taken, it throws `unknownOutcome`.
package protocol MailTransport: Sendable {
  func send(_ message: Message) throws(MailError) -> Handover
}

/// That a message was taken.
package struct Handover: Equatable, Sendable {
  /// In the words of whoever took it, such as `250 2.0.0 Ok: queued as 4711`: what its operator
  /// asks for when a message has got lost.
  package let answer: String

  package init(answer: String) { self.answer = answer }
}
