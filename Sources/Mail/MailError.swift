/// Why a message was not made or not handed over. None carries an address or what a message says.
package enum MailError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A field of the message that mail cannot carry; trying again is no use.
  case invalid(field: String, detail: String)
  /// The transport cannot take it now: a full disk, a folder that is not there yet.
  case transient(reason: String)
  /// The transport will never take it.
  case permanent(reason: String)

  package var description: String {
    switch self {
    case .invalid(let field, let detail): "\(field): \(detail)"
    case .transient(let reason), .permanent(let reason): reason
    }
  }
}
