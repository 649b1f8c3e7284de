import Core

// One codec for the HTTP interface, the command line and the database, so that what was accepted is what
// is kept.

extension LinkSettings {
  /// Reads the settings among a link's fields. What is left out has the default that the design gives:
  /// the owner's zone, weekdays 09:00 to 17:00, a grid as wide as the shortest duration.
  package init?(reading fields: FieldReader, defaultTimeZone: String) {
    let title = fields.line("title", length: Limit.titleCharacters)
    let description = fields.optionalString("description", length: Limit.descriptionCharacters)
    let durations = fields.optionalIntegers(
      "durationsMinutes", count: Limit.durations, in: Limit.durationMinutes)
    let interval = fields.optionalInteger("slotIntervalMinutes", in: Limit.slotIntervalMinutes)
    let before = fields.optionalInteger("bufferBeforeMinutes", in: Limit.bufferMinutes)
    let after = fields.optionalInteger("bufferAfterMinutes", in: Limit.bufferMinutes)
    let notice = fields.optionalInteger("minimumNoticeMinutes", in: Limit.minimumNoticeMinutes)
    let visibility = fields.optionalObject("visibility") { Visibility(reading: $0) }
    let timeZone = fields.optionalLine("timeZone", length: 1...64)
    let weekly = fields.optionalArray("weekly", count: Limit.weeklyWindows) {
      WeeklyWindow(reading: $0)
    }
    let overrides = fields.optionalArray("overrides", count: Limit.overrides) {
      DateOverride(reading: $0)
    }
    let perDay = fields.optionalInteger("maximumPerDay", in: Limit.bookings)
    let perWeek = fields.optionalInteger("maximumPerWeek", in: Limit.bookings)
    let perGuest = fields.optionalInteger("maximumPerGuest", in: Limit.bookings)
    let additional = fields.optionalInteger(
      "maximumAdditionalGuests", in: Limit.additionalGuests)
    let questions = fields.optionalArray("questions", count: Limit.questions) {
      NewQuestion(reading: $0)
    }
    let location = fields.optionalObject("location") { Location(reading: $0) }
    let expiresAt = fields.optionalInstant("expiresAt")
    let reminders = fields.optionalIntegers(
      "remindersMinutes", count: Limit.reminders, in: Limit.reminderMinutes)
    let busyAge = fields.optionalInteger("maximumBusyAgeSeconds", in: Limit.busyAgeSeconds)
    guard let title else { return nil }

    let offered = durations ?? [30]
    self.init(
      title: title, description: description ?? "", durationsMinutes: offered,
      slotIntervalMinutes: interval ?? offered.min() ?? 30, bufferBeforeMinutes: before ?? 0,
      bufferAfterMinutes: after ?? 0, minimumNoticeMinutes: notice ?? 0,
      visibility: visibility ?? .rollingDays(30), timeZone: timeZone ?? defaultTimeZone,
      weekly: weekly ?? [.officeHours], overrides: overrides ?? [], maximumPerDay: perDay,
      maximumPerWeek: perWeek, maximumPerGuest: perGuest,
      maximumAdditionalGuests: additional ?? Limit.usualAdditionalGuests,
      questions: (questions ?? []).numbered, location: location ?? .unspecified,
      remindersMinutes: Array(Set(reminders ?? [])).sorted(by: >), maximumBusyAgeSeconds: busyAge,
      expiresAt: expiresAt)
  }

  /// The same fields, to be written into an object.
  package func write(to writer: inout JSONWriter) {
    writer.field("title", title)
    writer.field("description", description)
    writer.array("durationsMinutes", durationsMinutes) { $0.value($1) }
    writer.field("slotIntervalMinutes", slotIntervalMinutes)
    writer.field("bufferBeforeMinutes", bufferBeforeMinutes)
    writer.field("bufferAfterMinutes", bufferAfterMinutes)
    writer.field("minimumNoticeMinutes", minimumNoticeMinutes)
    writer.object("visibility") { visibility.write(to: &$0) }
    writer.field("timeZone", timeZone)
    writer.array("weekly", weekly) { writer, window in writer.object { window.write(to: &$0) } }
    writer.array("overrides", overrides) { writer, date in writer.object { date.write(to: &$0) } }
    writer.field("maximumPerDay", maximumPerDay)
    writer.field("maximumPerWeek", maximumPerWeek)
    writer.field("maximumPerGuest", maximumPerGuest)
    writer.field("maximumAdditionalGuests", maximumAdditionalGuests)
    writer.array("questions", questions) { $0.value($1) }
    writer.object("location") { location.write(to: &$0) }
    writer.array("remindersMinutes", remindersMinutes) { $0.value($1) }
    writer.field("maximumBusyAgeSeconds", maximumBusyAgeSeconds)
    writer.field("expiresAt", expiresAt)
  }

  /// The settings as an object of their own.
  package var json: JSONObject {
    var writer = JSONWriter()
    writer.object { write(to: &$0) }
    guard let json = try? JSON.parse(writer.bytes), let object = json.object else {
      trap("what is written can be read")
    }
    return object
  }

  /// A partial change (RFC 7396, for the members of the whole): a member that is sent takes the place of
  /// the setting, and null gives it back its default.
  package func merging(_ sent: JSONObject) -> JSONObject {
    var merged = json
    for (name, value) in sent.members {
      if case .null = value { merged[name] = nil } else { merged[name] = value }
    }
    return merged
  }
}

extension Visibility {
  fileprivate init?(reading fields: FieldReader) {
    let rollingDays = fields.optionalInteger("rollingDays", in: LinkSettings.Limit.rollingDays)
    let from = fields.optionalDate("fromDate")
    let to = fields.optionalDate("toDate")
    switch (rollingDays, from, to) {
    case (let days?, nil, nil): self = .rollingDays(days)
    case (nil, let from?, let to?): self = .dates(from: from, to: to)
    default:
      if !["rollingDays", "fromDate", "toDate"].contains(where: fields.isAtFault) {
        fields.report("must have either rollingDays or both fromDate and toDate")
      }
      return nil
    }
  }

  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .rollingDays(let days): writer.field("rollingDays", days)
    case .dates(let from, let to):
      writer.field("fromDate", from)
      writer.field("toDate", to)
    }
  }
}

extension Location {
  fileprivate init?(reading fields: FieldReader) {
    let kind = fields.choice("kind", Kind.self)
    let text = fields.optionalString("text", length: LinkSettings.Limit.locationCharacters)
    guard let kind else { return nil }
    self.init(kind, text ?? "")
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.field("kind", kind.rawValue)
    if kind != .unspecified || !text.isEmpty { writer.field("text", text) }
  }
}
