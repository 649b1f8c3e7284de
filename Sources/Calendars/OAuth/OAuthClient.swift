import Bookings
import Core
import Crypto
import HTTPClient

/// Speaks to a provider's token endpoint. It keeps nothing.
package struct OAuthClient: Sendable {
  package let settings: OAuthSettings
  private let http: HTTPClient
  private let time: any TimeSource

  /// A person or a worker waits, and a refresher's lease has to outlast it.
  static let deadline = Duration.seconds(20)

  package init(settings: OAuthSettings, http: HTTPClient, time: any TimeSource) {
    self.settings = settings
    self.http = http
    self.time = time
  }

  /// Turns the code that a person's browser brought into tokens. Once: a code serves one time, and where the
  /// answer is lost the person has to sign in again.
  package func exchange(
    code: Redacted<String>, verifier: CodeVerifier, redirect: String
  ) throws(OAuthFailure) -> (credential: AccountCredential, answer: TokenAnswer) {
    let asked = time.now()
    var fields = try client()
    fields += [
      ("grant_type", "authorization_code"), ("code", code.reveal()),
      ("code_verifier", verifier.text.reveal()), ("redirect_uri", redirect),
    ]
    let answer = try ask(fields, at: settings.tokenURL(tenant: settings.tenant))
    guard let refresh = answer.refreshToken else {
      throw OAuthFailure(
        .reconnect, "the provider gave no lasting permission; allow it again in full")
    }
    let credential = AccountCredential(
      source: .refreshToken(refresh), access: AccessToken(answer, at: asked))
    return (credential, answer)
  }

  /// A new access token, and whatever else of the credential has changed with it.
  package func renew(_ credential: AccountCredential) throws(OAuthFailure) -> AccountCredential {
    // Measured from before the question: a token that seems to live shorter does no harm.
    let asked = time.now()
    let fields: [(name: String, value: String)]
    var tenant = settings.tenant
    switch credential.source {
    case .refreshToken(let token):
      fields = try client() + [("grant_type", "refresh_token"), ("refresh_token", token.reveal())]
    case .serviceAccount(let account):
      let assertion = try account.assertion(
        audience: settings.tokenURL, at: asked,
        scopes: NeededScope.all(of: settings.provider).map(\.scope))
      fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", assertion.reveal()),
      ]
    case .clientCredentials(let own):
      tenant = own
      fields =
        try client() + [
          ("grant_type", "client_credentials"), ("scope", settings.defaultScope),
        ]
    }
    let answer = try ask(fields, at: settings.tokenURL(tenant: tenant))
    return credential.renewed(by: answer, at: asked)
  }

  /// Ends what was granted, at providers that can be told so. What is gone already is a success.
  package func revoke(_ credential: AccountCredential) throws(OAuthFailure) {
    guard let url = settings.revokeURL, case .refreshToken(let token) = credential.source else {
      return
    }
    let response = try post([("token", token.reveal())], to: url)
    if response.status == 200 || response.status == 400 { return }
    throw OAuthOutcome.failure(response, of: settings.provider, now: time.now())
  }

  private func client() throws(OAuthFailure) -> [(name: String, value: String)] {
    guard settings.hasClient else {
      throw OAuthFailure(
        .configuration, "providers.\(settings.provider.rawValue).clientId is not set")
    }
    do {
      let secret = try settings.clientSecret()
      return [("client_id", settings.clientID)]
        + (secret.map { [("client_secret", $0.reveal())] } ?? [])
    } catch {
      throw OAuthFailure(
        .configuration,
        "providers.\(settings.provider.rawValue).clientSecretFile cannot be read")
    }
  }

  private func ask(
    _ fields: [(name: String, value: String)], at url: String
  ) throws(OAuthFailure) -> TokenAnswer {
    let response = try post(fields, to: url)
    guard response.status == 200 else {
      throw OAuthOutcome.failure(response, of: settings.provider, now: time.now())
    }
    guard let answer = TokenAnswer(response.body) else {
      throw OAuthFailure(.retry(until: nil), "the answer of the token endpoint cannot be read")
    }
    return answer
  }

  /// Whatever becomes of it may be tried again: a refresh token survives an answer that was lost, at
  /// Microsoft for a while.
  private func post(
    _ fields: [(name: String, value: String)], to url: String
  ) throws(OAuthFailure) -> HTTPResponse {
    let request = HTTPRequest(
      "POST", url,
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
      ], body: Array(formEncoded(fields).utf8))
    return try answer(to: request)
  }

  func answer(to request: HTTPRequest) throws(OAuthFailure) -> HTTPResponse {
    do throws(HTTPClientError) {
      return try http.send(request, deadline: OAuthClient.deadline)
    } catch {
      let host = "the provider"
      switch error {
      case .invalidRequest(let part):
        throw OAuthFailure(.configuration, "\(host) cannot be asked: invalid \(part)")
      case .privateAddress:
        throw OAuthFailure(.configuration, "\(host) is at a private address")
      case .notSent(let reason), .mayHaveLanded(let reason):
        throw OAuthFailure(.retry(until: nil), "\(host) does not answer: \(reason)")
      case .tooLarge:
        throw OAuthFailure(.retry(until: nil), "the answer of \(host) is too large")
      }
    }
  }
}
