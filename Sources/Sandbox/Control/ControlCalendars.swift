import Core

/// Calendars added, and deleted under the feet of those who use them.
enum ControlCalendars {
  static func add(_ json: JSON, in world: inout World) throws -> Answer {
    let new = try FieldReader.read(json) { fields -> (ProviderName, String, NewCalendar)? in
      let provider = fields.choice("provider", ProviderName.self)
      let account = fields.string("account", length: 3...320)?.lowercased()
      guard let calendar = NewCalendar(reading: fields, in: world), let provider, let account else {
        return nil
      }
      return (provider, account, calendar)
    }
    guard world.account(new.0, new.1) != nil else { throw ControlRefusal.noAccount(new.1) }
    let added = try world.add(new.2, new.0, to: new.1)
    return .json(201, ["id": .string(added.id), "name": .string(added.name)])
  }

  static func delete(_ json: JSON, in world: inout World) throws -> Answer {
    let place = try FieldReader.read(json) { Place(reading: $0, in: world) }
    switch place.provider {
    case .google: world.google.calendars[place.calendar]?.isDeleted = true
    case .outlook:
      guard
        let index = world.outlook.mailboxes[place.account]?.calendars.firstIndex(where: {
          $0.id == place.calendar
        })
      else { throw ControlRefusal.noCalendar }
      world.outlook.mailboxes[place.account]?.calendars[index].isDeleted = true
    }
    return .empty(204)
  }
}

extension World {
  /// Adds a calendar; one of Google's that is there already is shared with the account.
  mutating func add(
    _ new: NewCalendar, _ provider: ProviderName, to account: String
  ) throws -> (id: String, name: String) {
    switch provider {
    case .google:
      if let id = new.id, google.calendars[id] != nil {
        google.calendars[id]?.access[account] = new.access
        return (id, google.calendars[id]?.summary ?? id)
      }
      let id = new.id ?? "c_\(base32hex(randomness.bytes(20)))@group.calendar.google.com"
      let zone = new.timeZone ?? google.accounts[account]?.timeZone ?? "UTC"
      google.calendars[id] = GoogleCalendar(
        number: nextNumber(), id: id, summary: new.name, timeZone: zone, owner: account,
        primaryOf: nil, access: [account: new.access], now: now)
      return (id, new.name)
    case .outlook:
      guard let mailbox = outlook.mailboxes[account] else {
        throw ControlRefusal.noAccount(account)
      }
      let calendar = GraphCalendar(
        id: newID("AAMkAD"), name: new.name, isDefault: false, canEdit: new.access >= .writer,
        onlineMeetingProviders: mailbox.isPersonal ? [] : ["teamsForBusiness"],
        owner: (mailbox.name, mailbox.email))
      outlook.mailboxes[account]?.calendars.append(calendar)
      return (calendar.id, calendar.name)
    }
  }
}
