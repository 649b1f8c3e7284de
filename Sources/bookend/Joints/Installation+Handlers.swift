import Store
import Web
import Workers

extension Installation {
  /// What the handlers of bookings share, and whoever else speaks of bookings to their guests.
  func handlerParts(address: PublicAddress, accounts: any Accounts) throws -> HandlerParts {
    let tokens = BookingTokens(key: try folder.tokenKey())
    // An event's identity must not change when the server moves to another address.
    let domain = try store.installationValue(
      "uidDomain", first: PublicAddress.domain(of: address.text))
    return HandlerParts(
      cases: store, accounts: accounts, zones: zones, time: time,
      manageURL: { "\(address.text)/r/\(tokens.token(for: $0))" }, domain: domain,
      grace: configuration.following.grace)
  }
}
