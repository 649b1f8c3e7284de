/// Why an incoming mail is not taken. A description says nothing of what the mail said.
package enum IncomingMailError: Error, Equatable, Sendable, CustomStringConvertible {
  case tooLarge
  /// It cannot be read, or be read in more ways than one.
  case malformed(String)
  /// Nobody has answered an invitation with it. `isAutomatic`: a program wrote it, as a server that could
  /// not deliver or somebody's absence does, and is not to be answered.
  case noReply(isAutomatic: Bool)

  package var description: String {
    switch self {
    case .tooLarge: "the mail is larger than \(IncomingReply.Limit.bytes) bytes"
    case .malformed(let detail): "the mail cannot be read: \(detail)"
    case .noReply(isAutomatic: true): "the mail was written by a program and answers no invitation"
    case .noReply(isAutomatic: false):
      "the mail holds no answer to an invitation; nobody reads this address"
    }
  }
}
