import Bookings
import Core
import Dispatch
import Foundation
import Synchronization

/// Gives out access tokens and renews them: for each account one renewal at a time, in this process by a
/// lock, across processes by a right that the vault hands out. A renewed credential is durable before its
/// token is used, since a provider may have made the old refresh token useless with it.
package final class Refresher: AccessTokens {
  /// A token with less left than this is renewed: an attempt may take a minute and clocks differ.
  static let margin = Duration.minutes(5)
  /// Less than this is no token: the request has to arrive with it.
  static let least = Duration.seconds(30)
  /// Outlasts `OAuthClient.deadline`: a right must not run out while its holder still waits.
  static let longestRenewal = OAuthClient.deadline + .seconds(10)
  /// A token that was got in place of a refused one, and is refused so soon as well, will not be accepted
  /// after one more renewal.
  static let young = Duration.minutes(1)
  /// Between looks at what another process is doing.
  static let pause = Duration.milliseconds(50)

  private let vault: any CredentialVault
  private let client: @Sendable (Connection.Provider) -> OAuthClient?
  private let time: any TimeSource
  private let wait: @Sendable (Duration) -> Void
  private let accounts = Mutex<[ConnectionID: Account]>([:])

  /// What this process knows of one account.
  private final class Account: Sendable {
    /// Held during a renewal. Whoever waits for it finds the new token afterwards.
    let renewing = NSLock()
    let state = Mutex(State())

    struct State {
      var token: AccessToken?
      /// What the provider has refused last.
      var rejected: Redacted<String>?
      /// What was got in place of a refused one.
      var replacement: AccessToken?

      func isRejected(_ token: AccessToken) -> Bool {
        token.token.reveal() == rejected?.reveal()
      }
    }

    func isReplacement(_ token: AccessToken) -> Bool {
      state.withLock { $0.replacement?.token.reveal() == token.token.reveal() }
    }

    /// The token at hand, where it need not be renewed.
    func usable(at now: Timestamp) -> Redacted<String>? {
      state.withLock { state in
        guard let token = state.token, !state.isRejected(token),
          token.lasts(Refresher.margin, from: now)
        else { return nil }
        return token.token
      }
    }
  }

  package init(
    vault: any CredentialVault, time: any TimeSource,
    client: @escaping @Sendable (Connection.Provider) -> OAuthClient?,
    wait: @escaping @Sendable (Duration) -> Void = Refresher.waitQuietly
  ) {
    self.vault = vault
    self.time = time
    self.client = client
    self.wait = wait
  }

  package func token(for connection: ConnectionID) throws(ProviderError) -> Redacted<String> {
    let account = account(connection)
    if let token = account.usable(at: time.now()) { return token }
    account.renewing.lock()
    defer { account.renewing.unlock() }
    let token = try current(connection, account)
    account.state.withLock { $0.token = token }
    return token.token
  }

  /// Renews the token now, also of an account whose owner has to act: perhaps its owner has, at the provider.
  package func renew(_ connection: ConnectionID) throws(ProviderError) {
    let account = account(connection)
    account.renewing.lock()
    defer { account.renewing.unlock() }
    let token = try current(connection, account, isForced: true)
    account.state.withLock { $0.token = token }
  }

  package func rejected(_ token: Redacted<String>, for connection: ConnectionID) {
    account(connection).state.withLock { $0.rejected = token }
  }

  /// For an account that was connected anew or disconnected.
  package func forget(_ connection: ConnectionID) {
    account(connection).state.withLock { $0 = Account.State() }
  }

  private func account(_ connection: ConnectionID) -> Account {
    accounts.withLock { accounts in
      if let account = accounts[connection] { return account }
      let account = Account()
      accounts[connection] = account
      return account
    }
  }

  /// The token as it is kept, renewed where that is due.
  private func current(
    _ connection: ConnectionID, _ account: Account, isForced: Bool = false
  ) throws(ProviderError) -> AccessToken {
    let end = time.monotonic() + Refresher.longestRenewal
    while true {
      guard let kept = try keeping({ try vault.credential(of: connection) }) else {
        throw ProviderError(.permanent, "the account is not connected")
      }
      if let reason = kept.needsOwner, !isForced { throw ProviderError(.needsOwner, reason) }
      let now = time.now()
      let token = kept.credential.access
      let isRejected = token.map { token in account.state.withLock { $0.isRejected(token) } }
      // Good enough while somebody else renews it, or while the server is not well.
      var spare: AccessToken?
      if isForced {
        // Whatever is at hand, a new one is what was asked for.
      } else if let token, isRejected == false {
        if token.lasts(Refresher.margin, from: now) { return token }
        if token.lasts(Refresher.least, from: now) { spare = token }
      } else if let token, account.isReplacement(token), now < token.obtainedAt + Refresher.young {
        try giveUp(connection, kept)
        continue
      }
      let until = time.now() + Refresher.longestRenewal
      switch try keeping({
        try vault.beginRenewal(of: connection, version: kept.version, until: until)
      }) {
      case .granted:
        if let renewed = try renew(connection, kept, spare) {
          if isRejected == true { account.state.withLock { $0.replacement = renewed } }
          return renewed
        }
      case .outdated: break
      case .taken:
        if let spare { return spare }
        guard time.monotonic() < end else {
          throw ProviderError(.transient, "another process renews the account's token")
        }
        wait(Refresher.pause)
      }
    }
  }

  /// Nil where another process was faster: its credential is the one to use.
  private func renew(
    _ connection: ConnectionID, _ kept: KeptCredential, _ spare: AccessToken?
  ) throws(ProviderError) -> AccessToken? {
    let renewed: AccountCredential
    do throws(OAuthFailure) {
      guard let client = client(kept.provider) else {
        throw OAuthFailure(.configuration, "\(kept.provider.rawValue) is not configured")
      }
      renewed = try client.renew(kept.credential)
    } catch {
      return try failed(connection, kept, error, spare)
    }
    let isStored = try keeping {
      try vault.store(renewed, of: connection, version: kept.version)
    }
    return isStored ? renewed.access : nil
  }

  private func failed(
    _ connection: ConnectionID, _ kept: KeptCredential, _ failure: OAuthFailure,
    _ spare: AccessToken?
  ) throws(ProviderError) -> AccessToken? {
    try keeping { try vault.endRenewal(of: connection, version: kept.version) }
    let trouble: AccountTrouble
    switch failure.kind {
    case .retry:
      if let spare { return spare }
      throw ProviderError(failure)
    case .reconnect: trouble = AccountTrouble(.owner, failure.message)
    case .configuration: trouble = AccountTrouble(.operator, failure.message)
    }
    // Whoever lost a race may have sent a refresh token that the winner's answer has replaced.
    guard try keeping({ try vault.report(trouble, of: connection, version: kept.version) }) else {
      return nil
    }
    throw ProviderError(failure)
  }

  private func giveUp(
    _ connection: ConnectionID, _ kept: KeptCredential
  ) throws(ProviderError) {
    let reason = "the provider refuses a token that it has just given"
    let isOurs = try keeping {
      try vault.report(
        AccountTrouble(.owner, reason), of: connection, version: kept.version)
    }
    if isOurs { throw ProviderError(.needsOwner, reason) }
  }

  private func keeping<Value>(_ body: () throws -> Value) throws(ProviderError) -> Value {
    do { return try body() } catch let error as ProviderError { throw error } catch {
      throw ProviderError(.transient, "the account's credentials could not be read or kept")
    }
  }

  package static let waitQuietly: @Sendable (Duration) -> Void = { duration in
    _ = DispatchSemaphore(value: 0).wait(
      timeout: .now() + .milliseconds(Int(duration.wholeMilliseconds)))
  }
}
