/// Why a message was not made or not handed over. A description carries neither an address nor what
/// a message says.
package enum MailError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A field of the message that mail cannot carry; trying again is no use.
  case invalid(field: String, detail: String)
  /// All ways out are taken by other messages; nothing was tried.
  case busy
  /// The transport cannot take it now: a full disk, a server that asks for patience.
  case transient(reason: String)
  /// The transport will never take it. `answer` is what it said, in its own words.
  case refused(reason: String, answer: String)
  /// It may have been taken.
  case unknownOutcome(reason: String)

  package var description: String {
    switch self {
    case .invalid(let field, let detail): "\(field): \(detail)"
    case .busy: "all connections to the mail server are in use"
    case .transient(let reason), .refused(let reason, _), .unknownOutcome(let reason): reason
    }
  }
}
