import Core

/// The authorization endpoint of either provider with a person who answers at once (RFC 6749 section 4.1,
/// RFC 7636).
struct ConsentPage {
  let provider: ProviderName
  let request: WireRequest

  func answer(in world: inout World) -> Answer {
    guard let clientID = request.value("client_id"),
      let client = world.identity.clients[provider]?[clientID]
    else { return page(401, "invalid_client", "The OAuth client was not found.") }
    guard let redirect = request.value("redirect_uri"), mayReturn(to: redirect, client) else {
      return page(
        400, "redirect_uri_mismatch", "The redirect URI in the request is not registered.")
    }
    guard request.value("response_type") == "code" else {
      return back(to: redirect, [("error", "unsupported_response_type")])
    }
    guard (request.value("response_mode") ?? "query") == "query" else {
      return back(to: redirect, [("error", "invalid_request")])
    }
    let challenge = request.value("code_challenge")
    if challenge != nil, request.value("code_challenge_method") != "S256" {
      return back(to: redirect, [("error", "invalid_request")])
    }
    let consent = world.identity.consents[provider] ?? IdentityState.Consent()
    if consent.isDenied { return back(to: redirect, [("error", "access_denied")]) }
    guard let account = account(consent, in: world) else {
      return page(400, "no_account", "The sandbox has no such account to consent with.")
    }
    let asked = scopes(request.value("scope") ?? "")
    guard !asked.isEmpty else { return back(to: redirect, [("error", "invalid_scope")]) }
    let granted = consent.scopes.map { allowed in asked.filter(allowed.contains) } ?? asked

    let code = (provider == .google ? "4/sandbox-" : "M.C5_code-") + world.token()
    let grant = Grant(
      provider: provider, account: account, client: clientID, scopes: granted,
      expires: world.now, family: world.nextNumber())
    let isFirst = world.identity.consented.insert("\(provider) \(clientID) \(account)").inserted
    world.identity.codes[code] = IdentityState.Code(
      grant: grant, redirectURI: redirect, challenge: challenge,
      expires: world.now + IdentityState.codeLife, isOffline: isOffline(isFirst, asked))
    var fields = [("code", code)]
    if provider == .google { fields.append(("scope", granted.joined(separator: " "))) }
    return back(to: redirect, fields)
  }

  private func account(_ consent: IdentityState.Consent, in world: World) -> String? {
    if let account = consent.account { return account }
    if let hint = request.value("login_hint"), let account = world.account(provider, hint) {
      return account
    }
    return world.firstAccount(provider)
  }

  private func scopes(_ text: String) -> [String] {
    let names = text.split(separator: " ").map(String.init)
    return provider == .google ? names : names.map(graphScope)
  }

  /// Google gives a refresh token at the first consent, or where consent is asked for again; Microsoft to
  /// whom asks for the scope.
  private func isOffline(_ isFirst: Bool, _ asked: [String]) -> Bool {
    switch provider {
    case .google:
      request.value("access_type") == "offline"
        && (isFirst || request.value("prompt")?.contains("consent") == true)
    case .outlook: asked.contains("offline_access")
    }
  }

  private func mayReturn(to redirect: String, _ client: IdentityState.Client) -> Bool {
    client.redirectURIs.isEmpty
      ? Courier.reaches(redirect) : client.redirectURIs.contains(redirect)
  }

  private func back(to redirect: String, _ fields: [(String, String)]) -> Answer {
    let all = fields + (request.value("state").map { [("state", $0)] } ?? [])
    let query = all.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
    return .redirect(to: redirect + (redirect.contains("?") ? "&" : "?") + query)
  }

  private func page(_ status: Int, _ error: String, _ text: String) -> Answer {
    Answer(
      status: status, headers: [("Content-Type", "text/html; charset=utf-8")],
      body: Array(
        "<!doctype html><title>\(error)</title><p>Error \(status): \(error)<p>\(text)".utf8))
  }
}
