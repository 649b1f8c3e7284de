import Calendars
import Core
import Foundation

extension OAuthSettings {
  init(_ google: Configuration.Providers.Google) {
    self.init(
      provider: .google, authorizeURL: google.authorizeUrl, tokenURL: google.tokenUrl,
      revokeURL: google.revokeUrl, apiBaseURL: google.apiBaseUrl, clientID: google.clientId,
      clientSecret: { try secret(inFile: google.clientSecretFile) })
  }

  init(_ outlook: Configuration.Providers.Outlook) {
    self.init(
      provider: .outlook, authorizeURL: outlook.authorizeUrl, tokenURL: outlook.tokenUrl,
      apiBaseURL: outlook.apiBaseUrl, tenant: outlook.tenant, clientID: outlook.clientId,
      clientSecret: { try secret(inFile: outlook.clientSecretFile) })
  }
}

/// The first line of a file; nil where no file is named: a client may have no secret.
private func secret(inFile path: String) throws -> Redacted<String>? {
  if path.isEmpty { return nil }
  let text = try String(contentsOfFile: path, encoding: .utf8)
  return Redacted(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
}
