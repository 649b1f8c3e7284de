import HTTPClient

/// Hands messages to a mail server.
package struct SMTPTransport: MailTransport {
  private let client: SMTPClient
  /// The envelope's: whom servers tell that a message could not be delivered.
  private let returnPath: Mailbox

  package init(client: SMTPClient, returnPath: Mailbox) {
    self.client = client
    self.returnPath = returnPath
  }

  package func send(_ message: Message) throws(MailError) -> Handover {
    let letter = SMTPLetter(
      from: returnPath.email, to: message.to.email, bytes: message.bytes)
    do throws(SMTPError) {
      return Handover(answer: SMTPTransport.answer(try client.send(letter), to: message.to))
    } catch {
      throw SMTPTransport.error(error, to: message.to)
    }
  }

  /// One table of what each failure means for the message. What only an operator can mend
  /// (credentials, certificates) is transient: guests must not lose their message to a password that
  /// was changed.
  static func error(_ error: SMTPError, to recipient: Mailbox) -> MailError {
    switch error {
    case .invalid(let detail): .invalid(field: "address", detail: detail)
    case .busy: .busy
    case .notSent(let reason): .transient(reason: "not sent to the mail server: \(reason)")
    case .insecure(let reason):
      .transient(reason: "the connection to the mail server is not safe: \(reason)")
    case .unauthorized(let reply):
      .transient(
        reason: "the mail server does not accept our name and password"
          + (reply.map { " (\($0.codes))" } ?? ""))
    case .refused(let reply) where reply.isTransient:
      .transient(reason: "the mail server asks for patience (\(reply.codes))")
    case .refused(let reply):
      .refused(
        reason: "the mail server refuses the message (\(reply.codes))",
        answer: answer(reply, to: recipient))
    case .mayBeTaken(let reason):
      .unknownOutcome(reason: "the mail server did not say whether it took the message: \(reason)")
    }
  }

  /// On one line, and without the address: what is kept says who it was for by other means.
  private static func answer(_ reply: SMTPReply, to recipient: Mailbox) -> String {
    let words = MailHeader.cleaned("\(reply.code) \(reply.text)")
    return String(words.replacing(recipient.email, with: "…").prefix(longestAnswer))
  }

  private static let longestAnswer = 500
}
