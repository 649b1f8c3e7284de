import Core
import Foundation

/// `POST /{tenant}/oauth2/v2.0/token` of Microsoft's identity platform.
enum MicrosoftTokens {
  private static let life: Duration = .seconds(3600)
  /// What an administrator has allowed the application where it acts as itself.
  private static let applicationRoles = [
    "Calendars.ReadWrite", "MailboxSettings.Read", "User.Read.All",
  ]

  static func answer(
    to request: WireRequest, tenant: String, in world: inout World
  ) throws(Refusal) -> Answer {
    let form = request.form
    let client = try authenticate(request, form, in: world)
    switch form["grant_type"] {
    case "authorization_code": return try exchange(form, client, in: &world)
    case "refresh_token": return try refresh(form, client, in: &world)
    case "client_credentials": return try credentials(form, client, tenant, in: &world)
    default:
      throw refusal(
        world, 400, "unsupported_grant_type", 70003, "The grant type is not supported.")
    }
  }

  private static func exchange(
    _ form: [String: String], _ client: String, in world: inout World
  ) throws(Refusal) -> Answer {
    guard let text = form["code"], let code = world.identity.codes[text],
      code.grant.provider == .outlook, code.grant.client == client
    else { throw refusal(world, 400, "invalid_grant", 9_002_313, "The code is malformed.") }
    guard code.expires > world.now else {
      throw refusal(world, 400, "invalid_grant", 70008, "The code has expired.")
    }
    guard !code.isUsed else {
      throw refusal(world, 400, "invalid_grant", 54005, "The code was already redeemed.")
    }
    guard form["redirect_uri"] == code.redirectURI else {
      throw refusal(world, 400, "invalid_request", 50011, "The redirect URI does not match.")
    }
    guard verifies(form["code_verifier"], code.challenge) else {
      throw refusal(
        world, 400, "invalid_grant", 501_481, "The verifier does not match the challenge.")
    }
    world.identity.codes[text]?.isUsed = true
    return tokens(code.grant, isOffline: code.isOffline, in: &world)
  }

  /// A new refresh token each time; the old one is to be forgotten, though it works on for a while.
  private static func refresh(
    _ form: [String: String], _ client: String, in world: inout World
  ) throws(Refusal) -> Answer {
    guard let text = form["refresh_token"], let token = world.identity.refreshTokens[text],
      token.grant.provider == .outlook, token.grant.client == client
    else {
      throw refusal(
        world, 400, "invalid_grant", 50173,
        "The provided grant has expired due to it being revoked, a fresh auth token is needed.")
    }
    if token.isSuperseded, world.settings.oldRefreshTokens == .refused {
      throw refusal(
        world, 400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.")
    }
    world.identity.refreshTokens[text]?.isSuperseded = true
    return tokens(token.grant, isOffline: true, in: &world)
  }

  private static func credentials(
    _ form: [String: String], _ client: String, _ tenant: String, in world: inout World
  ) throws(Refusal) -> Answer {
    guard !["common", "organizations", "consumers"].contains(tenant) else {
      throw refusal(
        world, 400, "invalid_request", 50059, "No tenant-identifying information was found.")
    }
    guard form["scope"] == "https://graph.microsoft.com/.default" else {
      throw refusal(world, 400, "invalid_scope", 70011, "The scope is not valid.")
    }
    let grant = Grant(
      provider: .outlook, account: nil, client: client, scopes: applicationRoles,
      expires: world.now, family: world.nextNumber())
    let access = world.issueAccessToken(grant, life: life)
    return .json(
      200,
      [
        "token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600,
        "access_token": .string(access),
      ])
  }

  private static func tokens(_ grant: Grant, isOffline: Bool, in world: inout World) -> Answer {
    let scopes = grant.scopes.filter { $0 != "offline_access" }
    var body: JSON = [
      "token_type": "Bearer", "scope": .string(scopes.joined(separator: " ")),
      "expires_in": .integer(life.components.seconds),
      "ext_expires_in": .integer(life.components.seconds),
      "access_token": .string(world.issueAccessToken(grant, life: life)),
    ]
    if isOffline { body = body.adding("refresh_token", .string(world.issueRefreshToken(grant))) }
    return .json(200, body, headers: [("Cache-Control", "no-store")])
  }

  /// By a secret in the form or in HTTP Basic.
  private static func authenticate(
    _ request: WireRequest, _ form: [String: String], in world: World
  ) throws(Refusal) -> String {
    var id = form["client_id"]
    var secret = form["client_secret"]
    if let basic = request.headers["authorization"], basic.hasPrefix("Basic "),
      let data = Data(base64Encoded: String(basic.dropFirst(6)))
    {
      let parts = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1)
      id = parts.first.map(String.init)
      secret = parts.count == 2 ? String(parts[1]) : nil
    }
    guard let id else {
      throw refusal(
        world, 400, "invalid_request", 900_144,
        "The request body must contain the following parameter: 'client_id'.")
    }
    guard let client = world.identity.clients[.outlook]?[id] else {
      throw refusal(
        world, 400, "unauthorized_client", 700016, "The application was not found in the tenant.")
    }
    guard client.secret == nil || client.secret == secret else {
      throw refusal(
        world, 401, "invalid_client", 7_000_215, "Invalid client secret provided.")
    }
    return id
  }

  private static func refusal(
    _ world: World, _ status: Int, _ error: String, _ number: Int64, _ text: String
  ) -> Refusal {
    let day = "\(Zone.utc.localText(world.now).replacingOccurrences(of: "T", with: " "))Z"
    return Refusal(
      .json(
        status,
        [
          "error": .string(error), "error_description": .string("AADSTS\(number): \(text)"),
          "error_codes": [.integer(number)], "timestamp": .string(day),
          "trace_id": .string(world.uuid()), "correlation_id": .string(world.uuid()),
        ]))
  }
}
