import Core

/// Clients, consents and tokens of both providers' identity services.
struct IdentityState: Sendable {
  struct Client: Sendable {
    /// Nil: a public client.
    var secret: String?
    /// Empty: any on this machine.
    var redirectURIs: [String] = []
  }

  /// How the person at the consent page answers.
  struct Consent: Sendable {
    /// Nil: whom the request hints at, or the account made first.
    var account: String?
    var isDenied = false
    /// Nil: all that are asked for.
    var scopes: [String]?
  }

  struct Code: Sendable {
    let grant: Grant
    let redirectURI: String
    let challenge: String?
    let expires: Timestamp
    let isOffline: Bool
    var isUsed = false
  }

  struct RefreshToken: Sendable {
    var grant: Grant
    /// Microsoft: a newer one has been given for it.
    var isSuperseded = false
  }

  /// A code lives so long at Google; Microsoft's are of the same order.
  static let codeLife: Duration = .minutes(10)

  var clients: [ProviderName: [String: Client]] = [
    .google: ["sandbox-client": Client(secret: "sandbox-secret")],
    .outlook: ["sandbox-client": Client(secret: "sandbox-secret")],
  ]
  var consents: [ProviderName: Consent] = [:]
  var serviceAccounts: [String: ServiceAccount] = [:]
  var codes: [String: Code] = [:]
  var refreshTokens: [String: RefreshToken] = [:]
  var accessTokens: [String: Grant] = [:]
  /// "client account" of those who have consented before.
  var consented: Set<String> = []

  func grant(of token: String, at now: Timestamp) -> Grant? {
    guard let grant = accessTokens[token], grant.expires > now else { return nil }
    return grant
  }

  /// Ends what was granted: access tokens alone, or the refresh tokens as well.
  mutating func revoke(
    _ provider: ProviderName, account: String, refreshTokensToo: Bool
  ) {
    let isMeant = { (grant: Grant) in grant.provider == provider && grant.account == account }
    accessTokens = accessTokens.filter { !isMeant($0.value) }
    if refreshTokensToo { refreshTokens = refreshTokens.filter { !isMeant($0.value.grant) } }
  }

  /// Ends everything of one consent.
  mutating func revoke(family: Int) {
    accessTokens = accessTokens.filter { $0.value.family != family }
    refreshTokens = refreshTokens.filter { $0.value.grant.family != family }
  }
}

extension World {
  mutating func issueAccessToken(_ grant: Grant, life: Duration) -> String {
    var grant = grant
    grant.expires = now + life
    let token = (grant.provider == .google ? "ya29.sandbox-" : "EwB.sandbox-") + token(32)
    identity.accessTokens[token] = grant
    return token
  }

  mutating func issueRefreshToken(_ grant: Grant) -> String {
    let token = (grant.provider == .google ? "1//sandbox-" : "M.C5_sandbox-") + token(32)
    identity.refreshTokens[token] = IdentityState.RefreshToken(grant: grant)
    return token
  }

  /// The account's mail address in its own spelling, if there is such an account.
  func account(_ provider: ProviderName, _ email: String) -> String? {
    let key = email.lowercased()
    switch provider {
    case .google: return google.accounts[key] == nil ? nil : key
    case .outlook: return outlook.mailboxes[key] == nil ? nil : key
    }
  }

  func firstAccount(_ provider: ProviderName) -> String? {
    switch provider {
    case .google: google.accounts.values.min { $0.number < $1.number }?.email
    case .outlook: outlook.mailboxes.values.min { $0.number < $1.number }?.email
    }
  }
}
