import Core

/// Settings of the whole sandbox, and its clock.
enum ControlSettings {
  static func change(_ json: JSON, in world: inout World) throws -> Answer {
    world.settings = try FieldReader.read(json) { [settings = world.settings] fields -> Settings? in
      var new = settings
      if let latency = fields.optionalInteger("latencyMilliseconds", in: 0...60_000) {
        new.latency = .milliseconds(latency)
      }
      if let delay = fields.optionalInteger("conferenceDelaySeconds", in: 0...86_400) {
        new.conferenceDelay = .seconds(delay)
      }
      new.conferenceFails = fields.optionalBoolean("conferenceFails") ?? settings.conferenceFails
      if let limit = fields.optionalInteger("googleCallsPerMinute", in: 0...1_000_000) {
        new.googleCallsPerMinute = limit == 0 ? nil : limit
      }
      new.duplicateTransaction =
        fields.optionalChoice("duplicateTransaction", Settings.DuplicateTransaction.self)
        ?? settings.duplicateTransaction
      new.notifications =
        fields.optionalChoice("notifications", Settings.Notifications.self)
        ?? settings.notifications
      new.oldRefreshTokens =
        fields.optionalChoice("oldRefreshTokens", Settings.OldRefreshTokens.self)
        ?? settings.oldRefreshTokens
      return new
    }
    return .empty(204)
  }

  /// What Graph tells the lifecycle endpoints of a mailbox's subscriptions.
  static func tellLifecycle(_ json: JSON, in world: inout World) throws -> Answer {
    let (account, event) = try FieldReader.read(json) { fields -> (String, String)? in
      let account = fields.string("account", length: 3...320)?.lowercased()
      let event = fields.choice(
        "event", among: ["reauthorizationRequired", "subscriptionRemoved", "missed"])
      guard let account, let event else { return nil }
      return (account, event)
    }
    guard world.account(.outlook, account) != nil else { throw ControlRefusal.noAccount(account) }
    world.notifyLifecycle(of: account, event)
    return .empty(204)
  }

  static func moveClock(_ json: JSON, in world: inout World) throws -> Answer {
    let instant = try FieldReader.read(json) { [now = world.now] fields -> Timestamp? in
      let instant = fields.optionalInstant("now")
      let seconds = fields.optionalInteger("advanceSeconds", in: 0...1_000_000_000)
      switch (instant, seconds) {
      case (let instant?, nil): return instant
      case (nil, let seconds?): return now + .seconds(seconds)
      default:
        fields.report("needs either now or advanceSeconds")
        return nil
      }
    }
    world.moveClock(to: instant)
    return .ok(["now": .string(world.now.rfc3339)])
  }
}
