import Core

/// A mail server that takes our messages, and how to speak to it.
package struct SMTPOptions: Sendable {
  package enum Security: String, CaseIterable, Sendable {
    /// Plain until STARTTLS, which the server has to offer (RFC 3207).
    case startTLS
    /// TLS from the first byte (RFC 8314).
    case tls
    /// For a server on the same machine.
    case none
  }

  package var host: String
  package var port: Int
  package var security: Security
  /// Nil where the server asks for none.
  package var username: String?
  package var password: Redacted<String>?
  /// A PEM file with the authorities to trust; nil is the system's.
  package var certificateFile: String?
  /// What EHLO says of us: a domain (RFC 5321 section 4.1.1.1). Nil is the machine's own name.
  package var helloName: String?
  /// Connections at once, and so messages at once. Providers allow their customers few: three at
  /// Exchange Online, ten at most others.
  package var connections = 3
  /// For one message, from connecting to the server's last answer.
  package var deadline = Duration.seconds(45)
  /// How long a message waits for a connection before its sender is told to come back.
  package var patience = Duration.seconds(2)

  package init(host: String, port: Int, security: Security) {
    self.host = host
    self.port = port
    self.security = security
  }
}
