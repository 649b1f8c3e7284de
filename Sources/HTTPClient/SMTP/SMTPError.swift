/// Why a message was not taken, or why nobody knows. The words are ours and libcurl's; a server's
/// own come in its reply only.
package enum SMTPError: Error, Equatable, Sendable {
  /// An address, or the message, cannot be part of an SMTP conversation.
  case invalid(String)
  /// All connections are in use for longer than a message waits.
  case busy
  /// The server was not reached, or the connection broke before it had the whole message.
  case notSent(String)
  /// The connection cannot be made safe: no TLS on offer, or a certificate nobody vouches for.
  case insecure(String)
  /// Name and password are not accepted, or are missing.
  case unauthorized(SMTPReply?)
  /// The server said no.
  case refused(SMTPReply)
  /// It had the whole message, and its answer did not come.
  case mayBeTaken(String)
}
