import Bookings
import Core

/// What an address handed out for signing in says, signed, so that nothing has to be kept until somebody
/// opens it: whose account is meant, and until when. Who has it may connect an account of theirs to that
/// host, and nothing else.
package struct SignInTickets: Sendable {
  private let tokens: BookingTokens

  /// Long enough to be mailed to a host and found; a sign-in begun with it has minutes of its own.
  package static let lifetime = Duration.hours(1)

  package init(_ tokens: BookingTokens) { self.tokens = tokens }

  package func ticket(for wish: SignInWish, expiresAt: Timestamp) -> String {
    let payload: JSON = .array([
      .string(wish.organization.text), .string(wish.host.text), .string(wish.provider.rawValue),
      wish.connection.map { .string($0.text) } ?? .null, .integer(expiresAt.milliseconds),
    ])
    return tokens.signed(payload.serialized(), for: Self.purpose)
  }

  /// Nil for anything that this server has not made, and for what is too old.
  package func wish(of ticket: String, at now: Timestamp) -> SignInWish? {
    guard let payload = tokens.payload(of: ticket, for: Self.purpose),
      case .array(let parts)? = try? JSON.parse(payload), parts.count == 5,
      let organization = parts[0].string, let host = parts[1].string,
      let provider = parts[2].string.flatMap(Connection.Provider.init(rawValue:)),
      let expiresAt = parts[4].integer, Timestamp(milliseconds: expiresAt) > now
    else { return nil }
    return SignInWish(
      organization: OrganizationID(organization), host: HostID(host), provider: provider,
      connection: parts[3].string.map { ConnectionID($0) })
  }

  private static let purpose: StaticString = "sign-in"
}
