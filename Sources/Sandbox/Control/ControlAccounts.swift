import Core

/// Accounts, clients, consents and tokens.
enum ControlAccounts {
  private static let tokenLife = 3600

  static let googleScopes = [
    "https://www.googleapis.com/auth/calendar.freebusy",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.events.owned",
    "https://www.googleapis.com/auth/calendar.calendars.readonly",
  ]
  static let graphScopes = [
    "Calendars.ReadWrite", "User.Read", "MailboxSettings.Read", "offline_access",
  ]

  private struct NewAccount {
    let provider: ProviderName
    let email: String
    let name: String
    let timeZone: String
    let isPersonal: Bool
    let calendars: [NewCalendar]
  }

  static func addAccount(_ json: JSON, in world: inout World) throws -> Answer {
    let new = try FieldReader.read(json) { fields -> NewAccount? in
      let provider = fields.choice("provider", ProviderName.self)
      let email = fields.string("email", length: 3...320)
      let name = fields.optionalString("name", length: 1...200)
      let zone = fields.optionalString("timeZone", length: 1...64) ?? "UTC"
      if world.zone(zone) == nil { fields.report("timeZone", "is no time zone") }
      let isPersonal = fields.optionalBoolean("personal") ?? false
      let calendars =
        fields.optionalArray("calendars", count: 0...100) { NewCalendar(reading: $0, in: world) }
      guard let provider, let email else { return nil }
      return NewAccount(
        provider: provider, email: email.lowercased(), name: name ?? email, timeZone: zone,
        isPersonal: isPersonal, calendars: calendars ?? [])
    }
    guard world.account(new.provider, new.email) == nil else {
      throw ControlRefusal(409, "#/email", "\(new.email) is an account already")
    }
    let main = makeAccount(new, in: &world)
    var calendars = [main]
    for calendar in new.calendars {
      calendars.append(try world.add(calendar, new.provider, to: new.email))
    }
    let grant = Grant(
      provider: new.provider, account: new.email, client: "sandbox-client",
      scopes: new.provider == .google ? googleScopes : graphScopes, expires: world.now,
      family: world.nextNumber())
    return .json(
      201,
      [
        "provider": .string(new.provider.rawValue), "email": .string(new.email),
        "calendars": .array(
          calendars.map { ["id": .string($0.id), "name": .string($0.name)] }),
        "accessToken": .string(world.issueAccessToken(grant, life: .seconds(tokenLife))),
        "refreshToken": .string(world.issueRefreshToken(grant)),
      ])
  }

  private static func makeAccount(
    _ new: NewAccount, in world: inout World
  ) -> (id: String, name: String) {
    let number = world.nextNumber()
    switch new.provider {
    case .google:
      world.google.accounts[new.email] = GoogleState.Account(
        number: number, email: new.email, name: new.name, timeZone: new.timeZone)
      world.google.calendars[new.email] = GoogleCalendar(
        number: number, id: new.email, summary: new.email, timeZone: new.timeZone,
        owner: new.email, primaryOf: new.email, access: [new.email: .owner], now: world.now)
      return (new.email, new.email)
    case .outlook:
      var mailbox = Mailbox(
        number: number, email: new.email, userID: world.uuid(), name: new.name,
        timeZone: new.timeZone, isPersonal: new.isPersonal)
      let calendar = GraphCalendar(
        id: world.newID("AAMkAD"), name: "Calendar", isDefault: true, canEdit: true,
        onlineMeetingProviders: new.isPersonal ? [] : ["teamsForBusiness"],
        owner: (new.name, new.email))
      mailbox.calendars.append(calendar)
      world.outlook.mailboxes[new.email] = mailbox
      return (calendar.id, calendar.name)
    }
  }

