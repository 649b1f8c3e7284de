import Bookings
import Core
import HTTPClient

/// What a token endpoint's refusal means, as one table: the first row that fits decides.
struct OAuthOutcome: Sendable {
  enum Meaning: Sendable {
    case retry, reconnect, configuration
  }

  /// Nil fits any.
  let provider: Connection.Provider?
  let statuses: ClosedRange<Int>
  /// The `error` of RFC 6749 section 5.2; nil fits any.
  let error: String?
  /// Microsoft's AADSTS number; nil fits any.
  let code: Int?
  let meaning: Meaning
  let words: String

  /// Microsoft's numbers come first: they say more than the error's name. Sources: Google's "Using OAuth 2.0
  /// for Web Server Applications", Microsoft's "Entra authentication and authorization error codes".
  static let table: [OAuthOutcome] = [
    outlook(70008, .reconnect, "the permission has run out"),
    outlook(700082, .reconnect, "the permission has run out: it was not used for 90 days"),
    outlook(50173, .reconnect, "the permission was revoked, or the password changed"),
    outlook(54005, .reconnect, "the sign-in was used before"),
    outlook(65001, .reconnect, "the consent was withdrawn or never given"),
    outlook(50057, .reconnect, "the account is disabled"),
    outlook(50076, .reconnect, "the organization asks for another sign-in"),
    outlook(50079, .reconnect, "the organization asks for another sign-in"),
    outlook(50158, .reconnect, "the organization asks for another sign-in"),
    outlook(7_000_215, .configuration, "the client secret is wrong"),
    outlook(7_000_222, .configuration, "the client secret has run out"),
    outlook(700027, .configuration, "the client's assertion is not accepted"),
    outlook(700016, .configuration, "the client is not known in this tenant"),
    outlook(70011, .configuration, "a scope is not known"),
    outlook(900144, .configuration, "the request lacks a field"),
    outlook(50011, .configuration, "the redirect address is not registered"),

    // What is busy says so by its status too, whatever its error is called.
    any(429, nil, .retry, "the authorization server asks for patience"),
    any(500...599, nil, .retry, "the authorization server is not well"),
    any(400...499, "temporarily_unavailable", .retry, "the authorization server is not well"),
    any(400...499, "internal_failure", .retry, "the authorization server is not well"),
    any(400...499, "server_error", .retry, "the authorization server is not well"),
    any(400...499, "rate_limit_exceeded", .retry, "the authorization server asks for patience"),

    any(400...499, "invalid_grant", .reconnect, "the permission was revoked or has run out"),
    any(400...499, "interaction_required", .reconnect, "the provider asks for another sign-in"),
    any(400...499, "login_required", .reconnect, "the provider asks for another sign-in"),
    any(400...499, "consent_required", .reconnect, "the consent was withdrawn or never given"),
    any(
      400...499, "admin_policy_enforced", .reconnect,
      "the account's administrator does not allow it"
    ),
    any(400...499, "org_internal", .reconnect, "the account is not of the client's organization"),
    any(400...499, "access_denied", .reconnect, "the permission was refused"),

    any(400...499, "invalid_client", .configuration, "the client id or its secret is wrong"),
    any(400...499, "unauthorized_client", .configuration, "the client may not do this"),
    any(400...499, "invalid_scope", .configuration, "a scope is not known"),
    any(
      400...499, "redirect_uri_mismatch", .configuration, "the redirect address is not registered"),
    any(400...499, "unsupported_grant_type", .configuration, "the grant is not supported"),
    any(400...499, "invalid_request", .configuration, "the request is not understood"),
    any(403, nil, .reconnect, "the permission was refused"),
    any(0...999, nil, .configuration, "the answer is none of an authorization server"),
  ]

  static func failure(
    _ response: HTTPResponse, of provider: Connection.Provider, now: Timestamp
  ) -> OAuthFailure {
    let body = try? JSON.parse(response.body)
    let name = body?["error"]?.string
    let codes = body?["error_codes"]?.array?.compactMap(\.integer) ?? []
    let found = table.first { row in
      (row.provider == nil || row.provider == provider) && row.statuses.contains(response.status)
        && (row.error == nil || row.error == name)
        && (row.code.map { codes.contains(Int64($0)) } ?? true)
    }
    let row = found ?? table[table.endIndex - 1]
    let known = [row.error, row.code.map { "AADSTS\($0)" }].compactMap(\.self).first
    let message =
      "\(row.words) (\([known, "\(response.status)"].compactMap(\.self).joined(separator: ", ")))"
    switch row.meaning {
    case .reconnect: return OAuthFailure(.reconnect, message)
    case .configuration: return OAuthFailure(.configuration, message)
    case .retry:
      return OAuthFailure(
        .retry(until: RetryAfter.instant(response.header("Retry-After"), now: now)), message)
    }
  }

  private static func outlook(_ code: Int, _ meaning: Meaning, _ words: String) -> OAuthOutcome {
    OAuthOutcome(
      provider: .outlook, statuses: 400...499, error: nil, code: code, meaning: meaning,
      words: words)
  }

  private static func any(
    _ statuses: ClosedRange<Int>, _ error: String?, _ meaning: Meaning, _ words: String
  ) -> OAuthOutcome {
    OAuthOutcome(
      provider: nil, statuses: statuses, error: error, code: nil, meaning: meaning, words: words)
  }

  private static func any(
    _ status: Int, _ error: String?, _ meaning: Meaning, _ words: String
  ) -> OAuthOutcome {
    any(status...status, error, meaning, words)
  }
}
