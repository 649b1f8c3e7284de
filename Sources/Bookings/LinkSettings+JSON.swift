import Core

// One codec for the HTTP interface and for the database, so that what was accepted is what is kept.

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
    let location = fields.optionalObject("location") { Location(reading: $0) }
    let reminders = fields.optionalIntegers(
      "remindersMinutes", count: Limit.reminders, in: Limit.reminderMinutes)
    guard let title else { return nil }

    let offered = durations ?? [30]
    self.init(
      title: title, description: description ?? "", durationsMinutes: offered,
      slotIntervalMinutes: interval ?? offered.min() ?? 30, bufferBeforeMinutes: before ?? 0,
      bufferAfterMinutes: after ?? 0, minimumNoticeMinutes: notice ?? 0,
      visibility: visibility ?? .rollingDays(30), timeZone: timeZone ?? defaultTimeZone,
      weekly: weekly ?? [.officeHours], location: location ?? .unspecified,
      remindersMinutes: Array(Set(reminders ?? [])).sorted(by: >))
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
    writer.object("location") { location.write(to: &$0) }
    writer.array("remindersMinutes", remindersMinutes) { $0.value($1) }
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

extension WeeklyWindow {
  package static let officeHours = WeeklyWindow(
    days: [.mon, .tue, .wed, .thu, .fri], fromMinute: 9 * 60, toMinute: 17 * 60)

  fileprivate init?(reading fields: FieldReader) {
    let days = fields.choices("days", Weekday.self, count: 1...7)
    let from = WallMinute(fields, "from", range: 0...1439)
    let to = WallMinute(fields, "to", range: 0...1440)
    guard let days, let from, let to else { return nil }
    self.init(days: Set(days), fromMinute: from.minute, toMinute: to.minute)
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.array("days", Weekday.allCases.filter(days.contains)) { $0.value($1.rawValue) }
    writer.field("from", WallMinute(fromMinute).text)
    writer.field("to", WallMinute(toMinute).text)
  }
}

/// `HH:MM` on the wall; `24:00` is the day's end.
private struct WallMinute {
  let minute: Int

  init(_ minute: Int) { self.minute = minute }

  init?(_ fields: FieldReader, _ name: String, range: ClosedRange<Int>) {
    guard let text = fields.line(name, length: 1...5) else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isASCIIDigit) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
      range.contains(hour * 60 + minute)
    else {
      fields.report(name, "must be a time of day as HH:MM, is \"\(text)\"")
      return nil
    }
    self.minute = hour * 60 + minute
  }

  var text: String {
    var bytes: [UInt8] = []
    bytes.append(digits: minute / 60, width: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(digits: minute % 60, width: 2)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension Location {
  fileprivate enum Kind: String, CaseIterable { case unspecified, phone, inPerson, custom }

  fileprivate init?(reading fields: FieldReader) {
    let kind = fields.choice("kind", Kind.self)
    let text = fields.optionalString("text", length: LinkSettings.Limit.locationCharacters)
    switch kind {
    case .unspecified: self = .unspecified
    case .phone: self = .phone(text ?? "")
    case .inPerson: self = .inPerson(text ?? "")
    case .custom: self = .custom(text ?? "")
    case nil: return nil
    }
  }

  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .unspecified: writer.field("kind", Kind.unspecified.rawValue)
    case .phone(let text): writer.kind(.phone, text)
    case .inPerson(let text): writer.kind(.inPerson, text)
    case .custom(let text): writer.kind(.custom, text)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func kind(_ kind: Location.Kind, _ text: String) {
    field("kind", kind.rawValue)
    field("text", text)
  }
}
