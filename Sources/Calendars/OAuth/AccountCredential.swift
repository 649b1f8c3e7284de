import Core

/// What an account's access tokens are had with, and the current one. It is sealed as a whole wherever it is
/// kept.
package struct AccountCredential: Sendable {
  package enum Source: Sendable {
    /// From a person's consent.
    case refreshToken(Redacted<String>)
    case serviceAccount(ServiceAccount)
    /// This installation's own client, in one tenant.
    case clientCredentials(tenant: String)
  }

  package var source: Source
  package var access: AccessToken?

  package init(source: Source, access: AccessToken? = nil) {
    self.source = source
    self.access = access
  }

  /// The mailbox that is acted for by this installation's own right, where the account is called `username`;
  /// nil where it is that of whoever signed in, or of a service account itself.
  package func mailbox(of username: String) -> String? {
    switch source {
    case .refreshToken: nil
    case .serviceAccount(let account): account.subject
    case .clientCredentials: username
    }
  }

  /// A refresh token that the answer brings replaces the old one; without one the old one stays good.
  func renewed(by answer: TokenAnswer, at asked: Timestamp) -> AccountCredential {
    var renewed = AccountCredential(source: source, access: AccessToken(answer, at: asked))
    if case .refreshToken = source, let refreshToken = answer.refreshToken {
      renewed.source = .refreshToken(refreshToken)
    }
    return renewed
  }
}

package struct AccessToken: Sendable {
  package let token: Redacted<String>
  package let obtainedAt: Timestamp
  package let expiresAt: Timestamp

  package init(token: Redacted<String>, obtainedAt: Timestamp, expiresAt: Timestamp) {
    self.token = token
    self.obtainedAt = obtainedAt
    self.expiresAt = expiresAt
  }

  init(_ answer: TokenAnswer, at asked: Timestamp) {
    self.init(token: answer.accessToken, obtainedAt: asked, expiresAt: asked + answer.lifetime)
  }

  func lasts(_ duration: Duration, from now: Timestamp) -> Bool { expiresAt >= now + duration }
}
