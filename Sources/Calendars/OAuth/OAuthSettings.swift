import Bookings
import Core
import Foundation

/// Where a provider's authorization server is, and as whom this installation comes to it.
package struct OAuthSettings: Sendable {
  package let provider: Connection.Provider
  package let authorizeURL: String
  package let tokenURL: String
  /// Nil where the provider has no such thing: Microsoft lets only people revoke, on a page of its own.
  package let revokeURL: String?
  /// For the one question that is asked of the calendar's interface here: whose account it is.
  package let apiBaseURL: String
  /// Whose accounts may come, for Microsoft; empty elsewhere.
  package let tenant: String
  package let clientID: String
  /// Read whenever it is used, so that a new secret needs no restart; nil where there is none.
  package let clientSecret: @Sendable () throws -> Redacted<String>?

  /// `{tenant}` in the URLs stands for the tenant.
  package init(
    provider: Connection.Provider, authorizeURL: String, tokenURL: String, revokeURL: String? = nil,
    apiBaseURL: String, tenant: String = "", clientID: String,
    clientSecret: @escaping @Sendable () throws -> Redacted<String>?
  ) {
    self.provider = provider
    self.authorizeURL = authorizeURL
    self.tokenURL = tokenURL
    self.revokeURL = revokeURL
    self.apiBaseURL = apiBaseURL
    self.tenant = tenant
    self.clientID = clientID
    self.clientSecret = clientSecret
  }

  /// Whether people can connect an account of theirs.
  package var hasClient: Bool { !clientID.isEmpty }

  /// What client credentials are asked for: all that an administrator has allowed. The resource is named by
  /// the interface's origin, that of a country's own cloud among them; what stands in for it on this machine
  /// goes by the usual name.
  var defaultScope: String {
    let origin = OAuthSettings.origin(of: apiBaseURL)
    return "\(origin.hasPrefix("https:") ? origin : "https://graph.microsoft.com")/.default"
  }

  package var authorizeOrigin: String { OAuthSettings.origin(of: authorizeURL) }

  private static func origin(of url: String) -> String {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    return String(url[..<(url[start...].firstIndex(of: "/") ?? url.endIndex)])
  }

  func authorizeURL(tenant: String) -> String { OAuthSettings.fill(authorizeURL, tenant) }

  func tokenURL(tenant: String) -> String { OAuthSettings.fill(tokenURL, tenant) }

  private static func fill(_ url: String, _ tenant: String) -> String {
    url.replacingOccurrences(of: "{tenant}", with: tenant)
  }
}
