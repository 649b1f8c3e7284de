import Bookings
import Core
import HTTPClient
import HTTPServer
import TestSupport
import Testing

@testable import Calendars

extension OAuthClient {
  /// Against a server that a test scripts.
  static func testing(
    _ provider: Connection.Provider, _ server: RawHTTPServer, _ time: any TimeSource,
    clientID: String = "client-1", secret: String? = "client-secret"
  ) -> OAuthClient {
    OAuthClient(
      settings: OAuthSettings(
        provider: provider, authorizeURL: "\(server.url)/auth",
        tokenURL: "\(server.url)/{tenant}/token",
        revokeURL: provider == .google ? "\(server.url)/revoke" : nil,
        apiBaseURL: "\(server.url)/v1", tenant: provider == .outlook ? "common" : "",
        clientID: clientID, clientSecret: { secret.map { Redacted($0) } }),
      http: HTTPClient(), time: time)
  }
}

@Suite struct OAuthClientTests {
  private let time = HandTurnedTime()

  private func form(_ request: RawHTTPRequest) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: (formItems(Array(request.body.utf8)) ?? []).map { ($0.name, $0.value) })
  }

  /// RFC 7636 appendix B.
  @Test func theChallengeOfTheRFC() {
    let verifier = CodeVerifier(text: Redacted("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
    #expect(verifier.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test func theAddressToConsentAt() throws {
    let server = try RawHTTPServer { _ in [] }
    defer { server.stop() }
    let verifier = CodeVerifier(text: Redacted("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
    for (provider, expected) in [
      (
        Connection.Provider.google,
        [
          "access_type": "offline", "prompt": "consent", "login_hint": "a b@example.com",
          "scope": "https://www.googleapis.com/auth/calendar.freebusy "
            + "https://www.googleapis.com/auth/calendar.calendarlist.readonly "
            + "https://www.googleapis.com/auth/calendar.events.owned",
        ]
      ),
      (
        .outlook,
        [
          "response_mode": "query", "prompt": "select_account", "login_hint": "a b@example.com",
          "scope": "Calendars.ReadWrite User.Read offline_access",
        ]
      ),
    ] {
      let address = OAuthClient.testing(provider, server, time).settings.authorizationAddress(
        state: "s", verifier: verifier, redirect: "https://book.example/connect/google/callback",
        loginHint: "a b@example.com")
      let parts = address.split(separator: "?")
      #expect(parts[0] == "\(server.url)/auth")
      let items = formItems(Array(parts[1].utf8)) ?? []
      let query = Dictionary(uniqueKeysWithValues: items.map { ($0.name, $0.value) })
      #expect(
        query
          == expected.merging([
            "client_id": "client-1", "response_type": "code", "state": "s",
            "redirect_uri": "https://book.example/connect/google/callback",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
          ]) { $1 })
      #expect(!address.contains("dBjft"))
    }
  }

  @Test func aCodeBecomesTokens() throws {
    let server = try RawHTTPServer { _ in
      [
        .answer(
          200,
          #"{"access_token":"a","expires_in":3599,"refresh_token":"r","scope":"x","token_type":"Bearer"}"#
        )
      ]
    }
    defer { server.stop() }
    let (credential, answer) = try OAuthClient.testing(.google, server, time).exchange(
      code: Redacted("c/1"), verifier: CodeVerifier(text: Redacted("v")),
      redirect: "https://book.example/cb")
    let sent = form(try #require(server.requests.first))
    #expect(
      sent == [
        "grant_type": "authorization_code", "code": "c/1", "code_verifier": "v",
        "redirect_uri": "https://book.example/cb", "client_id": "client-1",
        "client_secret": "client-secret",
      ])
    #expect(answer.scope == "x")
    #expect(credential.access?.expiresAt == time.now() + .seconds(3599))
    // Sealed and opened it is the same.
    let again = try #require(AccountCredential(json: credential.json))
    #expect(again.json == credential.json)
    #expect(again.access?.token.reveal() == "a")
  }

  @Test func withoutALastingPermissionNothingIsConnected() throws {
    let server = try RawHTTPServer { _ in
      [.answer(200, #"{"access_token":"a","expires_in":3599,"token_type":"Bearer"}"#)]
    }
    defer { server.stop() }
    do throws(OAuthFailure) {
      _ = try OAuthClient.testing(.google, server, time).exchange(
        code: Redacted("c"), verifier: CodeVerifier(text: Redacted("v")), redirect: "r")
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == .reconnect)
    }
  }

  @Test func clientCredentialsAreAskedForInTheirTenant() throws {
    let server = try RawHTTPServer { _ in
      [.answer(200, #"{"access_token":"a","expires_in":3599,"token_type":"Bearer"}"#)]
    }
    defer { server.stop() }
    _ = try OAuthClient.testing(.outlook, server, time).renew(
      AccountCredential(source: .clientCredentials(tenant: "contoso.example")))
    let request = try #require(server.requests.first)
    #expect(request.path == "/contoso.example/token")
    #expect(form(request)["scope"] == "https://graph.microsoft.com/.default")
    #expect(form(request)["grant_type"] == "client_credentials")
  }

  @Test func revokingWhatIsGoneIsDone() throws {
    let server = try RawHTTPServer { _ in [.answer(400, #"{"error":"invalid_token"}"#)] }
    defer { server.stop() }
    let credential = AccountCredential(source: .refreshToken(Redacted("r")))
    try OAuthClient.testing(.google, server, time).revoke(credential)
    #expect(server.requests.map(\.path) == ["/revoke"])
    #expect(server.requests.first?.body == "token=r")
    // Microsoft has no such thing.
    try OAuthClient.testing(.outlook, server, time).revoke(credential)
    #expect(server.requests.count == 1)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"access_token":""}"#, #"{"access_token":"a b"}"#,
    #"{"access_token":"a","token_type":"mac"}"#, "<html>",
  ])
  func whatIsNoAnswerIsTriedAgain(body: String) throws {
    let server = try RawHTTPServer { _ in [.answer(200, body)] }
    defer { server.stop() }
    do throws(OAuthFailure) {
      _ = try OAuthClient.testing(.google, server, time).renew(
        AccountCredential(source: .refreshToken(Redacted("r"))))
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == .retry(until: nil))
    }
  }

  @Test func withoutAClientNobodyIsAsked() throws {
    let server = try RawHTTPServer { _ in [.answer(200)] }
    defer { server.stop() }
    do throws(OAuthFailure) {
      _ = try OAuthClient.testing(.google, server, time, clientID: "").renew(
        AccountCredential(source: .refreshToken(Redacted("r"))))
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == .configuration)
    }
    #expect(server.requests.isEmpty)
  }

  @Test func whoseAccountItIs() throws {
    let server = try RawHTTPServer { request in
      switch request.path {
      case "/v1/users/me/calendarList/primary": [.answer(200, #"{"id":"ada@example.com"}"#)]
      case "/v1/me": [.answer(200, #"{"userPrincipalName":"ada@contoso.example","mail":null}"#)]
      default: [.answer(404)]
      }
    }
    defer { server.stop() }
    let token = AccessToken(
      token: Redacted("t"), obtainedAt: time.now(), expiresAt: time.now() + .hours(1))
    #expect(
      try OAuthClient.testing(.google, server, time).accountName(token) == "ada@example.com")
    #expect(
      try OAuthClient.testing(.outlook, server, time).accountName(token) == "ada@contoso.example")
    #expect(server.requests.map { $0.header("Authorization") } == ["Bearer t", "Bearer t"])
  }

  // MARK: Scopes

  @Test func aMissingScopeIsToldInWords() {
    let prefix = "https://www.googleapis.com/auth/"
    let all = "\(prefix)calendar.freebusy \(prefix)calendar.calendarlist.readonly "
    #expect(
      NeededScope.missing(from: all + "\(prefix)calendar.events.owned", of: .google).isEmpty)
    #expect(NeededScope.missing(from: all + "\(prefix)calendar.events", of: .google).isEmpty)
    #expect(NeededScope.missing(from: "\(prefix)calendar", of: .google).isEmpty)
    #expect(NeededScope.missing(from: nil, of: .google).isEmpty)
    #expect(
      NeededScope.missing(from: all, of: .google).map(\.purpose)
        == ["to put bookings on your calendar, and to move and cancel them"])
    #expect(
      NeededScope.missing(
        from: "https://graph.microsoft.com/Calendars.ReadWrite user.read profile", of: .outlook
      ).isEmpty)
    #expect(
      NeededScope.missing(from: "Calendars.Read User.Read", of: .outlook).map(\.scope)
        == ["Calendars.ReadWrite"])
  }
}
