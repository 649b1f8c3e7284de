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