  static func addServiceAccount(_ json: JSON, in world: inout World) throws -> Answer {
    let (email, account) = try FieldReader.read(json) { fields -> (String, ServiceAccount)? in
      let email = fields.string("email", length: 3...320)
      let key = fields.optionalString("publicKeyPem", length: 1...10_000)
      let isDelegated = fields.optionalBoolean("delegated") ?? false
      return email.map { ($0, ServiceAccount(publicKey: key, isDelegated: isDelegated)) }
    }
    world.identity.serviceAccounts[email] = account
    return .json(201, ["email": .string(email)])
  }

  static func addClient(_ json: JSON, in world: inout World) throws -> Answer {
    typealias Client = IdentityState.Client
    let new = try FieldReader.read(json) { fields -> (ProviderName, String, Client)? in
      let provider = fields.choice("provider", ProviderName.self)
      let id = fields.string("id", length: 1...200)
      let secret = fields.optionalString("secret", length: 1...200)
      let uris = fields.optionalStrings("redirectUris", count: 0...20, length: 1...2000) ?? []
      guard let provider, let id else { return nil }
      return (provider, id, Client(secret: secret, redirectURIs: uris))
    }
    world.identity.clients[new.0, default: [:]][new.1] = new.2
    return .json(201, ["id": .string(new.1)])
  }

  static func setConsent(_ json: JSON, in world: inout World) throws -> Answer {
    typealias Consent = IdentityState.Consent
    let new = try FieldReader.read(json) { fields -> (ProviderName, Consent)? in
      let provider = fields.choice("provider", ProviderName.self)
      let account = fields.optionalString("account", length: 3...320)?.lowercased()
      let isDenied = fields.optionalBoolean("denied") ?? false
      let scopes = fields.optionalStrings("scopes", count: 0...50, length: 1...200)
      guard let provider else { return nil }
      return (provider, Consent(account: account, isDenied: isDenied, scopes: scopes))
    }
    if let email = new.1.account, world.account(new.0, email) == nil {
      throw ControlRefusal.noAccount(email)
    }
    world.identity.consents[new.0] = new.1
    return .empty(204)
  }

  static func issue(_ json: JSON, in world: inout World) throws -> Answer {
    typealias Order = (provider: ProviderName, account: String?, scopes: [String]?, life: Int)
    let order = try FieldReader.read(json) { fields -> Order? in
      let provider = fields.choice("provider", ProviderName.self)
      let isAppOnly = fields.optionalBoolean("appOnly") ?? false
      let account = fields.optionalString("account", length: 3...320)?.lowercased()
      if account == nil, !isAppOnly { fields.report("account", "is required") }
      if isAppOnly, provider == .google { fields.report("appOnly", "is for outlook only") }
      let scopes = fields.optionalStrings("scopes", count: 0...50, length: 1...200)
      let life = fields.optionalInteger("expiresInSeconds", in: 0...86_400) ?? tokenLife
      guard let provider else { return nil }
      return (provider, isAppOnly ? nil : account, scopes, life)
    }
    if let email = order.account, world.account(order.provider, email) == nil {
      throw ControlRefusal.noAccount(email)
    }
    let grant = Grant(
      provider: order.provider, account: order.account, client: "sandbox-client",
      scopes: order.scopes ?? (order.provider == .google ? googleScopes : graphScopes),
      expires: world.now, family: world.nextNumber())
    return .json(
      201,
      [
        "accessToken": .string(world.issueAccessToken(grant, life: .seconds(order.life))),
        "refreshToken": .string(world.issueRefreshToken(grant)),
        "scope": .string(grant.scopes.joined(separator: " ")),
      ])
  }

  static func revoke(_ json: JSON, in world: inout World) throws -> Answer {
    enum What: String, CaseIterable { case access, all }
    let order = try FieldReader.read(json) { fields -> (ProviderName, String, What)? in
      let provider = fields.choice("provider", ProviderName.self)
      let account = fields.string("account", length: 3...320)?.lowercased()
      let what = fields.optionalChoice("what", What.self) ?? .all
      guard let provider, let account else { return nil }
      return (provider, account, what)
    }
    world.identity.revoke(order.0, account: order.1, refreshTokensToo: order.2 == .all)
    return .empty(204)
  }
}
