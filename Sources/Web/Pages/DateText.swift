import Bookings
import Core

/// Instants as people in one zone read them. Months are words, so that no order of day and month
/// can be misread.
struct DateText: Sendable {
  enum Clock: Sendable {
    case hours24, hours12
  }

  let zone: Zone
  let clock: Clock

  /// `Tuesday 10 March 2026`.
  func day(_ date: CivilDate) -> String {
    let weekday = DateText.weekdays[date.weekday] ?? ""
    return "\(weekday) \(date.day) \(DateText.months[date.month - 1]) \(date.year)"
  }

  /// `18:00` or `6:00 PM`.
  func time(_ instant: Timestamp) -> String {
    let local = zone.local(at: instant)
    let minute = local.minute < 10 ? "0\(local.minute)" : "\(local.minute)"
    switch clock {
    case .hours24: return (local.hour < 10 ? "0" : "") + "\(local.hour):\(minute)"
    case .hours12:
      let hour = local.hour % 12 == 0 ? 12 : local.hour % 12
      return "\(hour):\(minute) \(local.hour < 12 ? "AM" : "PM")"
    }
  }

  /// `Tuesday 10 March 2026, 18:00–18:30`; both dates where it ends on another.
  func span(_ interval: Interval) -> String { lines(interval).joined(separator: " ") }

  /// The same in the two pieces between which a narrow page may break it.
  func lines(_ interval: Interval) -> [String] {
    let first = date(of: interval.start)
    let last = date(of: interval.end)
    if first == last {
      return ["\(day(first)),", "\(time(interval.start))–\(time(interval.end))"]
    }
    return ["\(day(first)), \(time(interval.start)) –", "\(day(last)), \(time(interval.end))"]
  }

  func date(of instant: Timestamp) -> CivilDate { zone.local(at: instant).date }

  /// `Europe/London, UTC+01:00`: the offset is the one of that moment.
  func zoneLabel(at instant: Timestamp) -> String {
    "\(DateText.readable(zone.name)), \(offset(at: instant))"
  }

  /// `UTC+01:00`: tells the two apart that clocks show when they go back.
  func offset(at instant: Timestamp) -> String {
    let seconds = zone.offsetSeconds(at: instant)
    let minutes = abs(seconds) / 60
    var digits: [UInt8] = []
    digits.append(digits: minutes / 60, width: 2)
    digits.append(UInt8(ascii: ":"))
    digits.append(digits: minutes % 60, width: 2)
    return "UTC\(seconds < 0 ? "-" : "+")\(String(decoding: digits, as: UTF8.self))"
  }

  /// When most people sleep: a time that a guest from far away is asked to look at twice.
  func isNight(_ instant: Timestamp) -> Bool {
    let hour = zone.local(at: instant).hour
    return hour < 6 || hour >= 23
  }

  static func readable(_ zoneName: String) -> String {
    String(zoneName.map { $0 == "_" ? " " : $0 })
  }

  private static let weekdays: [Weekday: String] = [
    .mon: "Monday", .tue: "Tuesday", .wed: "Wednesday", .thu: "Thursday", .fri: "Friday",
    .sat: "Saturday", .sun: "Sunday",
  ]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
}
