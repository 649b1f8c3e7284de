import Core

/// The form in which it is sealed.
extension AccountCredential {
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      switch source {
      case .refreshToken(let token): writer.field("refreshToken", token.reveal())
      case .serviceAccount(let account): writer.object("serviceAccount") { account.write(to: &$0) }
      case .clientCredentials(let tenant): writer.field("tenant", tenant)
      }
      if let access {
        writer.object("access") {
          $0.field("token", access.token.reveal())
          $0.field("obtainedAt", access.obtainedAt)
          $0.field("expiresAt", access.expiresAt)
        }
      }
    }
    return writer.bytes
  }

  /// Nil for what this program has not written.
  package init?(json bytes: [UInt8]) {
    guard let json = try? JSON.parse(bytes) else { return nil }
    if let token = json["refreshToken"]?.string {
      source = .refreshToken(Redacted(token))
    } else if let account = json["serviceAccount"].flatMap(ServiceAccount.init(stored:)) {
      source = .serviceAccount(account)
    } else if let tenant = json["tenant"]?.string {
      source = .clientCredentials(tenant: tenant)
    } else {
      return nil
    }
    access = json["access"].flatMap { access in
      guard let token = access["token"]?.string,
        let obtainedAt = access["obtainedAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
        let expiresAt = access["expiresAt"]?.string.flatMap({ Timestamp(rfc3339: $0) })
      else { return nil }
      return AccessToken(token: Redacted(token), obtainedAt: obtainedAt, expiresAt: expiresAt)
    }
  }
}
