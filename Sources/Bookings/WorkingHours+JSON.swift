import Core

extension WeeklyWindow {
  init?(reading fields: FieldReader) {
    let days = fields.choices("days", Weekday.self, count: 1...7)
    let hours = DayWindow(reading: fields)
    guard let days, let hours else { return nil }
    self.init(days: Set(days), fromMinute: hours.fromMinute, toMinute: hours.toMinute)
  }

  func write(to writer: inout JSONWriter) {
    writer.array("days", Weekday.allCases.filter(days.contains)) { $0.value($1.rawValue) }
    hours.write(to: &writer)
  }
}

extension DateOverride {
  init?(reading fields: FieldReader) {
    let date = fields.date("date")
    let windows = fields.array("windows", count: LinkSettings.Limit.overrideWindows) {
      DayWindow(reading: $0)
    }
    guard let date, let windows else { return nil }
    self.init(date: date, windows: windows)
  }

  func write(to writer: inout JSONWriter) {
    writer.field("date", date)
    writer.array("windows", windows) { writer, window in writer.object { window.write(to: &$0) } }
  }
}

extension DayWindow {
  fileprivate init?(reading fields: FieldReader) {
    let from = WallMinute(fields, "from", range: 0...1439)
    let to = WallMinute(fields, "to", range: 0...1440)
    guard let from, let to else { return nil }
    self.init(fromMinute: from.minute, toMinute: to.minute)
  }

  fileprivate func write(to writer: inout JSONWriter) {
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
