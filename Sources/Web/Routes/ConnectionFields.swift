import Bookings
import Core

/// The body of `POST /v1/connections`, each field checked by itself; whether the account lets us in is asked
/// later.
struct ConnectionFields: Sendable {
  let host: HostRecord
  let account: NewAccount

  private static let nameCharacters = 1...200
  private static let urlCharacters = 1...2000
  /// RFC 5321 section 4.5.3.1: the longest address.
  private static let addressCharacters = 3...320
  private static let usernameCharacters = 1...320
  private static let passwordCharacters = 1...1024

  init?(reading fields: FieldReader, host owner: LinkFields.Owner, zones: ZoneDatabase) {
    let host = Self.host(fields, owner)
    let provider = fields.choice("provider", Connection.Provider.self)
    let name = fields.optionalLine("name", length: Self.nameCharacters)
    guard let provider else { return nil }
    let account: NewAccount?
    switch provider {
    case .local: account = Self.local(fields, name, host, zones)
    case .caldav: account = Self.caldav(fields, name)
    case .google: account = Self.google(fields, name)
    case .outlook: account = Self.outlook(fields, name, host)
    }
    guard let host, let account else { return nil }
    self.host = host
    self.account = account
  }

  private static func host(_ fields: FieldReader, _ owner: LinkFields.Owner) -> HostRecord? {
    _ = fields.optionalString("host", length: 1...Caller.longestID)
    switch owner {
    case .host(let host): return host
    case .unnamed: fields.report("host", "is required: this key acts for several hosts")
    case .unknown: fields.report("host", Caller.noSuchHost)
    }
    return nil
  }

  private static func local(
    _ fields: FieldReader, _ name: String?, _ host: HostRecord?, _ zones: ZoneDatabase
  ) -> NewAccount? {
    let zone =
      fields.value("timeZone") == nil ? host?.timeZone : fields.zoneName("timeZone", zones)
    guard let zone else { return nil }
    return .local(name: name ?? "Calendar", timeZone: zone)
  }

  private static func caldav(_ fields: FieldReader, _ name: String?) -> NewAccount? {
    let url = fields.line("url", length: urlCharacters)
    let username = fields.line("username", length: usernameCharacters)
    let password = fields.line("password", length: passwordCharacters)
    guard let url, let username, let password else { return nil }
    return .caldav(url: url, username: username, password: Redacted(password), name: name)
  }

  private static func google(_ fields: FieldReader, _ name: String?) -> NewAccount? {
    let key = fields.value("serviceAccount")
    let subject = fields.optionalLine("subject", length: addressCharacters)
    guard let key else {
      fields.report(
        "serviceAccount",
        "is required here; a person's own account is connected in the browser: GET "
          + "/v1/connections/google/authorize")
      return nil
    }
    return .serviceAccount(key: Redacted(key), subject: subject, name: name)
  }

  /// This installation's own credentials open every mailbox of the tenant, so that a key may name its host's
  /// only; an operator may name others on the command line.
  private static func outlook(
    _ fields: FieldReader, _ name: String?, _ host: HostRecord?
  ) -> NewAccount? {
    let mailbox = fields.optionalLine("mailbox", length: addressCharacters)
    let tenant = fields.optionalLine("tenant", length: nameCharacters)
    guard let mailbox else {
      if !fields.isAtFault("mailbox") {
        fields.report(
          "mailbox",
          "is required here; a person's own account is connected in the browser: GET "
            + "/v1/connections/outlook/authorize")
      }
      return nil
    }
    if let host, mailbox.lowercased() != host.email.lowercased() {
      fields.report("mailbox", "must be the host's own address")
    }
    if tenant != nil {
      fields.report("tenant", "is this installation's: providers.outlook.tenant")
    }
    return .mailbox(address: mailbox, tenant: nil, name: name)
  }
}
