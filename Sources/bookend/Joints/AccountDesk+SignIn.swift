import Bookings
import Calendars
import Core
import Crypto
import Store
import Web

/// Signing in at a provider in the browser (RFC 6749 section 4.1 with RFC 7636). The state and the browser's
/// cookie are kept as digests and the code verifier sealed, until the browser is back or minutes have passed.
extension AccountDesk {
  /// As long as providers let a code live.
  static let signInLifetime = Duration.minutes(10)

  func beginSignIn(_ wish: SignInWish, redirect: String) throws -> BegunSignIn {
    guard let client = clients[wish.provider], client.settings.hasClient else {
      throw AccountsError.field("provider", AccountDesk.noClient(wish.provider))
    }
    let state = base64url(try secureRandomBytes(32))
    let browser = base64url(try secureRandomBytes(32))
    let verifier = try CodeVerifier.random()
    let account = try wish.connection.flatMap { try store.connection($0)?.connection }
    try store.addAuthorization(
      AuthorizationRecord(
        organization: wish.organization, host: wish.host, provider: wish.provider,
        connection: account?.id,
        verifier: try keys.seal(verifier.text.reveal().utf8, for: state),
        expiresAt: time.now() + AccountDesk.signInLifetime),
      stateHash: sha256(state.utf8), browserHash: sha256(browser.utf8))
    return BegunSignIn(
      address: client.settings.authorizationAddress(
        state: state, verifier: verifier, redirect: redirect, loginHint: account?.username),
      cookie: (AccountDesk.cookieName(state), Redacted(browser)),
      lifetime: AccountDesk.signInLifetime)
  }

  func finishSignIn(_ returned: ReturnedSignIn, redirect: String) throws -> FinishedSignIn {
    let state = returned.state.reveal()
    let stateHash = sha256(state.utf8)
    guard let cookie = returned.cookie(AccountDesk.cookieName(state)),
      let taken = try store.takeAuthorization(
        stateHash: stateHash, browserHash: sha256(cookie.utf8))
    else { return .unknown }
    switch taken {
    case .used(let record, let connected):
      // The same browser loads its last page again.
      guard let connected, let connection = try store.connection(connected)?.connection else {
        return .failed(
          record.wish, reason: "this sign-in was used before and did not come to its end")
      }
      return .connected(connection, try store.calendars(of: connected))
    case .taken(let record):
      guard record.provider == returned.provider else { return .unknown }
      guard let code = returned.code else { return notGiven(returned.error, record.wish) }
      let verifier = CodeVerifier(
        text: Redacted(
          String(decoding: try keys.open(record.verifier, for: state), as: UTF8.self)))
      do {
        let kept = try exchange(code, verifier, redirect, record)
        if case .connected(let connection, _) = kept {
          try store.finishAuthorization(stateHash: stateHash, connected: connection.id)
        }
        return kept
      } catch {
        let reason = AccountDesk.words(error)
        log(.signInFailed(record.provider, reason))
        return .failed(record.wish, reason: reason)
      }
    }
  }

  private func notGiven(_ error: String?, _ wish: SignInWish) -> FinishedSignIn {
    switch error {
    case "access_denied", "consent_required": return .refused(wish)
    case "temporarily_unavailable", "server_error":
      return .failed(wish, reason: "the provider is not well at the moment")
    case "admin_policy_enforced", "org_internal", "unauthorized_client":
      return .failed(wish, reason: "the account's administrator does not allow it")
    default: return .failed(wish, reason: "the provider did not allow it")
    }
  }

  private func exchange(
    _ code: Redacted<String>, _ verifier: CodeVerifier, _ redirect: String,
    _ record: AuthorizationRecord
  ) throws -> FinishedSignIn {
    guard let client = clients[record.provider],
      let host = try store.hosts(of: record.organization, host: record.host).first
    else { return .unknown }
    let (credential, answer) = try client.exchange(
      code: code, verifier: verifier, redirect: redirect)
    let missing = NeededScope.missing(from: answer.scope, of: record.provider)
    if !missing.isEmpty { return .incomplete(record.wish, missing: missing.map(\.purpose)) }
    guard let access = credential.access else { return .unknown }
    let name = try client.accountName(access)
    let connection: Connection
    if let again = record.connection {
      guard let known = try store.connection(again)?.connection else {
        return .failed(record.wish, reason: "the account was disconnected meanwhile")
      }
      // Bookings lie on that account's calendars: another one in its place would lose them.
      guard known.username.lowercased() == name.lowercased() else {
        return .failed(
          record.wish,
          reason: "you signed in as \(name), and this is the account of \(known.username)")
      }
      connection = known
    } else {
      connection = try known(record.provider, for: host, name: nil, username: name, url: "")
    }
    let remote = try calendars(of: connection, credential)
    let sealed = try keys.seal(credential.json, for: connection.id.text)
    let kept = try keep(connection, .credential(sealed), remote, nil) { _, _ in [] }
    return .connected(kept.connection, kept.calendars)
  }

  /// What is shown to the person: our own words only.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let failure as OAuthFailure: failure.message
    case let error as ProviderError: error.message
    case ConnectingError.changedMeanwhile: "the account was changed by somebody else meanwhile"
    default: "the server cannot keep anything at this moment"
    }
  }

  static func noClient(_ provider: Connection.Provider) -> String {
    "has no client here: providers.\(provider.rawValue).clientId is not set"
  }

  /// The cookie's name tells a little of the state's digest, so that each sign-in has its own.
  private static func cookieName(_ state: String) -> String {
    "bookend_sign_in_\(base32hex(sha256(state.utf8).prefix(5)))"
  }
}

extension AuthorizationRecord {
  fileprivate var wish: SignInWish {
    SignInWish(
      organization: organization, host: host, provider: provider, connection: connection)
  }
}
