import Core

/// A calendar that is there.
struct Place {
  let provider: ProviderName
  let account: String
  let calendar: String

  init?(reading fields: FieldReader, in world: World) {
    let provider = fields.choice("provider", ProviderName.self)
    let account = fields.string("account", length: 3...320)?.lowercased()
    let calendar = fields.optionalString("calendar", length: 1...1024)
    guard let provider, let account else { return nil }
    do {
      try self.init(provider, account, calendar, in: world)
    } catch {
      fields.report(error.field.hasSuffix("account") ? "account" : "calendar", error.detail)
      return nil
    }
  }

  init(
    _ provider: ProviderName, _ account: String, _ calendar: String?, in world: World
  ) throws(ControlRefusal) {
    self.provider = provider
    self.account = account
    switch provider {
    case .google:
      guard world.google.accounts[account] != nil else { throw .noAccount(account) }
      let id = calendar == nil || calendar == "primary" ? account : calendar ?? account
      guard world.google.calendars[id] != nil else { throw .noCalendar }
      self.calendar = id
    case .outlook:
      guard let mailbox = world.outlook.mailboxes[account] else { throw .noAccount(account) }
      guard let id = calendar ?? mailbox.defaultCalendar?.id,
        mailbox.calendars.contains(where: { $0.id == id })
      else { throw .noCalendar }
      self.calendar = id
    }
  }
}
