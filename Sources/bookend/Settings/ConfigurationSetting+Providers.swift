import Foundation

extension ConfigurationSetting {
  static var providers: [ConfigurationSetting] {
    [
      baseURL("providers.google.apiBaseUrl", \.providers.google.apiBaseUrl),
      baseURL("providers.google.authorizeUrl", \.providers.google.authorizeUrl),
      baseURL("providers.google.tokenUrl", \.providers.google.tokenUrl),
      baseURL("providers.google.revokeUrl", \.providers.google.revokeUrl),
      clientID("providers.google.clientId", \.providers.google.clientId),
      optionalPath("providers.google.clientSecretFile", \.providers.google.clientSecretFile),
      baseURL("providers.outlook.apiBaseUrl", \.providers.outlook.apiBaseUrl),
      baseURL("providers.outlook.authorizeUrl", \.providers.outlook.authorizeUrl),
      baseURL("providers.outlook.tokenUrl", \.providers.outlook.tokenUrl),
      text(
        "providers.outlook.tenant", \.providers.outlook.tenant,
        "\"common\", \"organizations\", \"consumers\", or a tenant's id or domain", isTenant),
      clientID("providers.outlook.clientId", \.providers.outlook.clientId),
      optionalPath("providers.outlook.clientSecretFile", \.providers.outlook.clientSecretFile),
      boolean(
        "providers.caldav.allowPrivateAddresses", \.providers.caldav.allowPrivateAddresses),
    ]
  }

  private static func clientID(
    _ name: String, _ field: WritableKeyPath<Configuration, String>
  ) -> Self {
    text(name, field, "the id that the provider gave this installation, or empty") {
      $0.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
  }

  /// It becomes a part of a URL's path.
  static func isTenant(_ text: String) -> Bool {
    !text.isEmpty && text.first != "."
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x2E
      }
  }
}
