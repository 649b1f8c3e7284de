import Bookings
import HTTPClient

extension OAuthSettings {
  /// Where a person gives consent (RFC 6749 section 4.1.1, RFC 7636 section 4.3). It holds no secret: the
  /// state is one of the browser's own, the challenge a digest.
  package func authorizationAddress(
    state: String, verifier: CodeVerifier, redirect: String, loginHint: String?
  ) -> String {
    var items: [(name: String, value: String)] = [
      ("client_id", clientID), ("redirect_uri", redirect), ("response_type", "code"),
      ("scope", NeededScope.all(of: provider).map(\.scope).joined(separator: " ")),
      ("state", state), ("code_challenge", verifier.challenge), ("code_challenge_method", "S256"),
    ]
    switch provider {
    case .google:
      // Without `consent` a second consent brings no refresh token.
      items += [("access_type", "offline"), ("prompt", "consent")]
    case .outlook:
      // Whoever is signed in at this browser need not be the account that is meant.
      items += [("response_mode", "query"), ("prompt", "select_account")]
    case .local, .caldav: break
    }
    if let loginHint { items.append(("login_hint", loginHint)) }
    let address = authorizeURL(tenant: tenant)
    return "\(address)\(address.contains("?") ? "&" : "?")\(formEncoded(items))"
  }
}
