import Core

/// `POST /token` and `POST /revoke` of Google's identity service.
enum GoogleTokens {
  /// One second short of an hour, as the service says it.
  private static let life: Duration = .seconds(3599)

  static func answer(to request: WireRequest, in world: inout World) throws(Refusal) -> Answer {
    let form = request.form
    switch form["grant_type"] {
    case "authorization_code": return try exchange(form, in: &world)
    case "refresh_token": return try refresh(form, in: &world)
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return try redeem(form["assertion"] ?? "", request, in: &world)
    default: throw refusal(400, "unsupported_grant_type", "Invalid grant_type")
    }
  }

  private static func exchange(
    _ form: [String: String], in world: inout World
  ) throws(Refusal) -> Answer {
    let client = try authenticate(form, in: world)
    guard let text = form["code"], let code = world.identity.codes[text],
      code.grant.provider == .google, code.grant.client == client, code.expires > world.now
    else { throw refusal(400, "invalid_grant", "Malformed auth code.") }
    guard !code.isUsed else {
      // A code that comes twice was stolen once.
      world.identity.revoke(family: code.grant.family)
      throw refusal(400, "invalid_grant", "Bad Request")
    }
    guard form["redirect_uri"] == code.redirectURI else {
      throw refusal(400, "redirect_uri_mismatch", "Bad Request")
    }
    guard verifies(form["code_verifier"], code.challenge) else {
      throw refusal(400, "invalid_grant", "Invalid code verifier.")
    }
    world.identity.codes[text]?.isUsed = true
    let access = world.issueAccessToken(code.grant, life: life)
    var body = tokens(access, code.grant)
    if code.isOffline {
      body = body.adding("refresh_token", .string(world.issueRefreshToken(code.grant)))
    }
    return .json(200, body)
  }

  private static func refresh(
    _ form: [String: String], in world: inout World
  ) throws(Refusal) -> Answer {
    let client = try authenticate(form, in: world)
    guard let text = form["refresh_token"], let token = world.identity.refreshTokens[text],
      token.grant.provider == .google, token.grant.client == client
    else { throw refusal(400, "invalid_grant", "Token has been expired or revoked.") }
    return .json(200, tokens(world.issueAccessToken(token.grant, life: life), token.grant))
  }

  private static func redeem(
    _ assertion: String, _ request: WireRequest, in world: inout World
  ) throws(Refusal) -> Answer {
    let audiences = ["https://oauth2.googleapis.com/token", request.origin + "/token"]
    let claims = try ServiceAssertion(assertion).claims(
      for: audiences, at: world.now, in: world)
    let grant = Grant(
      provider: .google, account: claims.account, client: claims.issuer, scopes: claims.scopes,
      expires: world.now, family: world.nextNumber(), isBareServiceAccount: claims.isBare)
    return .json(200, tokens(world.issueAccessToken(grant, life: life), grant))
  }

  static func revoke(_ request: WireRequest, in world: inout World) throws(Refusal) -> Answer {
    let text = request.form["token"] ?? request.value("token") ?? ""
    let grant =
      world.identity.refreshTokens[text]?.grant ?? world.identity.accessTokens[text]
    guard let grant, grant.provider == .google else {
      throw refusal(400, "invalid_token", "Token expired or revoked")
    }
    world.identity.revoke(family: grant.family)
    return .ok([:])
  }

  private static func authenticate(
    _ form: [String: String], in world: World
  ) throws(Refusal) -> String {
    guard let id = form["client_id"], let client = world.identity.clients[.google]?[id],
      client.secret == nil || client.secret == form["client_secret"]
    else { throw refusal(401, "invalid_client", "Unauthorized") }
    return id
  }

  private static func tokens(_ access: String, _ grant: Grant) -> JSON {
    [
      "access_token": .string(access), "expires_in": .integer(life.components.seconds),
      "scope": .string(grant.scopes.joined(separator: " ")), "token_type": "Bearer",
    ]
  }

  static func refusal(_ status: Int, _ error: String, _ description: String) -> Refusal {
    Refusal(
      .json(status, ["error": .string(error), "error_description": .string(description)]))
  }
}
