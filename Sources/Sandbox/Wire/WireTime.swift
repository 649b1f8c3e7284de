import Core

extension Zone {
  /// `2027-01-15T10:00:00+01:00`: the instant as this zone's clocks show it, with their offset.
  func rfc3339(_ instant: Timestamp) -> String {
    let offset = offsetSeconds(at: instant)
    if offset == 0 { return localText(instant) + "Z" }
    let minutes = abs(offset) / 60
    return localText(instant) + (offset < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":"
      + twoDigits(minutes % 60)
  }

  /// `2027-01-15T10:00:00`.
  func localText(_ instant: Timestamp) -> String {
    let local = local(at: instant)
    return "\(local.date)T\(twoDigits(local.hour)):\(twoDigits(local.minute)):"
      + twoDigits(local.second)
  }
}

private func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

extension LocalDateTime {
  /// Reads `2027-01-15T10:00`, with or without seconds and a fraction, which is dropped; nil for anything
  /// with an offset.
  init?(wireText text: String) {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard parts.count == 2, let date = CivilDate(parts[0]) else { return nil }
    let clock = parts[1].split(separator: ".", maxSplits: 1)
    if clock.count == 2, !clock[1].allSatisfy(\.isNumber) { return nil }
    let numbers = clock[0].split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(numbers.count), numbers.allSatisfy({ $0.count == 2 }) else { return nil }
    let values = numbers.compactMap { Int($0) }
    guard values.count == numbers.count, values[0] < 24, values[1] < 60,
      values.count < 3 || values[2] < 60
    else { return nil }
    self.init(
      date: date, hour: values[0], minute: values[1], second: values.count == 3 ? values[2] : 0)
  }
}

/// `Fri, 15 Jan 2027 09:00:00 GMT` (RFC 9110 section 5.6.7).
func httpDate(_ instant: Timestamp) -> String {
  let local = Zone.utc.local(at: instant)
  let days: [Weekday: String] = [
    .mon: "Mon", .tue: "Tue", .wed: "Wed", .thu: "Thu", .fri: "Fri", .sat: "Sat", .sun: "Sun",
  ]
  let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  let clock = Zone.utc.localText(instant).split(separator: "T")[1]
  let day = local.date.day < 10 ? "0\(local.date.day)" : "\(local.date.day)"
  return "\(days[local.date.weekday] ?? ""), \(day) \(months[local.date.month - 1])"
    + " \(local.date.year) \(clock) GMT"
}
