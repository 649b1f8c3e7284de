import Core

/// A token endpoint's answer (RFC 6749 section 5.1), as far as it is used. Access tokens are opaque.
package struct TokenAnswer: Sendable {
  let accessToken: Redacted<String>
  let lifetime: Duration
  /// Microsoft gives a new one each time and means it to replace the old; Google gives one with consent only.
  let refreshToken: Redacted<String>?
  /// Nil where the server does not say, which means: what was asked for.
  package let scope: String?

  /// No longer than providers document; who claims more is asked again sooner.
  private static let longestLifetime = Duration.hours(24)
  /// What a header can carry; Google documents 2048 bytes, Microsoft none.
  private static let longestToken = 16 << 10

  /// Nil for what is no such answer.
  init?(_ body: [UInt8]) {
    guard let json = try? JSON.parse(body),
      let access = json["access_token"]?.string, TokenAnswer.isToken(access),
      json["token_type"]?.string?.lowercased() ?? "bearer" == "bearer"
    else { return nil }
    accessToken = Redacted(access)
    // Recommended, not required: an hour is what both providers give.
    let seconds = json["expires_in"]?.integer ?? 3600
    lifetime = min(.seconds(max(0, seconds)), TokenAnswer.longestLifetime)
    let refresh = json["refresh_token"]?.string
    refreshToken = refresh.flatMap { TokenAnswer.isToken($0) ? Redacted($0) : nil }
    scope = json["scope"]?.string
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= longestToken
      && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
